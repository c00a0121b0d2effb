//! The result of a run.

use std::fmt;
use std::process::ExitStatus;
use std::time::Duration;

use serde_json::Value;

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Code(i32),
    Signal(i32),
}

impl From<ExitStatus> for Exit {
    fn from(status: ExitStatus) -> Self {
        #[cfg(unix)]
        if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
            return Self::Signal(signal);
        }
        Self::Code(status.code().unwrap_or(-1))
    }
}

impl Default for Exit {
    fn default() -> Self {
        Self::Code(0)
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Code(code) => code.fmt(f),
            Self::Signal(signal) => {
                #[cfg(unix)]
                let signal = signal_hook::low_level::signal_name(signal).unwrap_or("another signal");
                write!(f, "killed by {signal}")
            }
        }
    }
}

/// The result of a run that has ended, with pipes or at a terminal.
#[derive(Debug, Clone, Default)]
pub struct Run {
    pub exit: Exit,
    /// Standard output, with invalid UTF-8 replaced; at a terminal only if it was redirected to a file.
    pub stdout: String,
    pub stdout_bytes: Vec<u8>,
    /// Standard error, with invalid UTF-8 replaced; empty at a terminal.
    pub stderr: String,
    /// Zero at a terminal.
    pub elapsed: Duration,
    /// The screen of the terminal at the end, its lines as wide as the window.
    pub screen: String,
    /// All bytes written to the terminal, escape sequences included.
    pub output: String,
    pub terminal: TerminalState,
    pub(super) snapshot: String,
}

impl Run {
    /// The run itself, for `snapshot!`.
    pub fn finish(&self) -> Self {
        self.clone()
    }

    /// The text that `snapshot!` compares. Of a terminal, it shows the screen with wrapped lines joined, and the settings that the
    /// program did not restore.
    pub fn snapshot(&self) -> String {
        self.snapshot.clone()
    }

    /// The exit code as a shell reports it: 128 + N after signal N.
    pub fn code(&self) -> i32 {
        match self.exit {
            Exit::Code(code) => code,
            Exit::Signal(signal) => 128 + signal,
        }
    }

    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert!(self.code() == code, "not exit code {code}:\n{}", self.snapshot);
        self
    }

    /// The error on standard error, which must be one line of JSON.
    #[track_caller]
    pub fn failure(&self) -> Value {
        let line = self.stderr.strip_suffix('\n').filter(|line| !line.contains('\n'));
        let failure = line.and_then(|line| serde_json::from_str::<Value>(line).ok());
        failure.unwrap_or_else(|| panic!("not one line of JSON: {:?}", self.stderr))["error"].clone()
    }

    /// Standard output, which must be JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("not JSON ({error}): {:?}", self.stdout))
    }
}

/// The settings of a terminal that differ from those before the program, such as `no echo`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TerminalState(pub(super) Vec<&'static str>);
