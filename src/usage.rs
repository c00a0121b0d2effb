//! What is printed where no command runs: help, the version, and what is wrong with a command line.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;

use crate::error::Error;
use crate::output::{ColorChoice, Format, Options, Output};
use crate::secret::{hidden, without};
use crate::settings::{Environment, KEY_NAME};
use crate::text::clean;

/// Tells what the parser of the command line has to say: help that was asked for, or what is wrong.
pub fn explain(error: &clap::Error, arguments: &[OsString], environment: &Environment) -> ExitCode {
    let is_help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let output = output(arguments, environment);
    let stream = if is_help { output.stdout } else { output.stderr };
    let rendered = error.render();
    let text = if stream.is_coloured && arguments.iter().all(is_harmless) {
        rendered.ansi().to_string()
    } else {
        let plain = rendered.to_string();
        plain.split('\n').map(clean).collect::<Vec<_>>().join("\n")
    };
    let text = without_secrets(&text, environment);
    if is_help {
        return print(&text, &output);
    }
    if output.format() == Format::Json {
        output.error(&in_short(&text));
    } else {
        output.show(text.trim_end());
    }
    ExitCode::from(2)
}

/// The parser's words without what is for people alone: how the command is used, and that there is help.
fn in_short(text: &str) -> Error {
    let on_one_line = |paragraph: &str| paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let mut paragraphs = text.split("\n\n").map(on_one_line);
    let said = paragraphs.next().unwrap_or_default();
    Error::CommandLine {
        said: said.trim_start_matches("error: ").to_owned(),
        hint: paragraphs.find_map(|paragraph| paragraph.strip_prefix("tip: ").map(str::to_owned)),
    }
}

/// Prints text that was asked for. A reader that has gone has seen enough.
pub fn print(text: &str, output: &Output) -> ExitCode {
    match output.data(text) {
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            output.error(&error);
            ExitCode::from(error.exit_code())
        }
        Ok(()) => ExitCode::SUCCESS,
    }
}

/// Where text goes that no command prints: its options could not be read, or there are none.
pub fn output(arguments: &[OsString], environment: &Environment) -> Output {
    let format = if asks_for_json(arguments) {
        Format::Json
    } else {
        Format::Table
    };
    Output::new(
        Options {
            format,
            color: ColorChoice::Auto,
            quiet: false,
            verbose: false,
        },
        environment,
    )
}

/// Whether a script is to read the failure, as far as that can be told from a command line that makes no sense.
fn asks_for_json(arguments: &[OsString]) -> bool {
    let follows_option = arguments
        .windows(2)
        .any(|pair| (pair[0] == "-o" || pair[0] == "--output") && pair[1] == "json");
    follows_option
        || arguments
            .iter()
            .any(|argument| argument == "-ojson" || argument == "-o=json" || argument == "--output=json")
}

/// Whether a terminal obeys nothing in an argument.
fn is_harmless(argument: &OsString) -> bool {
    argument
        .to_str()
        .is_some_and(|argument| matches!(clean(argument), Cow::Borrowed(_)))
}

/// The text without anything that looks like a key or a value, and without the key itself: the parser says back what it cannot
/// take.
fn without_secrets(text: &str, environment: &Environment) -> String {
    let key = environment.text(KEY_NAME).ok().flatten().unwrap_or_default();
    hidden(&without(text, key)).into_owned()
}
