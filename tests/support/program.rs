//! How the binary is run: in a scrubbed environment, within a time limit, its output inspected.

mod collected;
mod run;
mod running;
#[cfg(unix)]
pub mod signals;

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

pub use super::inspection::SECRET;
pub use run::Run;
pub use running::Running;

use super::inspection::Inspection;

/// Passed on from the environment of the tests: what finds programs, what a system cannot do
/// without, and where a coverage run collects.
const PASSED_ON: [&str; 3] = ["PATH", "SystemRoot", "LLVM_PROFILE_FILE"];

/// The binary with its arguments and surroundings. Clones share the home and working directories.
#[derive(Debug, Clone)]
pub struct Program {
    pub(super) executable: OsString,
    pub(super) arguments: Vec<OsString>,
    pub(super) environment: BTreeMap<OsString, OsString>,
    pub(super) home: Arc<TempDir>,
    pub(super) cwd: Arc<TempDir>,
    pub(super) stdin: Input,
    pub(super) stdout: Output,
    /// Standard error goes to a pipe that is full, and its reader does not read.
    pub(super) stderr_stalled: bool,
    pub(super) address_space: Option<u64>,
    pub(super) inspection: Inspection,
}

/// What standard input is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    /// Nothing to read, as under a job scheduler. At a terminal: the terminal.
    Default,
    Text(String),
    File(String),
    Closed,
    Open,
}

/// Where standard output goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// To the test. At a terminal: to the terminal.
    Default,
    File,
    Full,
    Closed,
    /// To a pipe whose reader leaves after this many lines.
    Lines(usize),
    /// To a pipe that is full, whose reader stays and reads nothing.
    Stalled,
}

impl Program {
    /// The binary without any settings.
    pub fn bare() -> Self {
        Self::other(env!("CARGO_BIN_EXE_tfy-tokens"))
    }

    /// The binary with base URL and key in its environment; the key is a secret from then on.
    pub fn against(url: impl AsRef<str>, key: impl AsRef<str>) -> Self {
        Self::bare()
            .env("TFY_BASE_URL", url.as_ref())
            .env("TFY_API_KEY", key.as_ref())
            .secret(key.as_ref())
    }

    /// Another program, under the same conditions.
    pub fn other(executable: impl Into<OsString>) -> Self {
        let home = TempDir::new().expect("a home directory");
        let mut environment: BTreeMap<_, _> = PASSED_ON
            .into_iter()
            .filter_map(|name| Some((name.into(), std::env::var_os(name)?)))
            .collect();
        environment.insert("HOME".into(), home.path().into());
        Self {
            executable: executable.into(),
            arguments: Vec::new(),
            environment,
            home: Arc::new(home),
            cwd: Arc::new(TempDir::new().expect("a working directory")),
            stdin: Input::Default,
            stdout: Output::Default,
            stderr_stalled: false,
            address_space: None,
            inspection: Inspection::default(),
        }
    }

    /// Another program, under the conditions of this one.
    pub fn run_by(mut self, executable: impl Into<OsString>) -> Self {
        self.executable = executable.into();
        self
    }

    /// Adds an argument.
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Adds arguments.
    pub fn args(mut self, arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets an environment variable.
    pub fn env(self, name: &str, value: impl AsRef<str>) -> Self {
        self.env_os(name, value.as_ref())
    }

    /// Sets an environment variable that need not be Unicode.
    pub fn env_os(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.environment.insert(name.as_ref().into(), value.as_ref().into());
        self
    }

    /// Takes a variable out of the environment, `HOME` and `PATH` included.
    pub fn no_env(mut self, name: &str) -> Self {
        self.environment.remove(OsStr::new(name));
        self
    }

    /// Forbids `secret` in every output, also where it does not contain [`SECRET`].
    pub fn secret(mut self, secret: &str) -> Self {
        self.inspection.forbid(secret);
        self
    }

    /// Standard input is a pipe that brings `text` and then ends.
    pub fn stdin(mut self, text: impl Into<String>) -> Self {
        self.stdin = Input::Text(text.into());
        self
    }

    /// Standard input is a regular file that holds `text`.
    pub fn stdin_file(mut self, text: impl Into<String>) -> Self {
        self.stdin = Input::File(text.into());
        self
    }

    /// There is no standard input at all.
    pub fn stdin_closed(mut self) -> Self {
        self.stdin = Input::Closed;
        self
    }

    /// Standard input is a pipe into which nothing is ever written.
    pub fn stdin_open(mut self) -> Self {
        self.stdin = Input::Open;
        self
    }

    /// Standard output is a regular file, read into the result at the end.
    pub fn stdout_to_file(mut self) -> Self {
        self.stdout = Output::File;
        self
    }

    /// Standard output is a pipe that is full, and its reader does not read.
    pub fn stdout_stalled(mut self) -> Self {
        self.stdout = Output::Stalled;
        self
    }

    /// Standard error is a pipe that is full, and its reader does not read.
    pub fn stderr_stalled(mut self) -> Self {
        self.stderr_stalled = true;
        self
    }

    /// Standard output is `/dev/full`: every write fails for want of space.
    pub fn stdout_full(mut self) -> Self {
        self.stdout = Output::Full;
        self
    }

    /// There is no standard output at all.
    pub fn stdout_closed(mut self) -> Self {
        self.stdout = Output::Closed;
        self
    }

    /// Standard output is a pipe whose reader has gone before the program starts.
    pub fn stdout_reader_gone(self) -> Self {
        self.stdout_reader_leaves_after(0)
    }

    /// Standard output is a pipe whose reader leaves after `lines` lines, as `head` does.
    pub fn stdout_reader_leaves_after(mut self, lines: usize) -> Self {
        self.stdout = Output::Lines(lines);
        self
    }

    /// Limits the address space (Linux): a program that wants more of it fails to get it.
    pub fn address_space_mib(mut self, mebibytes: u64) -> Self {
        self.address_space = Some(mebibytes);
        self
    }

    /// Declares that standard output holds the value of a token: [`SECRET`] exactly once.
    pub fn delivers_value(mut self) -> Self {
        self.inspection.delivers_value = true;
        self
    }

    /// Declares that standard output is for programs and may hold control characters.
    pub fn exact_output(mut self) -> Self {
        self.inspection.exact_output = true;
        self
    }

    /// Declares that colours were asked for, also off a terminal.
    pub fn coloured(mut self) -> Self {
        self.inspection.coloured = true;
        self
    }

    /// The home directory.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The working directory.
    pub fn cwd(&self) -> &Path {
        self.cwd.path()
    }

    /// Writes a file below the home directory that only its owner can read.
    pub fn write_home_file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        write_private(&self.home().join(path), content.as_ref());
        self
    }

    /// Writes a file below the working directory that only its owner can read.
    pub fn write_cwd_file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        write_private(&self.cwd().join(path), content.as_ref());
        self
    }

    /// Runs to the end, for a minute at most.
    #[track_caller]
    pub fn run(&self) -> Run {
        self.start().wait()
    }

    /// Starts, and leaves it running.
    #[track_caller]
    pub fn start(&self) -> Running {
        Running::start(self)
    }
}

fn write_private(path: &Path, content: &[u8]) {
    let folder = path.parent().expect("a folder to write in");
    std::fs::create_dir_all(folder).expect("make the folder");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).expect("open the file");
    std::io::Write::write_all(&mut file, content).expect("write the file");
}
