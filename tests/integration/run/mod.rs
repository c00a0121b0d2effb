//! `tfy-tokens run`: a token for the life of one command.

mod command;
mod environment;
mod inherited;
mod signals;
mod terminal;
mod token;

use crate::support::{FakeServer, Program};

/// Runs a script of `/bin/sh` with the token `job`. `options` are those of `run`.
fn script(server: &FakeServer, options: &str, script: &str) -> Program {
    server.program("run --name job").args(options).args("-- sh -c").arg(script)
}
