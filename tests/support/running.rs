//! A program that is running.

use std::fs::File;
use std::io::{PipeReader, PipeWriter, Read, Write};
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Instant;

use super::program::{Input, Output, Program};
use super::run::{Run, ending};
use super::snapshot::render;
use super::watched::{LIMIT, Watched};

/// A program that is running. It must be waited for, because its output is inspected at the end.
#[must_use]
pub struct Running {
    program: Program,
    started: Instant,
    id: u32,
    stdin: Option<ChildStdin>,
    progress: Arc<Watched<Progress>>,
    /// The reading ends of full pipes, kept open until the end.
    unread: Vec<PipeReader>,
    waited_for: bool,
}

#[derive(Default)]
struct Progress {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// The number of streams that have not ended.
    streams: usize,
    exit: Option<ExitStatus>,
}

impl Running {
    #[track_caller]
    pub(super) fn start(program: Program) -> Self {
        let progress = Arc::new(Watched::default());
        let mut unread = Vec::new();
        let mut stream = |output, bytes| -> Stdio {
            match output {
                Output::Default => collect(&progress, usize::MAX, bytes).into(),
                Output::Lines(lines) => collect(&progress, lines, bytes).into(),
                Output::Stalled => full_pipe(&mut unread).into(),
                Output::Full => File::options().write(true).open("/dev/full").expect("a device").into(),
                Output::File => panic!("a file is only for a program at a terminal"),
            }
        };
        let mut command = Command::new(&program.executable);
        command.args(&program.arguments).current_dir(program.cwd());
        command.env_clear().envs(&program.environment);
        command.stdin(if program.stdin == Input::Default { Stdio::null() } else { Stdio::piped() });
        command.stdout(stream(program.stdout, |progress| &mut progress.stdout));
        command.stderr(stream(program.stderr, |progress| &mut progress.stderr));
        #[cfg(unix)]
        super::signals::restore_defaults();
        let started = Instant::now();
        let mut child = command.spawn().expect("the program starts");
        let (id, mut stdin) = (child.id(), child.stdin.take());
        if let Input::Text(text) = program.stdin.clone() {
            let stdin = stdin.take();
            // A program may end without having read it all.
            thread::spawn(move || stdin?.write_all(text.as_bytes()).ok());
        }
        let shared = Arc::clone(&progress);
        thread::spawn(move || {
            let status = child.wait().expect("the program can be waited for");
            shared.update(|progress| progress.exit = Some(status));
        });
        Self { program, started, id, stdin, progress, unread, waited_for: false }
    }

    /// Waits for the end and inspects the output.
    #[track_caller]
    pub fn finish(mut self) -> Run {
        self.waited_for = true;
        self.end_input();
        let ended = self.progress.wait_until(|progress| progress.exit.is_some());
        if !ended {
            self.kill();
        }
        let closed = self.progress.wait_until(|progress| progress.streams == 0);
        assert!(closed, "another process still has a stream of a program that ended");
        let progress = self.progress.update(std::mem::take);
        self.program.inspection.streams(&progress.stdout, &progress.stderr);
        let (exit, code) = ending(progress.exit.unwrap_or_default());
        let [stdout, stderr] =
            [progress.stdout, progress.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let run = Run {
            snapshot: render(&self.program, &exit, &[("stdout", &stdout), ("stderr", &stderr)]),
            exit,
            code,
            stdout,
            stderr,
            elapsed: self.started.elapsed(),
            ..Run::default()
        };
        assert!(ended, "still running after {LIMIT:?}:\n{}", run.snapshot);
        run
    }

    /// Writes to standard input, which is [`Input::Open`].
    #[track_caller]
    pub fn send(&mut self, bytes: &[u8]) {
        self.stdin.as_mut().expect("an open pipe").write_all(bytes).expect("a program that reads");
    }

    /// Closes standard input.
    pub fn end_input(&mut self) {
        self.stdin = None;
    }

    /// Returns a function that waits for a line of standard output. It returns `None` if the program ends before.
    pub fn lines(&self) -> impl Fn(usize) -> Option<String> + Clone + Send + 'static {
        let progress = Arc::clone(&self.progress);
        move |index| {
            let line = |progress: &Progress| {
                let lines: Vec<&[u8]> = progress.stdout.split_inclusive(|&byte| byte == b'\n').collect();
                let line = lines.get(index).filter(|line| line.ends_with(b"\n"))?;
                Some(String::from_utf8_lossy(line).into_owned())
            };
            progress.wait_until(|progress| line(progress).is_some() || progress.streams == 0);
            line(&progress.read())
        }
    }

    /// Starts to read the only stalled stream, as standard output.
    pub fn read_stalled_stdout(&mut self) {
        let reader = self.unread.pop().expect("a stalled stream");
        read(reader, &self.progress, usize::MAX, |progress| &mut progress.stdout);
    }

    /// Waits until standard error contains `text`.
    #[track_caller]
    pub fn wait_for_stderr(&self, text: &str) {
        let shows = |progress: &Progress| String::from_utf8_lossy(&progress.stderr).contains(text);
        self.progress.wait_until(|progress| progress.streams == 0 || shows(progress));
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

/// A pipe from which a thread collects bytes until it ends or has brought this number of lines.
fn collect(progress: &Arc<Watched<Progress>>, lines: usize, stream: fn(&mut Progress) -> &mut Vec<u8>) -> PipeWriter {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    if lines > 0 {
        read(reader, progress, lines, stream);
    }
    writer
}

/// Reads at most `lines` lines on another thread.
fn read(
    mut reader: PipeReader,
    progress: &Arc<Watched<Progress>>,
    lines: usize,
    stream: fn(&mut Progress) -> &mut Vec<u8>,
) {
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
