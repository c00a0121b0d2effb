//! A program that is running.

use std::fs::File;
use std::io::{PipeReader, PipeWriter, Read, Seek, Write};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::program::{Input, Output, Program};
use super::run::{Exit, Run};
use super::snapshot::render;
use super::watched::Watched;

/// The limit of every wait.
const LIMIT: Duration = Duration::from_mins(1);

/// A program that is running. It must be waited for, because its output is inspected at the end.
#[must_use]
pub struct Running {
    program: Program,
    started: Instant,
    id: u32,
    progress: Arc<Watched<Progress>>,
    stdout_file: Option<File>,
    /// The reading ends of full pipes, kept open until the end.
    _unread: Vec<PipeReader>,
    waited_for: bool,
}

#[derive(Default)]
struct Progress {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// The number of streams that have not ended.
    streams: usize,
    exit: Option<Exit>,
}

impl Running {
    #[track_caller]
    pub(super) fn start(program: Program) -> Self {
        let progress = Arc::new(Watched::default());
        let mut unread = Vec::new();
        let mut stdout_file = None;
        let mut command = command(&program);
        command.stdin(match &program.stdin {
            Input::Default | Input::Closed => Stdio::null(),
            Input::Text(_) => Stdio::piped(),
            Input::File(text) => file_with(text).into(),
        });
        command.stdout::<Stdio>(match program.stdout {
            Output::Default => collect(&progress, usize::MAX, |progress| &mut progress.stdout).into(),
            Output::Lines(lines) => collect(&progress, lines, |progress| &mut progress.stdout).into(),
            Output::Stalled => full_pipe(&mut unread).into(),
            Output::File => stdout_file.insert(file_with("")).try_clone().expect("a file").into(),
            Output::Full => File::options().write(true).open("/dev/full").expect("a device").into(),
            Output::Closed => Stdio::null(),
        });
        command.stderr(if program.stderr_stalled {
            full_pipe(&mut unread)
        } else {
            collect(&progress, usize::MAX, |progress| &mut progress.stderr)
        });

        #[cfg(unix)]
        super::signals::restore_defaults();
        let started = Instant::now();
        let mut child = command.spawn().expect("the program starts");
        let (id, stdin) = (child.id(), child.stdin.take());
        if let Input::Text(text) = program.stdin.clone() {
            // A program may end without having read it all.
            thread::spawn(move || stdin?.write_all(text.as_bytes()).ok());
        }
        let shared = Arc::clone(&progress);
        thread::spawn(move || {
            let status = child.wait().expect("the program can be waited for");
            shared.update(|progress| progress.exit = Some(status.into()));
        });
        Self { program, started, id, progress, stdout_file, _unread: unread, waited_for: false }
    }

    /// Waits for the end and inspects the output.
    #[track_caller]
    pub fn wait(mut self) -> Run {
        self.waited_for = true;
        let ended = self.progress.wait_until(LIMIT, |progress| progress.exit.is_some());
        if !ended {
            self.kill();
        }
        let closed = self.progress.wait_until(LIMIT, |progress| progress.streams == 0);
        assert!(closed, "another process still has a stream of a program that ended");
        let progress = self.progress.update(std::mem::take);
        let (mut stdout_bytes, stderr) = (progress.stdout, progress.stderr);
        if let Some(mut file) = self.stdout_file.take() {
            file.rewind().expect("standard output");
            file.read_to_end(&mut stdout_bytes).expect("standard output");
        }
        self.program.inspection.streams(&stdout_bytes, &stderr);
        let exit = progress.exit.unwrap_or_default();
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let (stdout, stderr) = (text(&stdout_bytes), text(&stderr));
        let run = Run {
            exit,
            snapshot: render(&self.program, exit, &[("stdout", &stdout), ("stderr", &stderr)]),
            stdout,
            stdout_bytes,
            stderr,
            elapsed: self.started.elapsed(),
            ..Run::default()
        };
        assert!(ended, "still running after {LIMIT:?}:\n{}", run.snapshot);
        run
    }

    /// The same for `snapshot!`.
    #[track_caller]
    pub fn finish(self) -> Run {
        self.wait()
    }

    /// Waits until standard error contains `text`.
    #[track_caller]
    pub fn wait_for_stderr(&self, text: &str) {
        let shows = |progress: &Progress| String::from_utf8_lossy(&progress.stderr).contains(text);
        self.progress.wait_until(LIMIT, |progress| progress.streams == 0 || shows(progress));
        let progress = self.progress.read();
        let stderr = String::from_utf8_lossy(&progress.stderr);
        assert!(stderr.contains(text), "{text:?} is not in standard error: {stderr}");
    }

    /// Whether the program has ended; it must be waited for nevertheless.
    pub fn has_ended(&self) -> bool {
        self.progress.read().exit.is_some()
    }

    pub fn id(&self) -> u32 {
        self.id
    }

    /// Sends a signal, unless the program has ended.
    #[cfg(unix)]
    pub fn signal(&self, signal: rustix::process::Signal) {
        let id = i32::try_from(self.id).ok().filter(|_| !self.has_ended());
        if let Some(id) = id.and_then(rustix::process::Pid::from_raw) {
            rustix::process::kill_process(id, signal).ok();
        }
    }

    pub fn kill(&self) {
        #[cfg(unix)]
        self.signal(rustix::process::Signal::KILL);
        #[cfg(not(unix))]
        Command::new("taskkill").args(["/F", "/PID", &self.id.to_string()]).output().ok();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.waited_for {
            self.kill();
            assert!(thread::panicking(), "a running program was not waited for");
        }
    }
}

/// The program as a command, run by a shell if only a shell can limit its memory or close its streams.
fn command(program: &Program) -> Command {
    let limit = program.address_space_mib.map(|mebibytes| format!("ulimit -v {}; ", mebibytes * 1024));
    let closed_stdin = (program.stdin == Input::Closed).then_some(" <&-");
    let closed_stdout = (program.stdout == Output::Closed).then_some(" >&-");
    let mut command = Command::new(&program.executable);
    if limit.is_some() || closed_stdin.is_some() || closed_stdout.is_some() {
        let [limit, closed_stdin, closed_stdout] =
            [limit.as_deref(), closed_stdin, closed_stdout].map(Option::unwrap_or_default);
        let script = format!("{limit}exec \"$0\" \"$@\"{closed_stdin}{closed_stdout}");
        command = Command::new("/bin/sh");
        command.arg("-c").arg(script).arg(&program.executable);
    }
    command.args(&program.arguments).current_dir(program.cwd());
    command.env_clear().envs(&program.environment);
    command
}

/// A pipe from which a thread collects bytes until it ends or has brought this number of lines.
fn collect(progress: &Arc<Watched<Progress>>, lines: usize, stream: fn(&mut Progress) -> &mut Vec<u8>) -> PipeWriter {
    let (mut reader, writer) = std::io::pipe().expect("a pipe");
    if lines > 0 {
        let progress = Arc::clone(progress);
        progress.update(|progress| progress.streams += 1);
        thread::spawn(move || {
            let (mut left, mut buffer) = (lines, [0; 8192]);
            while left > 0
                && let Ok(count @ 1..) = reader.read(&mut buffer)
            {
                let read = &buffer[..count];
                left = left.saturating_sub(read.split(|&byte| byte == b'\n').count() - 1);
                progress.update(|progress| stream(progress).extend_from_slice(read));
            }
            drop(reader);
            progress.update(|progress| progress.streams -= 1);
        });
    }
    writer
}

/// A pipe that takes no more bytes; its reading end goes into `unread`.
fn full_pipe(unread: &mut Vec<PipeReader>) -> PipeWriter {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    unread.push(reader);
    #[cfg(unix)]
    {
        use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
        let flags = fcntl_getfl(&writer).expect("the flags of a pipe");
        fcntl_setfl(&writer, flags | OFlags::NONBLOCK).expect("a pipe that does not wait");
        while (&writer).write(&[b' '; 512]).is_ok() {}
        fcntl_setfl(&writer, flags).expect("a pipe that waits");
    }
    writer
}

fn file_with(text: &str) -> File {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(text.as_bytes()).expect("a written file");
    file.rewind().expect("a file at its beginning");
    file
}
