//! What is printed where no command runs: help, the version, and what is wrong with a command line.

use std::borrow::Cow;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::ValueEnum;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::environment::Environment;
use crate::error::Error;
use crate::output::{ColorChoice, Format, Options, Output};
use crate::text::clean;
use crate::typed;

/// What `-V` shows, behind a command too, of which the parser would show another name.
const VERSION: &str = concat!("tfy-tokens ", env!("CARGO_PKG_VERSION"), "\n");

/// Commands that people try in order to see a value again.
const TO_SEE_A_VALUE: [&str; 4] = ["get", "reveal", "show", "view"];

/// Prints what the parser of the command line has to say: help that was asked for, or what is wrong.
pub fn explain(error: clap::Error, arguments: &[OsString], environment: &Environment) -> ExitCode {
    let output = output(arguments, environment);
    if error.kind() == ErrorKind::DisplayVersion {
        return print(VERSION, &output);
    }
    let is_help = error.kind() == ErrorKind::DisplayHelp;
    let error = with_tips_of_our_own(error);
    let stream = if is_help { output.stdout } else { output.stderr };
    let rendered = error.render();
    let text = if stream.is_coloured && arguments.iter().all(is_harmless) {
        rendered.ansi().to_string()
    } else {
        let plain = rendered.to_string();
        plain.split('\n').map(clean).collect::<Vec<_>>().join("\n")
    };
    let text = output.without_secrets(&text);
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

/// Takes back the parser's tip to write `-- --option`, since no name and no id begins with a dash; and where a value was to be
/// seen again, says why there is no such command.
fn with_tips_of_our_own(mut error: clap::Error) -> clap::Error {
    if let Some(ContextValue::StyledStrs(mut tips)) = error.remove(ContextKind::Suggested) {
        tips.retain(|tip| !tip.to_string().starts_with("to pass "));
        if !tips.is_empty() {
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
        }
    }
    if let Some(ContextValue::String(command)) = error.get(ContextKind::InvalidSubcommand)
        && TO_SEE_A_VALUE.contains(&command.as_str())
    {
        let tip = "a value cannot be shown again; delete the token and create a new one";
        error.remove(ContextKind::SuggestedSubcommand);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
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
    match output.print(text) {
        Err(error) if error.is_reader_gone() => ExitCode::SUCCESS,
        result => output.end(result),
    }
}

/// The output where no command runs, because its options could not be read or there are none. What they say of it counts all the
/// same, as far as it can be told from a command line that makes no sense.
pub fn output(arguments: &[OsString], environment: &Environment) -> Output {
    Output::new(
        Options {
            format: last(typed::values(arguments, "output", Some('o'))).unwrap_or(Format::Table),
            color: last(typed::values(arguments, "color", None)).unwrap_or(ColorChoice::Auto),
            quiet: false,
            verbose: false,
        },
        environment,
    )
}

/// The last of these values that makes sense.
fn last<T: ValueEnum>(values: Vec<&str>) -> Option<T> {
    values
        .into_iter()
        .rev()
        .find_map(|value| T::from_str(value, false).ok())
}

/// Whether a terminal obeys nothing in an argument.
fn is_harmless(argument: &OsString) -> bool {
    argument
        .to_str()
        .is_some_and(|argument| matches!(clean(argument), Cow::Borrowed(_)))
}
