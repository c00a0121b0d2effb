//! The process of a command at a Windows console.

use std::ffi::OsString;
use std::io;
use std::path::Path;
use std::process::Command;

use super::{Change, Ended};
use crate::signals::Signals;

/// A child process at our console, which sends Ctrl-C to both processes.
pub struct Child(std::process::Child);

impl Child {
    pub fn start(program: &Path, arguments: &[OsString], changes: Vec<Change<'_>>) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.args(arguments.get(1..).unwrap_or_default());
        for (name, value) in changes {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.spawn().map(Self)
    }

    /// Waits for the end of the process.
    pub async fn wait(mut self, signals: &Signals) -> Ended {
        let mut was_interrupted = false;
        let mut waiting = tokio::task::spawn_blocking(move || self.0.wait());
        loop {
            tokio::select! {
                status = &mut waiting => {
                    let code = status.ok().and_then(Result::ok).and_then(|status| status.code());
                    let exit_code = code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1);
                    return Ended { exit_code, was_interrupted };
                }
                _ = signals.next() => was_interrupted = true,
            }
        }
    }
}
