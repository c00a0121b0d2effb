//! `tfy-tokens completions`, and what the scripts it prints ask for.

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use clap::{Arg, Command, CommandFactory};
use clap_complete::aot::Shell;
use clap_complete::env::Shells;
use clap_complete::{ArgValueCompleter, CompletionCandidate};
use jiff::Timestamp;

use super::Context;
use crate::age::relative;
use crate::api::{Client, Limits};
use crate::cli::{Cli, Completions};
use crate::environment::Environment;
use crate::error::Error;
use crate::runtime;
use crate::settings::Settings;
use crate::token::{Expiry, Token, TokenName};
use crate::typed;

/// The variable by which a shell's script asks for completions.
const ASKED_BY: &str = "COMPLETE";

/// The name under which the program is called.
const PROGRAM: &str = "tfy-tokens";

/// How long token names are waited for. A shell may be kept for 2 s, which have to hold the start and end of the program too.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// An id longer than this is nothing that a person would want on the command line.
const LONGEST_ID: usize = 64;

/// The variable in which a shell tells the word that the cursor is on.
const CURSOR: &str = "_CLAP_COMPLETE_INDEX";

/// zsh knows `compdef` once it was told to complete, which a user's configuration may leave out. With `-i` it asks no question
/// about functions that others may write to: it leaves them out.
const SYSTEM_OF_ZSH: &str = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }\n";

/// As the file `_tfy-tokens` in a folder of functions, zsh's script is loaded by the first Tab, which it has to answer as well.
const FIRST_CALL_OF_ZSH: &str =
    "if [[ ${funcstack[1]-} == _tfy-tokens ]]; then\n    _clap_dynamic_completer_tfy_tokens \"$@\"\nfi\n";

/// Prints the script of a shell.
pub fn run(arguments: &Completions, context: &Context<'_>) -> Result<(), Error> {
    let mut script = Vec::new();
    if let Some(completer) = Shells::builtins().completer(&arguments.shell.to_string()) {
        completer
            .write_registration(ASKED_BY, PROGRAM, PROGRAM, PROGRAM, &mut script)
            .map_err(Error::Output)?;
    }
    let mut script = String::from_utf8_lossy(&script).into_owned();
    if arguments.shell == Shell::Zsh {
        let registered = format!("\n{SYSTEM_OF_ZSH}compdef ");
        script = script.replacen("\ncompdef ", &registered, 1) + FIRST_CALL_OF_ZSH;
    }
    context.output.print(&script)
}

/// Answers a shell's script, if that is who calls: then the answer is what to print, nothing where nothing can be offered.
pub fn answer(arguments: &[OsString], environment: &Environment) -> Option<String> {
    let shell = environment.text(ASKED_BY).ok()??;
    let shells = Shells::builtins();
    let completer = shells.completer(shell)?;
    let [_, separator, typed @ ..] = arguments else {
        return None;
    };
    if separator != "--" {
        return None;
    }
    let mut typed = typed.to_vec();
    if shell == "bash" {
        let cursor = environment.text(CURSOR).ok().flatten();
        typed = whole_words(&typed, cursor.and_then(|at| at.parse().ok()).unwrap_or_default());
    }
    let mut answer = Vec::new();
    let folder = std::env::current_dir().ok();
    let is_complete = !typed.is_empty()
        && completer
            .write_complete(&mut command(&typed, environment), typed, folder.as_deref(), &mut answer)
            .is_ok();
    let answer = String::from_utf8(answer).ok().filter(|_| is_complete);
    Some(answer.unwrap_or_default())
}

/// Undoes what bash does to `--sort=name` and `https://host:80`, which it hands over in three words and in five. Up to the cursor
/// there have to stay as many, because bash has counted them; so an option that changes nothing takes the places.
fn whole_words(typed: &[OsString], cursor: usize) -> Vec<OsString> {
    let typed = &typed[..typed.len().min(cursor.saturating_add(1))];
    let mut words: Vec<OsString> = Vec::new();
    let mut pieces = typed.iter();
    while let Some(piece) = pieces.next() {
        match words.last_mut() {
            Some(option) if piece == "=" && option.as_encoded_bytes().starts_with(b"--") => {}
            Some(word) if piece == ":" => {
                word.push(piece);
                word.push(pieces.next().map_or(OsStr::new(""), OsString::as_os_str));
            }
            _ => words.push(piece.clone()),
        }
    }
    let lost = typed.len() - words.len();
    let behind_program = 1.min(words.len());
    words.splice(behind_program..behind_program, vec!["--quiet".into(); lost]);
    words
}

/// The command tree, with token names where tokens are named.
fn command(typed: &[OsString], environment: &Environment) -> Command {
    // bash and zsh hand words over as they are written, quotes included.
    let base_url = typed::values(typed, "base-url", None).pop();
    let base_url = base_url.map(|url| url.trim_matches(['\'', '"']).to_owned());
    let complete = |argument: Arg| {
        let (base_url, environment) = (base_url.clone(), environment.clone());
        argument.add(ArgValueCompleter::new(move |begun: &OsStr| {
            tokens(begun, base_url.as_deref(), &environment)
        }))
    };
    // All are gone through, not those two alone: one that is changed by itself moves to the end.
    Cli::command().mut_subcommands(|command| match command.get_name() {
        "delete" => command.mut_arg("tokens", complete),
        "rotate" => command.mut_arg("token", complete),
        _ => command,
    })
}

/// The names of the tokens that begin with what is there of them; ids where a name would not do. Nothing, should anything fail.
fn tokens(begun: &OsStr, base_url: Option<&str>, environment: &Environment) -> Vec<CompletionCandidate> {
    let Some(begun) = begun.to_str() else {
        return Vec::new();
    };
    let now = Timestamp::now();
    let found = all_tokens(base_url, environment, now).unwrap_or_default();
    let offers = found
        .iter()
        .filter_map(|token| Some((completable(token, &found)?, token)));
    offers
        .filter(|(word, _)| word.starts_with(begun))
        .map(|(word, token)| CompletionCandidate::new(word).help(Some(expiry(token, now).into())))
        .collect()
}

/// What a shell may be given to type for a token: its name, if that is one by the platform's own rules and no other token's, or
/// an id that is no more than letters and digits.
fn completable<'a>(token: &'a Token, all: &[Token]) -> Option<&'a str> {
    let is_plain = |id: &&str| {
        id.starts_with(|first: char| first.is_ascii_alphanumeric())
            && id.len() <= LONGEST_ID
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let is_only_one = |name: &&str| all.iter().filter(|other| other.exact_name() == Some(name)).count() == 1;
    let name = token.exact_name().filter(|name| name.parse::<TokenName>().is_ok());
    name.filter(is_only_one)
        .or_else(|| Some(token.id.exact()).filter(is_plain))
}

/// What a shell shows beside a token, where it shows anything.
fn expiry(token: &Token, now: Timestamp) -> String {
    match token.expiry {
        _ if token.is_expired(now) => "expired".to_owned(),
        Expiry::At(at) => format!("expires {}", relative(at, now)),
        Expiry::Never => "never expires".to_owned(),
        Expiry::Unknown => "expiry not known".to_owned(),
    }
}

fn all_tokens(base_url: Option<&str>, environment: &Environment, now: Timestamp) -> Option<Vec<Token>> {
    let listing = async {
        let settings = Settings::find(base_url, environment).ok()?;
        let limits = Limits {
            timeout: PATIENCE,
            retries: 0,
        };
        // A refresh token is good for one use, and the time here may run out before its successor is written down.
        let account = settings
            .account(now, async |_, _| Err(Error::Cancelled("the session was not refreshed")))
            .await
            .ok()?;
        let client = Client::new(account, limits, Box::new(|_| {})).ok()?;
        client.pages(None).all().await.ok()
    };
    runtime::block_on(async { tokio::time::timeout(PATIENCE, listing).await.ok()? }).ok()?
}
