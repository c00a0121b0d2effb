//! Reports command lines that clap rejects, and prints help and version.

use std::borrow::Cow;
use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Parser, ValueEnum};

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

/// Short options without a value. They can precede another option in one argument: `-qo json`.
const SHORT_FLAGS: [char; 5] = ['q', 'v', 'y', 'h', 'V'];

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
    let index = command_index(arguments).filter(|&index| arguments[index] != "run")?;
    let is_help = created == Some("help") || arguments.get(index + 1).is_some_and(|word| word == "help");
    is_help.then_some(&arguments[..=index])
}

/// Returns the position of the command in the command line.
fn command_index(arguments: &[OsString]) -> Option<usize> {
    let commands = Cli::command();
    let is_command = |word: &OsString| word.to_str().is_some_and(|word| commands.find_subcommand(word).is_some());
    Some(1 + arguments.get(1..)?.iter().position(is_command)?)
}

/// Prints the help or the version, or reports an invalid command line.
pub fn report(error: clap::Error, arguments: &[OsString]) -> ExitCode {
    let output = output(arguments);
    if error.kind() == ErrorKind::DisplayVersion {
        return finish(&output, VERSION);
    }
    let is_help = error.kind() == ErrorKind::DisplayHelp;
    let mut command = command(arguments);
    let error = customize(error, arguments, &mut command);
    let stream = if is_help { output.stdout } else { output.stderr };
    // The text may repeat an argument, which may contain escape sequences.
    let is_safe =
        |argument: &OsString| argument.to_str().is_some_and(|text| matches!(sanitize(text), Cow::Borrowed(_)));
    let is_json = output.reports_json() && !is_help;
    let text = if stream.is_colored && !is_json && arguments.iter().all(is_safe) {
        error.render().ansi().to_string()
    } else {
        let plain = error.render().to_string();
        plain.split('\n').map(sanitize).collect::<Vec<_>>().join("\n")
    };
    if is_help {
        return finish(&output, &text);
    }
    let text = name_help(&text, &command);
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
    let name = command_index(arguments).and_then(|index| arguments[index].to_str());
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
    Output::new(Options {
        format: last_valid(&values(arguments, "output", Some('o'))).unwrap_or(Format::Table),
        color: last_valid(&values(arguments, "color", None)).unwrap_or(ColorChoice::Auto),
        quiet: false,
        verbose: false,
    })
}

fn last_valid<T: ValueEnum>(values: &[&str]) -> Option<T> {
    values.iter().rev().find_map(|value| T::from_str(value, false).ok())
}

/// Returns the position of the COMMAND of `run`. The arguments from there on belong to that command. The first argument is the
/// name of this program.
pub fn command_position(arguments: &[OsString]) -> Option<usize> {
    let cli = Cli::command();
    let run = cli.find_subcommand("run")?;
    let takes_next = |word: &str| {
        let mut options = cli.get_arguments().chain(run.get_arguments());
        options.any(|option| {
            let short = option.get_short().map(String::from);
            option.get_action().takes_values()
                && match word.strip_prefix("--") {
                    Some(long) => option.get_long() == Some(long),
                    None => short.as_deref() == Some(word[1..].trim_start_matches(SHORT_FLAGS)),
                }
        })
    };
    let mut is_run = false;
    let mut words = arguments.iter().enumerate().skip(1);
    while let Some((index, word)) = words.next() {
        match word.to_str().unwrap_or_default() {
            "--" => return is_run.then_some(index + 1),
            option if option.starts_with('-') => {
                if takes_next(option) {
                    words.next();
                }
            }
            _ if is_run => return Some(index),
            "run" => is_run = true,
            _ => return None,
        }
    }
    None
}

/// Returns the values of an option, in all forms that clap accepts.
fn values<'a>(arguments: &'a [OsString], long: &str, short: Option<char>) -> Vec<&'a str> {
    let ours = &arguments[..command_position(arguments).unwrap_or(arguments.len())];
    let words = ours.iter().map(|argument| argument.to_str().unwrap_or_default());
    let mut words = words.take_while(|word| *word != "--");
    let mut values = Vec::new();
    while let Some(word) = words.next() {
        // `Some(Some(_))` is a value in the same argument. `Some(None)` means that the next argument is the value.
        let attached = match word.strip_prefix("--") {
            Some(option) if option == long => Some(None),
            Some(option) => option.split_once('=').filter(|(name, _)| *name == long).map(|(_, value)| Some(value)),
            None => word.strip_prefix('-').and_then(|letters| {
                let value = letters.trim_start_matches(SHORT_FLAGS).strip_prefix(short?)?;
                Some((!value.is_empty()).then(|| value.strip_prefix('=').unwrap_or(value)))
            }),
        };
        if let Some(attached) = attached {
            values.extend(attached.or_else(|| words.next()));
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_in_every_form() {
        for (line, expected) in [
            ("list -o json", &["json"][..]),
            ("list -ojson", &["json"]),
            ("list -o=json", &["json"]),
            ("list -qojson", &["json"]),
            ("list -vo json", &["json"]),
            ("-yqo=json delete", &["json"]),
            ("list --output json", &["json"]),
            ("list --output=json", &["json"]),
            ("list -o csv --output json", &["csv", "json"]),
            ("list --output= json", &[""]),
            ("list -o", &[]),
            ("list --outputs json", &[]),
            ("list -xo json", &[]),
            ("delete -- -o json", &[]),
            ("list", &[]),
            ("-o csv run -o json --name a --bogus ls -o id", &["csv", "json"]),
            ("run -qo json -- ls -o id", &["json"]),
            ("delete run -o json x -o id", &["json", "id"]),
        ] {
            let arguments: Vec<OsString> = format!("tfy-tokens {line}").split(' ').map(OsString::from).collect();
            assert_eq!(values(&arguments, "output", Some('o')), expected, "{line}");
        }
    }
}
