//! A program that is running.

use std::fs::File;
use std::io::{PipeReader, PipeWriter, Seek, Write};
use std::path::PathBuf;
use std::process::{ChildStdin, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use super::collected::Collected;
use super::{Exit, Input, Output, Program, Run};
use crate::support::watched::Watched;

/// How long a run may take.
const LIMIT: Duration = Duration::from_mins(1);

/// A program that is running. It must be waited for, because its output is inspected at the end.
#[must_use]
pub struct Running {
    program: Program,
    started: Instant,
    process: u32,
    exit: Arc<Watched<Option<Exit>>>,
    stdout: Option<Arc<Watched<Collected>>>,
    stdout_file: Option<tempfile::NamedTempFile>,
    stderr: Arc<Watched<Collected>>,
    _stdin: Option<ChildStdin>,
    /// The reading ends of stalled pipes, kept open.
    _unread: [Option<PipeReader>; 2],
    waited_for: bool,
}

impl Running {
    #[track_caller]
    pub(super) fn start(program: &Program) -> Self {
        let program = &program.begun();
        let mut command = command(program);
        let stdout_file = (program.stdout == Output::File)
            .then(|| tempfile::NamedTempFile::new().expect("a file for standard output"));
        let (reader, writer) = std::io::pipe().expect("a pipe");
        let (reader, unread) = match program.stdout {
            Output::Default => (Some((reader, usize::MAX)), None),
            Output::Lines(lines) if lines > 0 => (Some((reader, lines)), None),
            Output::Stalled => {
                fill(&writer);
                (None, Some(reader))
            }
            _ => {
                drop(reader);
                (None, None)
            }
        };
        command.stdin(match &program.stdin {
            Input::Default | Input::Closed => Stdio::null(),
            Input::Text(_) | Input::Open => Stdio::piped(),
            Input::File(text) => file_with(text).into(),
        });
        command.stdout(standard_output(program, stdout_file.as_ref(), writer));
        let (stderr_reader, into) = std::io::pipe().expect("a pipe");
        if program.stderr_stalled {
            fill(&into);
            command.stderr(into);
        } else {
            command.stderr(Stdio::piped());
        }

        #[cfg(unix)]
        super::signals::restore_defaults();
        let started = Instant::now();
        let mut child = command.spawn().expect("the program starts");
        drop(command);
        let mut stdin = child.stdin.take();
        if let Input::Text(text) = program.stdin.clone()
            && let Some(mut stdin) = stdin.take()
        {
            // A program may end without having read it all.
            thread::spawn(move || stdin.write_all(text.as_bytes()).ok());
        }
        let process = child.id();
        let stderr = child.stderr.take();
        let exit = Arc::new(Watched::new(None));
        let ended = Arc::clone(&exit);
        thread::spawn(move || {
            let status = child.wait().expect("the program can be waited for");
            ended.update(|exit| *exit = Some(exit_of(status)));
        });
        Self {
            program: program.clone(),
            started,
            process,
            exit,
            stdout: reader.map(|(reader, lines)| Collected::from(reader, lines)),
            stdout_file,
            stderr: match stderr {
                Some(stderr) => Collected::from(stderr, usize::MAX),
                None => Collected::from(std::io::empty(), usize::MAX),
            },
            _stdin: stdin,
            _unread: [unread, Some(stderr_reader)],
            waited_for: false,
        }
    }

    /// Waits for the end and inspects the output.
    #[track_caller]
    pub fn wait(mut self) -> Run {
        self.waited_for = true;
        let ended = self.exit.wait_until(LIMIT, Option::is_some);
        if !ended {
            self.kill();
        }
        let stderr = Collected::all(&self.stderr, LIMIT);
        let stdout_bytes = match (&self.stdout, &self.stdout_file) {
            (Some(collected), _) => Collected::all(collected, LIMIT),
            (None, Some(file)) => std::fs::read(file.path()).expect("standard output"),
            (None, None) => Vec::new(),
        };
        let exit = self.exit.read(|exit| exit.unwrap_or(Exit::Code(-1)));
        self.program.inspection.streams(&stdout_bytes, &stderr);
        let run = Run::new(&self.program, exit, stdout_bytes, &stderr, self.started.elapsed());
        assert!(ended, "still running after {LIMIT:?}:\n{}", run.snapshot);
        run
    }

    /// Waits until standard error contains `text`.
    #[track_caller]
    pub fn wait_for_stderr(&self, text: &str) {
        let has_text = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(text);
        self.stderr
            .wait_until(LIMIT, |collected| collected.ended || has_text(&collected.bytes));
        self.stderr.read(|Collected { bytes, .. }| {
            let shown = String::from_utf8_lossy(bytes);
            assert!(has_text(bytes), "{text:?} is not in standard error: {shown}");
        });
    }

    /// Whether the program has ended; it must be waited for nevertheless.
    pub fn has_ended(&self) -> bool {
        self.exit.read(Option::is_some)
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.process
    }

    /// Sends a signal, unless the program has ended.
    #[cfg(unix)]
    pub fn signal(&self, signal: rustix::process::Signal) {
        let process = i32::try_from(self.process).ok();
        if let Some(process) = process.and_then(rustix::process::Pid::from_raw)
            && self.exit.read(Option::is_none)
        {
            rustix::process::kill_process(process, signal).ok();
        }
    }

    /// Kills the program.
    pub fn kill(&self) {
        #[cfg(unix)]
        self.signal(rustix::process::Signal::KILL);
        #[cfg(not(unix))]
        Command::new("taskkill")
            .args(["/F", "/PID", &self.process.to_string()])
            .output()
            .ok();
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
    let mut script = String::new();
    if let Some(mebibytes) = program.address_space_mib {
        let kibibytes = (mebibytes * 1024).to_string();
        script.extend(["ulimit -v ", &kibibytes, "; "]);
    }
    script += "exec \"$0\" \"$@\"";
    if program.stdin == Input::Closed {
        script += " <&-";
    }
    if program.stdout == Output::Closed {
        script += " >&-";
    }
    let plain = script == "exec \"$0\" \"$@\"";
    let mut command = if plain {
        Command::new(&program.executable)
    } else {
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(script).arg(&program.executable);
        shell
    };
    command
        .args(&program.arguments)
        .env_clear()
        .envs(&program.environment)
        .current_dir(program.cwd());
    command
}

fn file_with(text: &str) -> File {
    let mut file = tempfile::tempfile().expect("a file for standard input");
    file.write_all(text.as_bytes()).expect("standard input");
    file.rewind().expect("standard input");
    file
}

fn standard_output(program: &Program, file: Option<&tempfile::NamedTempFile>, pipe: PipeWriter) -> Stdio {
    let path = match (program.stdout, file) {
        (Output::Default | Output::Lines(_) | Output::Stalled, _) => return pipe.into(),
        (Output::Full, _) => PathBuf::from("/dev/full"),
        (_, Some(file)) => file.path().to_owned(),
        (_, None) => return Stdio::null(),
    };
    let file = File::options().write(true).open(path);
    file.expect("standard output").into()
}

/// Writes into a pipe until it takes no more.
#[cfg(unix)]
fn fill(mut pipe: &PipeWriter) {
    use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
    let flags = fcntl_getfl(pipe).expect("the flags of a pipe");
    fcntl_setfl(pipe, flags | OFlags::NONBLOCK).expect("a pipe that does not wait");
    while pipe.write(&[b' '; 512]).is_ok() {}
    fcntl_setfl(pipe, flags).expect("a pipe that waits");
}

#[cfg(not(unix))]
fn fill(_pipe: &PipeWriter) {
    panic!("a pipe cannot be filled here");
}

fn exit_of(status: ExitStatus) -> Exit {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return Exit::Signal(signal);
    }
    Exit::Code(status.code().unwrap_or(-1))
}
