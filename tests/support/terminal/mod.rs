//! Runs the program at a real pseudo-terminal and reads its screen as a person would.

mod display;
mod session;

use portable_pty::{CommandBuilder, PtySize};
use tempfile::TempDir;

use super::program::{Input, Output, Program};
pub use session::Session;

/// Keys that are not characters.
pub const ENTER: &str = "\r";
pub const ESCAPE: &str = "\x1b";
pub const UP: &str = "\x1b[A";
pub const DOWN: &str = "\x1b[B";
pub const CTRL_C: &str = "\x03";
pub const CTRL_D: &str = "\x04";
pub const CTRL_Z: &str = "\x1a";

/// A window.
#[derive(Debug, Clone, Copy)]
pub struct Terminal(PtySize);

impl Terminal {
    pub fn size(cols: u16, rows: u16) -> Self {
        Self(PtySize { rows, cols, ..PtySize::default() })
    }

    /// Starts the program with all three streams at the terminal, except those that it has elsewhere. `TERM` is
    /// `xterm-256color` unless it was set.
    #[track_caller]
    pub fn run(self, program: &Program) -> Session {
        super::signals::restore_defaults();
        let program = program.begun();
        let directory = TempDir::new().expect("a directory for the session");
        let stdin = match &program.stdin {
            Input::Default => "terminal",
            Input::Closed => "closed",
            Input::Open => panic!("a pipe that stays open is only for a program without a terminal"),
            Input::Text(text) => {
                std::fs::write(directory.path().join("stdin"), text).expect("standard input");
                "pipe"
            }
        };
        let stdout = match program.stdout {
            Output::Default => "terminal",
            Output::File => "file",
            _ => panic!("standard output can only be the terminal or a file"),
        };
        let mut command = CommandBuilder::new("perl");
        command.args(["-e", include_str!("leader.pl")]);
        command.arg(directory.path());
        command.args([stdin, stdout]);
        command.arg(&program.executable);
        command.args(&program.arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        for (name, value) in &program.environment {
            command.env(name, value);
        }
        command.cwd(program.cwd());
        Session::start(self.0, command, program, directory)
    }
}
