//! The two streams: whether a person sees them, how wide they are, whether they take colour.

use std::io::{self, IsTerminal, Write};
#[cfg(unix)]
use std::os::fd::BorrowedFd;
#[cfg(unix)]
use std::time::Duration;

use console::Term;

use crate::environment::Environment;
#[cfg(unix)]
use crate::interrupt::has_come;

/// What a pipe takes whole once it is ready, in bytes: POSIX has `PIPE_BUF` be no less.
const TAKEN_AT_ONCE: usize = 512;

/// How long it is waited between two looks at whether the program was asked to stop.
#[cfg(unix)]
const LOOK: Duration = Duration::from_millis(100);

/// How many more looks there are once it was.
#[cfg(unix)]
const LAST_LOOKS: u32 = 10;

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ColorChoice {
    /// At a terminal, as `NO_COLOR`, `CLICOLOR_FORCE` and `TERM` have it
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What is known of a stream.
#[derive(Debug, Clone, Copy)]
pub struct Stream {
    /// Whether it ends at a person's eyes.
    pub is_terminal: bool,
    /// Columns of the window; `None` where there is none or it does not tell.
    pub width: Option<usize>,
    /// Whether it may be coloured.
    pub is_coloured: bool,
    /// Whether a line on it can give way to another.
    pub can_redraw: bool,
}

impl Stream {
    pub(super) fn stdout(color: ColorChoice, environment: &Environment) -> Self {
        Self::new(io::stdout().is_terminal(), &Term::stdout(), color, environment)
    }

    pub(super) fn stderr(color: ColorChoice, environment: &Environment) -> Self {
        Self::new(io::stderr().is_terminal(), &Term::stderr(), color, environment)
    }

    fn new(is_terminal: bool, term: &Term, color: ColorChoice, environment: &Environment) -> Self {
        let width = if is_terminal {
            term.size_checked().map(|(_, columns)| columns.into())
        } else {
            None
        };
        Self {
            is_terminal,
            width,
            is_coloured: is_coloured(is_terminal, color, environment),
            can_redraw: is_terminal && !environment.is("TERM", "dumb"),
        }
    }
}

fn is_coloured(is_terminal: bool, color: ColorChoice, environment: &Environment) -> bool {
    match color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto if environment.is_set("NO_COLOR") => false,
        ColorChoice::Auto if environment.is_set("CLICOLOR_FORCE") && !environment.is("CLICOLOR_FORCE", "0") => true,
        ColorChoice::Auto => is_terminal && !environment.is("TERM", "dumb"),
    }
}

/// Writes on this thread where that is done at once, else beside it, so that signals are heard while nobody reads. Dropped before
/// it is done, it leaves the writing to itself.
pub(super) async fn write_beside(text: impl AsRef<str> + Send + 'static) -> io::Result<()> {
    if has_room_for(text.as_ref().len()) {
        return write(text.as_ref());
    }
    let written = tokio::task::spawn_blocking(move || write(text.as_ref())).await;
    written.map_err(io::Error::other)?
}

/// Writes to standard error. When that fails there is nobody left to tell.
pub(super) fn say(text: &str) {
    for few in text.as_bytes().chunks(TAKEN_AT_ONCE) {
        if !is_listened_to() || io::stderr().lock().write_all(few).is_err() {
            return;
        }
    }
}

/// Waits until standard error takes something, as a terminal does that is not stopped. `false` where the program was asked to stop
/// meanwhile or before: then it is waited for a second and no longer.
#[cfg(unix)]
pub fn is_listened_to() -> bool {
    let stderr = rustix::stdio::stderr();
    let mut looks = 0;
    while !is_ready(stderr, LOOK) {
        looks += u32::from(has_come());
        if looks == LAST_LOOKS {
            return false;
        }
    }
    true
}

/// Standard error is taken to be listened to.
#[cfg(not(unix))]
pub fn is_listened_to() -> bool {
    true
}

/// Whether a stream takes something within this time.
#[cfg(unix)]
fn is_ready(stream: BorrowedFd<'_>, patience: Duration) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::io::Errno;
    let patience = Timespec::try_from(patience).unwrap_or_default();
    let mut polled = [PollFd::new(&stream, PollFlags::OUT)];
    // What cannot be asked is written to: that says what is wrong with it.
    poll(&mut polled, Some(&patience)).map_or_else(|why| why != Errno::INTR, |ready| ready > 0)
}

/// Whether standard output takes so many bytes at once: a file does, and a pipe or a terminal that is ready takes a few.
#[cfg(unix)]
fn has_room_for(length: usize) -> bool {
    use rustix::fs::{FileType, fstat};
    let stdout = rustix::stdio::stdout();
    let kind = fstat(stdout).map(|stat| FileType::from_raw_mode(stat.st_mode));
    let may_wait = match kind {
        Ok(FileType::Fifo | FileType::Socket) => true,
        _ => io::stdout().is_terminal(),
    };
    !may_wait || (length <= TAKEN_AT_ONCE && is_ready(stdout, Duration::ZERO))
}

#[cfg(not(unix))]
fn has_room_for(_length: usize) -> bool {
    false
}

pub(super) fn write(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Fails where standard output takes nothing, though every write to it seems to succeed: it was opened for reading alone, whose
/// error Rust keeps to itself, or it was closed when the program started.
///
/// Rust then opens `/dev/null` in its place, for reading and writing, and every write seems to succeed; `>/dev/null` in a shell
/// opens it for writing alone, which is how the two are told apart.
#[cfg(unix)]
pub(super) fn ensure_open() -> io::Result<()> {
    use rustix::fs::{OFlags, fcntl_getfl, fstat, stat};
    let stdout = rustix::stdio::stdout();
    let mode = fcntl_getfl(stdout)? & OFlags::RWMODE;
    if mode == OFlags::RDONLY {
        return Err(io::Error::new(
            io::ErrorKind::BrokenPipe,
            "standard output is open for reading only",
        ));
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
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
pub(super) fn ensure_open() -> io::Result<()> {
    Ok(())
}
