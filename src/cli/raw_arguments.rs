//! Reads arguments that clap rejects or has not parsed yet.

use std::ffi::OsString;
use std::iter;

use clap::{Arg, Command, CommandFactory, ValueEnum};

use super::Cli;

/// The parts of a command line that this program needs without clap.
#[derive(Default)]
pub struct RawArguments<'a> {
    /// Position of the command.
    pub command: Option<usize>,
    /// Position of the COMMAND of `run`. The arguments from there on belong to that command.
    pub program: Option<usize>,
    /// IDs of options, and their values.
    values: Vec<(String, &'a str)>,
}

impl<'a> RawArguments<'a> {
    /// The first argument is the name of this program.
    pub fn read(arguments: &'a [OsString]) -> Self {
        let cli = Cli::command();
        let commands = iter::once(&cli).chain(cli.get_subcommands());
        let options: Vec<&Arg> = commands.flat_map(Command::get_arguments).collect();
        let mut raw = Self::default();
        let mut is_run = false;
        let words = arguments.iter().map(|argument| argument.to_str().unwrap_or_default());
        let mut words = words.enumerate().skip(1).peekable();
        while let Some((index, word)) = words.next() {
            if word == "--" {
                raw.program = is_run.then_some(index + 1);
                break;
            } else if word.starts_with('-') {
                let Some((option, attached)) = find_option(word, &options) else {
                    continue;
                };
                let is_value = |next: &str| !next.starts_with('-') || option.is_allow_hyphen_values_set();
                let value = attached.or_else(|| words.next_if(|(_, next)| is_value(next)).map(|(_, next)| next));
                raw.values.extend(value.map(|value| (option.get_id().to_string(), value)));
            } else if is_run {
                raw.program = Some(index);
                break;
            } else if raw.command.is_none()
                && let Some(command) = cli.find_subcommand(word)
            {
                raw.command = Some(index);
                is_run = command.get_name() == "run";
            }
        }
        raw
    }

    /// Returns the last valid value of an option.
    pub fn value<T: ValueEnum>(&self, id: &str) -> Option<T> {
        self.values(id).rev().find_map(|value| T::from_str(value, false).ok())
    }

    fn values(&self, id: &str) -> impl DoubleEndedIterator<Item = &'a str> {
        self.values.iter().filter(move |(option, _)| option == id).map(|(_, value)| *value)
    }
}

/// Returns the option in an argument, if it takes a value, and the value in the same argument, if there is one.
fn find_option<'a, 'o>(word: &'a str, options: &[&'o Arg]) -> Option<(&'o Arg, Option<&'a str>)> {
    let takes_value = |option: &Arg| option.get_action().takes_values();
    if let Some(long) = word.strip_prefix("--") {
        let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
        let option = options.iter().find(|option| option.get_long() == Some(name))?;
        return takes_value(option).then_some((*option, value));
    }
    // Options without a value can precede another one in the same argument: `-qo json`.
    for (index, letter) in word.char_indices().skip(1) {
        let option = options.iter().find(|option| option.get_short() == Some(letter))?;
        if takes_value(option) {
            let value = Some(&word[index + letter.len_utf8()..]).filter(|value| !value.is_empty());
            return Some((*option, value.map(|value| value.strip_prefix('=').unwrap_or(value))));
        }
    }
    None
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
            let values: Vec<&str> = RawArguments::read(&arguments).values("output").collect();
            assert_eq!(values, expected, "{line}");
        }
    }
}
