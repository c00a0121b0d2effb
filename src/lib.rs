//! A command-line client for the personal access tokens of TrueFoundry, behind one [`run`].

mod age;
mod api;
mod cli;
mod commands;
mod delivery;
mod email;
mod environment;
mod error;
mod interrupt;
mod output;
mod prompt;
mod runtime;
mod secret;
mod select;
mod settings;
mod text;
mod token;
mod typed;
mod usage;
mod when;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use jiff::Timestamp;

use cli::{Cli, Command, Global};
use commands::{Context, completions};
use environment::Environment;
use error::Error;
use output::{Options, Output};

/// Runs the program on `arguments` (the first is the program's own name) with `environment` as its environment, and answers
/// with the code to exit with.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
) -> ExitCode {
    keep_secrets_out_of_core_dumps();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let environment = Environment::new(environment);
    if let Some(answer) = completions::answer(&arguments, &environment) {
        return usage::print(&answer, &usage::output(&[], &environment));
    }
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage::explain(error, &arguments, &environment),
    };
    let Global {
        output: format,
        color,
        quiet,
        verbose,
        ..
    } = cli.global;
    let output = Output::new(
        Options {
            format,
            color,
            quiet,
            verbose,
        },
        &environment,
    );
    output.end(execute(cli, output.clone(), &environment))
}

/// What the fuzz targets under `tests/fuzz` and the benchmarks under `tests/bench` feed. No part of any interface.
#[doc(hidden)]
pub mod internals {
    pub use crate::text::clean;

    /// Reads bytes as a page of tokens and draws them as a table, or says what came instead.
    pub fn draw_page(body: &[u8]) -> Result<String, String> {
        let now = jiff::Timestamp::UNIX_EPOCH;
        let look = crate::output::Look {
            now,
            width: None,
            is_coloured: false,
            is_terminal: false,
        };
        let page = crate::api::read_page(body, now)?;
        Ok(crate::output::Table::new(&page.tokens, &look).text())
    }

    /// Reads bytes as a page of tokens: how many there are, or what came instead.
    pub fn read_page(body: &[u8]) -> Result<usize, String> {
        crate::api::read_page(body, jiff::Timestamp::UNIX_EPOCH).map(|page| page.tokens.len())
    }
}

fn execute(cli: Cli, output: Output, environment: &Environment) -> Result<(), Error> {
    let Cli { global, command } = cli;
    let context = Context {
        global: &global,
        environment,
        output,
        now: Timestamp::now(),
    };
    let only_shows = !matches!(
        command,
        Command::Create(_) | Command::Rotate(_) | Command::Delete(_) | Command::RevokeAll(_)
    );
    match commands::run(command, &context) {
        // Whoever reads has seen enough, as `head` does.
        Err(error) if only_shows && error.is_reader_gone() => Ok(()),
        result => result,
    }
}

/// A crash must not leave the key in a file. Where the system refuses, there is nothing more to do.
fn keep_secrets_out_of_core_dumps() {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, setrlimit};
        let _ = setrlimit(
            Resource::Core,
            Rlimit {
                current: Some(0),
                maximum: Some(0),
            },
        );
    }
    // A system that pipes core dumps to a program does not look at the limit.
    #[cfg(target_os = "linux")]
    {
        use rustix::process::{DumpableBehavior, set_dumpable_behavior};
        let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
    }
}
