//! A real pseudo-terminal to run the program at, its screen read as a person would read it.

mod device;
mod display;
mod finished;
mod session;

use std::path::Path;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use tempfile::TempDir;

use super::program::Program;
use super::program::{Input, Output};
pub use finished::Finished;
pub use session::Session;

/// Runs the program in a terminal session of its own and then writes down its exit code and the
/// settings of the terminal. Those have to be read before the leader of the session ends, because
/// the system then resets them; so a shell is the leader.
const LEADER: &str = r#"
trap : HUP INT QUIT TERM
folder=$0 stdin=$1 stdout=$2
shift 2
unset SHELL
run() (
    case $stdin in closed) exec <&- ;; file) exec <"$folder/stdin" ;; esac
    case $stdout in closed) exec >&- ;; file) exec >"$folder/stdout" ;; full) exec >/dev/full ;; esac
    exec "$@"
)
case $stdin in pipe) cat "$folder/stdin" | run "$@" ;; *) run "$@" ;; esac
code=$?
{ echo "$code"; PATH=/usr/bin:/bin stty -a </dev/tty; } >"$folder/report" 2>/dev/null
"#;

/// A window of a certain size.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    size: PtySize,
}

impl Terminal {
    /// A window of `columns` by `rows`.
    pub fn size(columns: u16, rows: u16) -> Self {
        Self {
            size: size(columns, rows),
        }
    }

    /// Starts the program with all three streams on the terminal, but for those that it was given
    /// elsewhere; `TERM` is `xterm-256color` unless it was set.
    pub fn run(self, program: &Program) -> Session {
        let folder = TempDir::new().expect("a folder for the session");
        let stdin = match &program.stdin {
            Input::Default => "terminal",
            Input::Closed => "closed",
            Input::Text(text) => {
                std::fs::write(folder.path().join("stdin"), text).expect("standard input");
                "pipe"
            }
            Input::File(text) => {
                std::fs::write(folder.path().join("stdin"), text).expect("standard input");
                "file"
            }
            Input::Open => panic!("an open pipe as standard input at a terminal"),
        };
        let stdout = match program.stdout {
            Output::Default => "terminal",
            Output::Closed => "closed",
            Output::File => "file",
            Output::Full => "full",
            Output::Lines(_) | Output::Stalled => panic!("a pipe as standard output at a terminal"),
        };
        let command = leader(program, folder.path(), [stdin, stdout]);

        let pty = native_pty_system().openpty(self.size).expect("a terminal");
        let child = pty.slave.spawn_command(command).expect("the shell starts");
        drop(pty.slave);
        Session::new(self.size, pty.master, child, program, folder)
    }
}

fn leader(program: &Program, folder: &Path, streams: [&str; 2]) -> CommandBuilder {
    let mut command = CommandBuilder::new("/bin/sh");
    command.args(["-c", LEADER]);
    command.arg(folder);
    command.args(streams);
    command.arg(&program.executable);
    command.args(&program.arguments);
    command.env_clear();
    command.env("TERM", "xterm-256color");
    for (name, value) in &program.environment {
        command.env(name, value);
    }
    command.cwd(program.cwd());
    command
}

fn size(cols: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols,
        ..PtySize::default()
    }
}
