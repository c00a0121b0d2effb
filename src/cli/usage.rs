//! Reports command lines that clap rejects, and prints help and version.

use std::borrow::Cow;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Parser};

use super::raw_arguments::RawArguments;
use super::{Cli, words};
use crate::error::{Failure, Kind};
use crate::output::{self, ColorChoice, Format, Options, Output, show_lines};
use crate::token_name::TokenName;
use crate::untrusted::{sanitize, shell_word};

/// Text of `--version`. After a command, clap would print the name of the command as well.
const VERSION: &str = concat!("tfy-tokens ", env!("CARGO_PKG_VERSION"), "\n");

const DANGEROUS_COMMAND: &str = "revoke-all";

/// Beginning of clap's pointer to the help.
const HELP_POINTER: &str = "For more information, try ";

/// Parses a command line. `help` as an argument of a command shows the help of the command. A token can have the name of a command
/// only if the user wrote `--` before it.
pub fn parse(arguments: &[OsString]) -> Result<Cli, clap::Error> {
    let parsed = Cli::try_parse_from(arguments);
    let has = |text: &str| arguments.iter().any(|argument| argument == text);
    let created = match &parsed {
        Ok(Cli { command: super::Command::Create(create), .. }) => create.name.as_ref().map(TokenName::as_str),
        _ => None,
    };
    if has("--") || created.is_none() && !has("help") {
        return parsed;
    }
    if let Some(words) = arguments_before_help(arguments, created) {
        return Cli::try_parse_from(words.iter().cloned().chain(["--help".into()]));
    }
    let Some(name) = created.filter(|name| is_command(name)) else {
        return parsed;
    };
    let mut error = clap::Error::new(ErrorKind::InvalidValue).with_cmd(&Cli::command());
    error.insert(ContextKind::InvalidArg, ContextValue::String("[NAME]".to_owned()));
    error.insert(ContextKind::InvalidValue, ContextValue::String(name.to_owned()));
    let tip = format!("`{name}` is a command; {}", create_anyway(name));
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    Err(error)
}

/// Returns `true` if the word is a command or an alias of one.
pub fn is_command(word: &str) -> bool {
    word == "help" || Cli::command().find_subcommand(word).is_some()
}

/// Returns a hint for a user who wants a token with the name of a command.
pub fn create_anyway(name: &str) -> String {
    format!("to create a token with this name, run `tfy-tokens create -- {name}`")
}

/// Returns the arguments up to the command, if `help` follows it or is the name of the token to create. The arguments of `run` belong
/// to another program.
fn arguments_before_help<'a>(arguments: &'a [OsString], created: Option<&str>) -> Option<&'a [OsString]> {
    let index = RawArguments::read(arguments).command.filter(|&index| arguments[index] != "run")?;
    let is_help = created == Some("help") || arguments.get(index + 1).is_some_and(|word| word == "help");
    is_help.then_some(&arguments[..=index])
}

/// Prints the help or the version, or reports an invalid command line.
pub fn report(error: clap::Error, arguments: &[OsString]) -> ExitCode {
    let output = output(arguments);
    if error.kind() == ErrorKind::DisplayVersion {
        return finish(&output, VERSION);
    }
    // The text may repeat an argument, which may contain escape sequences.
    let is_safe =
        |argument: &OsString| argument.to_str().is_some_and(|text| matches!(sanitize(text), Cow::Borrowed(_)));
    let render = |error: &clap::Error, is_colored: bool| {
        if is_colored && arguments.iter().all(is_safe) {
            return error.render().ansi().to_string();
        }
        let plain = error.render().to_string();
        plain.split('\n').map(sanitize).collect::<Vec<_>>().join("\n")
    };
    if error.kind() == ErrorKind::DisplayHelp {
        return finish(&output, &render(&error, output.stdout.is_colored));
    }
    let mut command = command(arguments);
    let error = customize(error, arguments, &mut command);
    let is_json = output.reports_json();
    let text = name_help(&render(&error, output.stderr.is_colored && !is_json), &command);
    if is_json {
        return output.report(&to_failure(&text));
    }
    show_lines(&text);
    ExitCode::from(2)
}

/// Prints text, such as completions, before the command line is parsed.
pub fn print(text: &str) -> ExitCode {
    finish(&output(&[]), text)
}

fn finish(output: &Output, text: &str) -> ExitCode {
    match output::print(text) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output.report(&Failure::from_error(&error)),
    }
}

/// Replaces clap's tips and its usage. Removes the tip to write `-- --option`, because names and IDs do not begin with a dash, and
/// never suggests the command that deletes all tokens of a user.
fn customize(mut error: clap::Error, arguments: &[OsString], command: &mut Command) -> clap::Error {
    if let Some(ContextValue::StyledStrs(mut tips)) = error.remove(ContextKind::Suggested) {
        tips.retain(|tip| !tip.to_string().starts_with("to pass "));
        if !tips.is_empty() {
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(tips));
        }
    }
    match error.remove(ContextKind::SuggestedSubcommand) {
        Some(ContextValue::Strings(mut similar)) => {
            similar.retain(|name| name != DANGEROUS_COMMAND);
            if !similar.is_empty() {
                error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(similar));
            }
        }
        Some(ContextValue::String(name)) if name == DANGEROUS_COMMAND => {}
        Some(similar) => drop(error.insert(ContextKind::SuggestedSubcommand, similar)),
        None => {}
    }
    if error.remove(ContextKind::Usage).is_some() {
        error.insert(ContextKind::Usage, ContextValue::StyledStr(command.render_usage()));
    }
    if let Some(tip) = tip(&error, arguments, command) {
        error.remove(ContextKind::SuggestedSubcommand);
        error.remove(ContextKind::SuggestedArg);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

/// Returns what to use instead of an unknown word.
fn tip(error: &clap::Error, arguments: &[OsString], command: &Command) -> Option<String> {
    let word = |kind| match error.get(kind) {
        Some(ContextValue::String(word)) => Some(word.as_str()),
        _ => None,
    };
    if let Some(unknown) = word(ContextKind::InvalidSubcommand) {
        let mut words = arguments.iter().skip_while(|argument| *argument != unknown);
        let next = words.nth(1).and_then(|argument| argument.to_str()).filter(|word| !word.starts_with('-'));
        let next = next.map(|next| shell_word(&sanitize(next)).into_owned());
        return words::command_tip(unknown, next.as_deref(), &Cli::command());
    }
    let unknown = word(ContextKind::InvalidArg).filter(|_| error.kind() == ErrorKind::UnknownArgument)?;
    if unknown.starts_with('-') {
        return words::option_tip(unknown, command);
    }
    let search = || format!("run `tfy-tokens list --search {}` to search for a name", shell_word(&sanitize(unknown)));
    (command.get_name() == "list").then(search)
}

/// Returns the command of the command line, or the program.
fn command(arguments: &[OsString]) -> Command {
    let mut program = Cli::command();
    program.build();
    let name = RawArguments::read(arguments).command.and_then(|index| arguments[index].to_str());
    let command = name.and_then(|name| program.find_subcommand(name)).cloned();
    command.unwrap_or(program)
}

/// Completes the pointer to the help, so that it can be pasted.
fn name_help(text: &str, command: &Command) -> String {
    let Some((before, pointer)) = text.rsplit_once(HELP_POINTER) else {
        return text.to_owned();
    };
    let name = command.get_bin_name().unwrap_or("tfy-tokens");
    format!("{before}{HELP_POINTER}{}", pointer.replacen("--help", &format!("{name} --help"), 1))
}

/// Converts clap's text to a failure, without the usage and the pointer to the help.
fn to_failure(text: &str) -> Failure {
    let to_line = |paragraph: &str| paragraph.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let mut paragraphs = text.split("\n\n").map(to_line);
    let message = paragraphs.next().unwrap_or_default();
    let failure = Failure::new(Kind::Usage, message.trim_start_matches("error: "));
    match paragraphs.find_map(|paragraph| paragraph.strip_prefix("tip: ").map(str::to_owned)) {
        Some(tip) => failure.hint(tip),
        None => failure,
    }
}

/// Creates an output without clap, from `--output` and `--color` in the raw arguments.
fn output(arguments: &[OsString]) -> Output {
    let raw = RawArguments::read(arguments);
    Output::new(Options {
        format: raw.value("output").unwrap_or(Format::Table),
        color: raw.value("color").unwrap_or(ColorChoice::Auto),
        quiet: false,
        verbose: false,
    })
}
