//! `tfy-tokens completions`, and the completions that the generated scripts request.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::rc::Rc;
use std::time::Duration;

use clap::{Arg, Command, CommandFactory};
use clap_complete::aot::Shell;
use clap_complete::env::Shells;
use clap_complete::{ArgValueCompleter, CompletionCandidate};
use jiff::Timestamp;

use crate::api::{Client, Limits};
use crate::cli::{Cli, Completions, usage};
use crate::error::{Failure, Kind};
use crate::output;
use crate::settings::{Settings, env};
use crate::time::relative;
use crate::token::{Expiry, Token, TokenName};

/// Environment variable with which a script requests completions. Its value is the shell.
const COMPLETE_VAR: &str = "COMPLETE";

const PROGRAM: &str = "tfy-tokens";

/// Timeout for reading token names. Together with the start of the program, a completion should take less than 2 s.
const FETCH_TIMEOUT: Duration = Duration::from_millis(1_500);

/// zsh defines `compdef` in `compinit`, which a user's configuration may not call. `-i` skips insecure directories instead of
/// asking about them.
const ZSH_COMPINIT: &str = "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }\n";

/// If the user saved the script as an autoloaded function, zsh runs it at the first Tab and expects completions from that run.
const ZSH_AUTOLOAD: &str =
    "if [[ ${funcstack[1]-} == _tfy-tokens ]]; then\n    _clap_dynamic_completer_tfy_tokens \"$@\"\nfi\n";

/// fish code that prints the completions in `words` or, if there are none, paths.
const FISH_PATHS: &str =
    "set -q words[1]; and string join \\n -- \\$words; or __fish_complete_path (commandline --current-token)";

/// Prints the completion script of a shell. If the program returns no completions, bash, zsh and fish complete paths.
pub fn run(arguments: &Completions) -> anyhow::Result<()> {
    let mut script = Vec::new();
    let shell = arguments.shell.to_string();
    let shells = Shells::builtins();
    let completer =
        shells.completer(&shell).ok_or_else(|| Failure::new(Kind::Failed, format!("no completions for {shell}")))?;
    completer.write_registration(COMPLETE_VAR, PROGRAM, PROGRAM, PROGRAM, &mut script)?;
    let script = String::from_utf8(script)?;
    output::print(&match arguments.shell {
        Shell::Zsh => {
            let script = script.replacen("\n    fi\n}\n", "\n    else\n        _files\n    fi\n}\n", 1).replacen(
                "\ncompdef ",
                &format!("\n{ZSH_COMPINIT}compdef "),
                1,
            );
            script + ZSH_AUTOLOAD
        }
        Shell::Fish => script.replacen("\"(COMPLETE", "\"(set -l words (COMPLETE", 1).replacen(
            "token))\"",
            &format!("token)); {FISH_PATHS})\""),
            1,
        ),
        Shell::Bash => script.replace("-o bashdefault", "-o bashdefault -o default"),
        _ => script,
    })
}

/// Returns the completions that a script requests, or `None` if no script called the program. Errors are ignored, so that they
/// do not appear on the line that the user is typing.
pub fn complete(arguments: &[OsString]) -> Option<String> {
    let shell = env::text(COMPLETE_VAR).ok()??;
    let shells = Shells::builtins();
    let completer = shells.completer(&shell)?;
    let [_, separator, words @ ..] = arguments else {
        return None;
    };
    if separator != "--" {
        return None;
    }
    if usage::command_position(words).is_some_and(|position| position + 1 < words.len()) {
        // The arguments of another command: the shell offers paths.
        return Some(String::new());
    }
    let words = if shell == "bash" { join_options(words) } else { words.to_vec() };
    let mut completions = Vec::new();
    // clap_complete needs at least the name of the program.
    let is_written =
        !words.is_empty() && completer.write_complete(&mut command(), words, None, &mut completions).is_ok();
    let completions = String::from_utf8(completions).ok().filter(|_| is_written);
    Some(completions.unwrap_or_default())
}

/// Undoes bash's split of `--sort=name` into three words. For each removed `=`, adds a `--quiet` after the program, so that the
/// index of the word to complete stays valid.
fn join_options(words: &[OsString]) -> Vec<OsString> {
    let mut joined: Vec<OsString> = Vec::new();
    let mut removed = 0;
    for (index, word) in words.iter().enumerate() {
        let follows_option = joined.last().is_some_and(|last| last.as_encoded_bytes().starts_with(b"--"));
        match word {
            // The value is still empty. bash passes `=` as the word to complete.
            word if follows_option && word == "=" && index + 1 == words.len() => joined.push(OsString::new()),
            word if follows_option && word == "=" => removed += 1,
            word => joined.push(word.clone()),
        }
    }
    let options = joined.split_off(joined.len().min(1));
    joined.extend(std::iter::repeat_n(OsString::from("--quiet"), removed));
    joined.extend(options);
    joined
}

/// Returns the command tree, with completions for arguments that are tokens.
fn command() -> Command {
    let complete = |argument: Arg| argument.add(ArgValueCompleter::new(token_names));
    // `mut_subcommand` would move the changed command to the end.
    Cli::command().mut_subcommands(|command| match command.get_name() {
        "delete" => command.mut_arg("tokens", complete),
        "rotate" => command.mut_arg("token", complete),
        _ => command,
    })
}

/// Returns the token names that begin with `prefix`. Leaves out invalid names, because a shell might evaluate them.
fn token_names(prefix: &OsStr) -> Vec<CompletionCandidate> {
    let now = Timestamp::now();
    let (Some(prefix), Some(tokens)) = (prefix.to_str(), read_tokens(now)) else {
        return Vec::new();
    };
    // Two tokens can share a name.
    let mut offered = HashSet::new();
    let names = tokens.iter().filter_map(|token| {
        let name = token
            .raw_name()
            .filter(|name| name.starts_with(prefix) && name.parse::<TokenName>().is_ok() && offered.insert(*name))?;
        Some(CompletionCandidate::new(name).help(Some(expiry(token, now).into())))
    });
    names.collect()
}

fn expiry(token: &Token, now: Timestamp) -> String {
    match token.expiry {
        _ if token.is_expired(now) => "expired".to_owned(),
        Expiry::At(time) => format!("expires {}", relative(time, now)),
        Expiry::Never => "never expires".to_owned(),
        Expiry::Unknown => "expiry unknown".to_owned(),
    }
}

/// Reads all tokens, with settings from the environment and files only: an incomplete or pasted `--base-url` must not receive the
/// API key.
fn read_tokens(now: Timestamp) -> Option<Vec<Token>> {
    let settings = Settings::read_now(None).ok()?;
    // A refresh token can be used only once, and there may be no time to save the next one.
    if settings.login_in_use().is_some_and(|session| session.is_stale(now)) {
        return None;
    }
    let limits = Limits { timeout: FETCH_TIMEOUT, retries: 0 };
    let client = Client::new(settings.account().ok()?, limits, Rc::new(|_| ())).ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let tokens = runtime.block_on(async {
        let tokens = client.list(None, |_, _| ());
        tokio::time::timeout(FETCH_TIMEOUT, tokens).await.ok()?.ok()
    });
    runtime.shutdown_background();
    tokens
}
