//! The result of a run.

use std::fmt;
use std::time::Duration;

use super::Program;
use crate::support::snapshot::render;

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    Code(i32),
    Signal(i32),
}

impl Exit {
    /// The exit code as a shell reports it: 128 + N after signal N.
    pub fn code(self) -> i32 {
        match self {
            Self::Code(code) => code,
            Self::Signal(signal) => 128 + signal,
        }
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self {
            Self::Code(code) => return code.fmt(f),
            Self::Signal(1) => "SIGHUP",
            Self::Signal(2) => "SIGINT",
            Self::Signal(3) => "SIGQUIT",
            Self::Signal(6) => "SIGABRT",
            Self::Signal(9) => "SIGKILL",
            Self::Signal(13) => "SIGPIPE",
            Self::Signal(15) => "SIGTERM",
            Self::Signal(other) => return write!(f, "killed by signal {other}"),
        };
        write!(f, "killed by {name}")
    }
}

/// The result of a run that has ended.
#[derive(Debug, Clone)]
pub struct Run {
    pub exit: Exit,
    /// Standard output, with invalid UTF-8 replaced.
    pub stdout: String,
    pub stdout_bytes: Vec<u8>,
    /// Standard error, with invalid UTF-8 replaced.
    pub stderr: String,
    pub elapsed: Duration,
    pub(super) snapshot: String,
}

impl Run {
    pub(super) fn new(program: &Program, exit: Exit, stdout_bytes: Vec<u8>, stderr: &[u8], elapsed: Duration) -> Self {
        let stdout = String::from_utf8_lossy(&stdout_bytes).into_owned();
        let stderr = String::from_utf8_lossy(stderr).into_owned();
        let sections = [("stdout", stdout.as_str()), ("stderr", &stderr)];
        let snapshot = render(program, &exit.to_string(), &sections);
        Self {
            exit,
            stdout,
            stdout_bytes,
            stderr,
            elapsed,
            snapshot,
        }
    }

    /// The text that `snapshot!` compares.
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

    /// The error on standard error, which must be one line of JSON.
    #[track_caller]
    pub fn failure(&self) -> serde_json::Value {
        let line = self.stderr.strip_suffix('\n').filter(|line| !line.contains('\n'));
        let failure = line.and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let failure = failure.unwrap_or_else(|| panic!("not one line of JSON: {:?}", self.stderr));
        failure["error"].clone()
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("not JSON ({error}): {:?}", self.stdout))
    }
}
