//! The result of a run.

use std::process::ExitStatus;
use std::time::Duration;

use serde_json::Value;

/// How a program ended, and its exit code as a shell reports it: 128 + N after signal N.
pub(super) fn ending(status: ExitStatus) -> (String, i32) {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        let name = signal_hook::low_level::signal_name(signal).unwrap_or("another signal");
        return (format!("killed by {name}"), 128 + signal);
    }
    let code = status.code().unwrap_or(-1);
    (code.to_string(), code)
}

/// The result of a run that has ended, with pipes or at a terminal.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// The exit code, or `killed by` and the name of a signal.
    pub exit: String,
    pub(super) code: i32,
    /// Standard output, with invalid UTF-8 replaced; at a terminal only if it was redirected to a file.
    pub stdout: String,
    /// Standard error, with invalid UTF-8 replaced; empty at a terminal.
    pub stderr: String,
    /// Zero at a terminal.
    pub elapsed: Duration,
    /// The screen of the terminal at the end, its lines as wide as the window.
    pub screen: String,
    /// All bytes written to the terminal, escape sequences included.
    pub output: String,
    /// The settings of the terminal that differ from those before the program, such as `no echo`, one a line.
    pub terminal: String,
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
        self.code
    }

    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert!(self.code == code, "not exit code {code}:\n{}", self.snapshot);
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
