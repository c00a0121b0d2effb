//! What a run left.

use std::time::Duration;

/// What a run that has ended left.
#[derive(Debug, Clone)]
pub struct Run {
    /// The exit code; of a program ended by a signal, 128 and the signal's number, as a shell says.
    pub code: i32,
    /// Standard output, odd bytes replaced.
    pub stdout: String,
    /// Standard output, exactly.
    pub stdout_bytes: Vec<u8>,
    /// Standard error, odd bytes replaced.
    pub stderr: String,
    /// From the start to the end.
    pub elapsed: Duration,
}

impl Run {
    /// Asserts the exit code, showing both streams where it is another.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        let Self { stdout, stderr, .. } = &self;
        assert!(
            self.code == code,
            "exit code {}, not {code}\n--- standard output\n{stdout}\n--- standard error\n{stderr}",
            self.code
        );
        self
    }

    /// The failure that standard error tells a script, as its one line.
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
