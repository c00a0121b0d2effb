//! Runs the program at a real pseudo-terminal and reads its screen as a person would.

mod device;
mod display;
mod session;

use std::fmt;
use std::path::Path;

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use tempfile::TempDir;

use super::program::{Exit, Input, Output, Program};
pub use session::{CTRL_C, CTRL_D, CTRL_Z, DOWN, ENTER, ESCAPE, Session, UP};

/// The leader of the session.
const LEADER: &str = include_str!("leader.pl");

/// A window of a certain size.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    size: PtySize,
}

impl Terminal {
    pub fn size(columns: u16, rows: u16) -> Self {
        let size = size(columns, rows);
        Self { size }
    }

    /// Starts the program with all three streams at the terminal, except those that it has elsewhere. `TERM` is
    /// `xterm-256color` unless it was set.
    #[track_caller]
    pub fn run(self, program: &Program) -> Session {
        super::program::signals::restore_defaults();
        let program = &program.begun();
        let folder = TempDir::new().expect("a folder for the session");
        let stdin = match &program.stdin {
            Input::Default => "terminal",
            Input::Closed => "closed",
            Input::Text(text) | Input::File(text) => {
                std::fs::write(folder.path().join("stdin"), text).expect("standard input");
                if matches!(program.stdin, Input::File(_)) {
                    "file"
                } else {
                    "pipe"
                }
            }
            Input::Open => panic!("standard input cannot be an open pipe at a terminal"),
        };
        let stdout = match program.stdout {
            Output::Default => "terminal",
            Output::Closed => "closed",
            Output::File => "file",
            Output::Full => "full",
            Output::Lines(_) | Output::Stalled => panic!("standard output cannot be a pipe at a terminal"),
        };
        let command = leader(program, folder.path(), [stdin, stdout]);
        let pty = native_pty_system().openpty(self.size).expect("a terminal");
        let child = pty.slave.spawn_command(command).expect("the leader starts");
        drop(pty.slave);
        Session::new(self.size, pty.master, child, program, folder)
    }
}

fn leader(program: &Program, folder: &Path, streams: [&str; 2]) -> CommandBuilder {
    let mut command = CommandBuilder::new("perl");
    command.args(["-e", LEADER]);
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

/// The state of a terminal; one that a program restored equals `TerminalState::default()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of the terminal")]
pub struct TerminalState {
    pub cursor_hidden: bool,
    pub alternate_screen: bool,
    /// Typed characters are not shown.
    pub no_echo: bool,
    /// Input is not read by line.
    pub not_canonical: bool,
}

impl fmt::Display for TerminalState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = [
            ("cursor hidden", self.cursor_hidden),
            ("alternate screen", self.alternate_screen),
            ("no echo", self.no_echo),
            ("not canonical", self.not_canonical),
        ];
        let mut unusual = settings.iter().filter(|(_, is_unusual)| *is_unusual);
        unusual.try_for_each(|(name, _)| writeln!(f, "{name}"))
    }
}

/// The result of a run at a terminal.
#[derive(Debug, Clone)]
pub struct Finished {
    pub exit: Exit,
    /// The screen at the end, its lines as wide as the window.
    pub screen: String,
    /// All bytes written to the terminal, escape sequences included.
    pub output: String,
    /// The file to which standard output was redirected, or an empty text.
    pub stdout: String,
    pub terminal: TerminalState,
    snapshot: String,
}

impl Finished {
    /// The text that `snapshot!` compares. It shows the screen with wrapped lines joined, and the settings of the terminal that
    /// the program did not restore.
    pub fn snapshot(&self) -> String {
        self.snapshot.clone()
    }

    /// The exit code, 128 + N after signal N.
    pub fn code(&self) -> i32 {
        self.exit.code()
    }

    /// Asserts the exit code.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert!(self.code() == code, "not exit code {code}:\n{}", self.snapshot);
        self
    }
}
