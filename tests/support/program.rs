//! The program in a clean environment.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;

use super::fake_server::{FakeServer, ReceivedRequest};
use super::inspection::Inspection;
use super::run::Run;
use super::running::Running;
use super::servers::{RawServer, Request};
use super::snapshot::Observed;

/// Passed on from the environment of the tests: for finding programs, for the system, and for the data of a coverage run.
const PASSED_ON: [&str; 3] = ["PATH", "SystemRoot", "LLVM_PROFILE_FILE"];

/// The program with its arguments and environment. Clones share the home and working directories.
#[derive(Clone)]
pub struct Program {
    pub(super) executable: OsString,
    pub(super) arguments: Vec<OsString>,
    pub(super) environment: BTreeMap<OsString, OsString>,
    home: Arc<TempDir>,
    cwd: Arc<TempDir>,
    pub(super) stdin: Input,
    pub(super) stdout: Output,
    pub(super) stderr: Output,
    pub(super) inspection: Inspection,
    pub(super) observed: Vec<Observed>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The null device, or the terminal.
    Default,
    /// A pipe with this text.
    Text(String),
    /// A pipe to which the test writes with [`Running::send`].
    Open,
    /// Not open; only at a terminal.
    Closed,
}

/// The standard output or standard error of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Output {
    /// Collected by the test, or the terminal.
    Default,
    /// A regular file, which is read at the end; only at a terminal.
    File,
    /// `/dev/full`, to which every write fails.
    Full,
    /// A pipe whose reader leaves after this number of lines, as `head` does; with 0, before the program starts.
    Lines(usize),
    /// A full pipe whose reader never reads.
    Stalled,
}

impl Program {
    /// The program without any settings, with arguments separated by spaces.
    pub fn new(arguments: &str) -> Self {
        Self::other(env!("CARGO_BIN_EXE_tfy-tokens"), arguments)
    }

    /// The program with base URL and key in its environment; the key is forbidden in its output.
    pub fn with_settings(url: impl AsRef<str>, key: impl AsRef<str>, arguments: &str) -> Self {
        let (url, key) = (url.as_ref(), key.as_ref());
        let program = Self::new(arguments).env("TFY_BASE_URL", url);
        program.env("TFY_API_KEY", key).secret(key)
    }

    /// Another executable under the same conditions.
    pub fn other(executable: impl Into<OsString>, arguments: &str) -> Self {
        let home = TempDir::new().expect("a home directory");
        let passed_on = |name: &str| Some((name.into(), env::var_os(name)?));
        let mut environment: BTreeMap<_, _> = PASSED_ON.into_iter().filter_map(passed_on).collect();
        environment.insert("HOME".into(), home.path().into());
        let program = Self {
            executable: executable.into(),
            arguments: Vec::new(),
            environment,
            home: Arc::new(home),
            cwd: Arc::new(TempDir::new().expect("a working directory")),
            stdin: Input::Default,
            stdout: Output::Default,
            stderr: Output::Default,
            inspection: Inspection::default(),
            observed: Vec::new(),
        };
        program.args(arguments)
    }

    /// `/bin/sh -c SCRIPT` under the same conditions.
    pub fn shell(script: &str) -> Self {
        Self::other("/bin/sh", "-c").arg(script)
    }

    /// The program run by a user who is not root and who owns the home and working directories. `None` if that is not possible.
    #[cfg(unix)]
    pub fn unprivileged(mut self, test: &str) -> Option<Self> {
        const OTHER_USER: u32 = 12_345;

        if !rustix::process::geteuid().is_root() {
            return Some(self);
        }
        if !is_installed("setpriv", test) {
            return None;
        }
        give(self.home(), OTHER_USER).and(give(self.cwd(), OTHER_USER)).expect("another owner");
        let ids = format!("--reuid {OTHER_USER} --regid {OTHER_USER} --clear-groups");
        let arguments = std::mem::take(&mut self.arguments);
        let executable = self.executable.clone();
        let mut program = self.run_by("setpriv").args(&ids).arg(executable);
        if program.clone().arg("--version").run().code() != 0 {
            writeln!(io::stderr(), "skipped: {test}: root cannot run the program as another user").ok();
            return None;
        }
        program.arguments.extend(arguments);
        Some(program)
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    pub fn run_by(self, executable: impl Into<OsString>) -> Self {
        self.with(|program| program.executable = executable.into())
    }

    /// Adds arguments separated by spaces.
    pub fn args(self, arguments: &str) -> Self {
        arguments.split_whitespace().fold(self, Self::arg)
    }

    /// Adds one argument, which may contain spaces, be empty, or not be Unicode.
    pub fn arg(self, argument: impl Into<OsString>) -> Self {
        self.with(|program| program.arguments.push(argument.into()))
    }

    pub fn env(self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        let (name, value) = (name.as_ref().into(), value.as_ref().into());
        self.with(|program| drop(program.environment.insert(name, value)))
    }

    /// Sets variables written as `NAME=value`, separated by spaces.
    pub fn envs(self, variables: &str) -> Self {
        let variables = variables.split_whitespace().filter_map(|word| word.split_once('='));
        variables.fold(self, |program, (name, value)| program.env(name, value))
    }

    pub fn no_env(self, name: &str) -> Self {
        self.with(|program| drop(program.environment.remove(OsStr::new(name))))
    }

    /// Forbids `secret` in all output, even if it does not contain `SENTINEL`.
    pub fn secret(self, secret: &str) -> Self {
        self.with(|program| program.inspection.forbid(secret))
    }

    pub fn stdin(self, input: Input) -> Self {
        self.with(|program| program.stdin = input)
    }

    pub fn stdout(self, output: Output) -> Self {
        self.with(|program| program.stdout = output)
    }

    pub fn stderr(self, output: Output) -> Self {
        self.with(|program| program.stderr = output)
    }

    /// Declares that standard output contains the value of a token exactly once.
    pub fn delivers_value(self) -> Self {
        self.with(|program| program.inspection.delivers_value = true)
    }

    /// Declares that standard output is for programs and may contain control characters.
    pub fn exact_output(self) -> Self {
        self.with(|program| program.inspection.exact_output = true)
    }

    /// Declares that both streams may contain colors.
    pub fn colored(self) -> Self {
        self.with(|program| program.inspection.colored = true)
    }

    /// Shows the requests to this server in snapshots. [`FakeServer::program`] and [`RawServer::program`] do it by themselves.
    pub fn observing(self, server: &FakeServer) -> Self {
        let (url, server) = (server.url(), server.clone());
        let requests = move || server.requests().iter().map(ReceivedRequest::line).collect();
        self.with(|program| program.observed.push(Observed::new(url, requests)))
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    pub fn cwd(&self) -> &Path {
        self.cwd.path()
    }

    /// Writes a file in the home directory that only its owner can read.
    pub fn home_file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        write_private(&self.home().join(path), content.as_ref());
        self
    }

    /// Writes a file in the working directory that only its owner can read.
    pub fn cwd_file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        write_private(&self.cwd().join(path), content.as_ref());
        self
    }

    /// Runs to the end, for at most a minute.
    #[track_caller]
    pub fn run(&self) -> Run {
        self.start().finish()
    }

    /// Runs to the end, for `snapshot!`.
    #[track_caller]
    pub fn finish(&self) -> Run {
        self.run()
    }

    #[track_caller]
    pub fn start(&self) -> Running {
        Running::start(self.begun())
    }

    /// The program with the requests until now forgotten.
    pub(super) fn begun(&self) -> Self {
        let begin = |program: &mut Self| program.observed.iter_mut().for_each(Observed::begin);
        self.clone().with(begin)
    }
}

impl FakeServer {
    /// The program with the settings of this server; snapshots show the requests.
    pub fn program(&self, arguments: &str) -> Program {
        Program::with_settings(self.url(), self.key(), arguments).observing(self)
    }
}

impl RawServer {
    /// The program with the settings of this server; snapshots show the requests.
    pub fn program(&self, arguments: &str) -> Program {
        let server = self.clone();
        let requests = move || server.received().requests().iter().map(Request::line).collect();
        let program = Program::with_settings(self.url(), "tfy_key_SENTINEL_of_a_raw_server", arguments);
        program.with(|program| program.observed.push(Observed::new(self.url(), requests)))
    }
}

fn write_private(path: &Path, content: &[u8]) {
    std::fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).expect("a new file");
    file.write_all(content).expect("a written file");
}

/// Whether a program is installed. If it is not, the output of the tests says that `test` is skipped.
pub fn is_installed(program: &str, test: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let is_installed = env::split_paths(&path).any(|directory| directory.join(program).is_file());
    if !is_installed {
        // Written directly, because the captured output of a test is shown only if it fails.
        writeln!(io::stderr(), "skipped: {test}: {program} is not installed").ok();
    }
    is_installed
}

/// Gives a file, or a directory with all its files, to another user.
#[cfg(unix)]
fn give(path: &Path, user: u32) -> io::Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            give(&entry?.path(), user)?;
        }
    }
    std::os::unix::fs::chown(path, Some(user), Some(user))
}
