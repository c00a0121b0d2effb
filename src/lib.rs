//! A command-line client for TrueFoundry personal access tokens. [`run`] is the whole program.

mod api;
mod claims;
mod cli;
mod commands;
mod core_dumps;
mod error;
mod output;
mod prompt;
mod redact;
mod secret;
mod select;
mod settings;
mod signals;
mod thread;
mod time;
mod token;
mod token_name;
mod tokens;
mod untrusted;

use std::ffi::OsString;
use std::process::ExitCode;

use cli::{Cli, usage};
use commands::completions;
use error::Failure;
use output::{Options, Output};
use signals::Interrupted;

/// Runs the program. The first argument is the name of the program.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    core_dumps::disable();
    signals::survive_file_size_limit();
    settings::env::remember_key();
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(completions) = completions::complete(&arguments) {
        return usage::print(&completions);
    }
    let Cli { global, command } = match usage::parse(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage::report(error, &arguments),
    };
    let output = Output::new(Options {
        format: global.output,
        color: global.color,
        quiet: global.quiet,
        verbose: global.verbose,
    });
    let error = match commands::run(command, &global, &output) {
        Ok(exit_code) => return exit_code,
        Err(error) => error,
    };
    match error.downcast_ref::<Interrupted>() {
        Some(interrupted) => interrupted.die(),
        None => output.report(&Failure::from_error(&error)),
    }
}

/// Entry points for the fuzz targets in `tests/fuzz` and the benchmarks in `tests/bench`. Not a public API.
#[doc(hidden)]
pub mod internals {
    use jiff::Timestamp;

    pub use crate::api::server_message;
    pub use crate::redact::redact;
    pub use crate::settings::messages_about;
    pub use crate::untrusted::sanitize;

    /// Parses a page of tokens and renders it as a table. The error describes the unexpected input.
    pub fn draw_page(body: &[u8]) -> Result<String, String> {
        let now = Timestamp::UNIX_EPOCH;
        let page = crate::api::parse_page(body, now).map_err(|failure| failure.to_string())?;
        let stream = crate::output::Stream { is_terminal: false, width: None, is_colored: false, can_redraw: false };
        Ok(crate::output::Table::new(&page.tokens, now, stream).text())
    }

    /// Parses a page of tokens and returns their number. The error describes the unexpected input.
    pub fn parse_page(body: &[u8]) -> Result<usize, String> {
        let page = crate::api::parse_page(body, Timestamp::UNIX_EPOCH);
        page.map(|page| page.tokens.len()).map_err(|failure| failure.to_string())
    }
}

/// Properties of everything that reads text from outside: it takes linear time, and its messages are safe to print.
#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::internals::{messages_about, redact, sanitize, server_message};

    /// All messages about a text, as they are printed.
    fn messages(text: &str) -> Vec<String> {
        let settings: Vec<_> = messages_about(text).iter().map(|message| redact(&sanitize(message))).collect();
        let body = serde_json::json!({"message": text, "errors": [text]}).to_string();
        let errors = [text, &body].into_iter().filter_map(|body| server_message(body.as_bytes()));
        settings.into_iter().chain(errors).collect()
    }

    #[test]
    fn reading_takes_linear_time() {
        // Quadratic code would take minutes here.
        for text in
            ["A='", "A=\"\n", "TFY_API_KEY=\"x\n", "[[", "{\"a\":", "https://a/", "eyJ.", "tfy_ ", "\\u001b", "%2e/"]
        {
            let longest = messages(&text.repeat(20_000)).into_iter().map(|message| message.len()).max();
            assert!(longest < Some(2_000), "{text}: {longest:?}");
        }
    }

    proptest! {
        #[test]
        fn messages_contain_no_secret(
            before in any::<String>(),
            secret in "tfy_[A-Za-z0-9]{8,40}",
            after in any::<String>(),
        ) {
            let session = format!("{{\"access_token\":\"{secret}\",\"host\":{before:?}");
            for text in [format!("{before}{secret}{after}"), format!("TFY_API_KEY={before}{secret}"), session] {
                for message in messages(&text) {
                    prop_assert!(!message.contains(&secret), "{}", message);
                    prop_assert!(!message.contains(char::is_control), "{:?}", message);
                }
            }
        }
    }
}
