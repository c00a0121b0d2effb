//! Standard output and standard error.

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::time::Duration;

use console::Term;

use crate::settings::env;
use crate::thread;

/// Number of bytes that a writable pipe accepts without blocking.
#[cfg(unix)]
const PIECE_SIZE: usize = rustix::pipe::PIPE_BUF;
#[cfg(not(unix))]
const PIECE_SIZE: usize = 512;

/// Maximum number of bytes that are written without another thread: the usual capacity of a pipe.
const MAX_SHORT: usize = 64 * 1024;

/// When to use color.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    Auto,
    Always,
    Never,
}

/// Properties of a stream.
#[derive(Debug, Clone, Copy)]
pub struct Stream {
    pub is_terminal: bool,
    /// Columns of the window. `None` if the stream is not a terminal or the width is unknown.
    pub width: Option<usize>,
    pub is_colored: bool,
    /// Whether a line can be overwritten.
    pub can_redraw: bool,
}

impl Stream {
    pub fn stdout(color: ColorChoice) -> Self {
        Self::new(io::stdout().is_terminal(), &Term::stdout(), color)
    }

    pub fn stderr(color: ColorChoice) -> Self {
        Self::new(io::stderr().is_terminal(), &Term::stderr(), color)
    }

    fn new(is_terminal: bool, term: &Term, color: ColorChoice) -> Self {
        let size = if is_terminal { term.size_checked() } else { None };
        // Windows sets no TERM.
        let has_type = cfg!(windows) || env::is_set("TERM");
        let is_smart = is_terminal && has_type && !env::is("TERM", "dumb");
        let is_forced = ["CLICOLOR_FORCE", "FORCE_COLOR"].into_iter().any(env::is_on);
        Self {
            is_terminal,
            width: size.map(|(_, columns)| columns.into()),
            is_colored: match color {
                ColorChoice::Always => true,
                ColorChoice::Never => false,
                ColorChoice::Auto if env::is_set("NO_COLOR") => false,
                ColorChoice::Auto => is_smart || is_forced,
            },
            can_redraw: is_smart,
        }
    }
}

/// Writes to standard output. If that may block, another thread writes, so that the program can handle signals. The thread goes
/// on writing if the future is dropped.
pub async fn write_stdout(text: String) -> io::Result<()> {
    let mut written = 0;
    // A terminal that accepts some bytes may not accept all of them.
    let is_short = text.len() <= MAX_SHORT && !io::stdout().is_terminal();
    while is_short && wait_until_writable(Target::Stdout, Some(Duration::ZERO)).unwrap_or(false) {
        let end = text.floor_char_boundary(written + PIECE_SIZE);
        write_stdout_blocking(&text[written..end])?;
        written = end;
        if written == text.len() {
            return Ok(());
        }
    }
    let text = Arc::new(text);
    let thread = thread::start({
        let text = Arc::clone(&text);
        move || write_stdout_blocking(&text[written..])
    });
    match thread {
        Ok(result) => result.await.map_err(io::Error::other)?,
        // The system could not start a thread. Writing the text is more important than handling signals.
        Err(_) => write_stdout_blocking(&text[written..]),
    }
}

pub fn write_stdout_blocking(text: &str) -> io::Result<()> {
    write_all(io::stdout().lock(), text, || wait_until_writable(Target::Stdout, None))
}

/// Writes to standard error. Ignores errors, because they cannot be printed.
pub fn write_stderr(text: &str) {
    let _ = write_all(io::stderr().lock(), text, || wait_until_writable(Target::Stderr, None));
}

fn write_all(mut stream: impl Write, text: &str, wait: impl Fn() -> io::Result<bool>) -> io::Result<()> {
    let mut rest = text.as_bytes();
    loop {
        let written = if rest.is_empty() { stream.flush().map(|()| 0) } else { stream.write(rest) };
        match written {
            Ok(_) if rest.is_empty() => return Ok(()),
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(length) => rest = &rest[length..],
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // Another program that shares the stream may have made it non-blocking.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                wait()?;
            }
            Err(error) => return Err(error),
        }
    }
}

#[derive(Clone, Copy)]
enum Target {
    Stdout,
    Stderr,
}

/// Waits up to `limit` until a stream accepts text, and returns `true` if it does.
#[cfg(unix)]
fn wait_until_writable(target: Target, limit: Option<Duration>) -> io::Result<bool> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let limit = limit.map(Timespec::try_from).transpose().map_err(io::Error::other)?;
    let stream = match target {
        Target::Stdout => rustix::stdio::stdout(),
        Target::Stderr => rustix::stdio::stderr(),
    };
    match poll(&mut [PollFd::new(&stream, PollFlags::OUT)], limit.as_ref()) {
        Ok(ready) => Ok(ready > 0),
        Err(rustix::io::Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "fails on Unix")]
fn wait_until_writable(_target: Target, _limit: Option<Duration>) -> io::Result<bool> {
    Ok(false)
}

/// Fails if standard output was closed or opened only for reading. Rust reports no error when writing to such a stream, so a token
/// value would be lost.
///
/// If standard output was closed when the program started, Rust has opened `/dev/null` in its place, for reading and writing. A
/// shell opens `>/dev/null` only for writing.
#[cfg(unix)]
pub fn ensure_writable() -> io::Result<()> {
    use rustix::fs::{OFlags, fcntl_getfl, fstat, stat};
    let stdout = rustix::stdio::stdout();
    let mode = fcntl_getfl(stdout)? & OFlags::RWMODE;
    if mode == OFlags::RDONLY {
        let reason = "standard output is open only for reading";
        return Err(io::Error::new(io::ErrorKind::BrokenPipe, reason));
    }
    let (Ok(here), Ok(null)) = (fstat(stdout), stat("/dev/null")) else {
        return Ok(());
    };
    let is_null = (here.st_rdev, here.st_ino, here.st_dev) == (null.st_rdev, null.st_ino, null.st_dev);
    if is_null && mode == OFlags::RDWR {
        return Err(io::Error::new(io::ErrorKind::BrokenPipe, "standard output is closed"));
    }
    Ok(())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "fails on Unix")]
pub fn ensure_writable() -> io::Result<()> {
    Ok(())
}
