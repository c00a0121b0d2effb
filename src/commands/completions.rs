//! `tfy-tokens completions`, and the completions that the generated scripts request.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::rc::Rc;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Arg, Args, Command, CommandFactory, ValueEnum, ValueHint};
use clap_complete::aot::Shell;
use clap_complete::env::Shells;
use clap_complete::{ArgValueCompleter, CompletionCandidate};
use jiff::Timestamp;

use super::ensure_thread;
use crate::api::{Client, Limits};
use crate::cli::raw_arguments::RawArguments;
use crate::cli::{Cli, Completions};
use crate::error::{Failure, Kind};
use crate::output::{self, Format};
use crate::select::Filter;
use crate::settings::{Settings, env};
use crate::time::relative;
use crate::token::{Expiry, Token};
use crate::token_name::TokenName;

/// Environment variable with which a script requests completions. Its value is the shell.
const COMPLETE_VAR: &str = "COMPLETE";

/// Environment variable with the index of the word to complete. Without it, the last word is completed.
const INDEX_VAR: &str = "_CLAP_COMPLETE_INDEX";

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

/// PowerShell code that reads the words before the cursor.
const POWERSHELL_WORDS: &str = "\
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.StartOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text });
";

/// Changes to the scripts of `clap_complete`: text, and what replaces it. If the program returns no completions, the shells complete
/// paths. They quote file names; the program never completes paths, so that no file name is evaluated.
fn changes(shell: Shell) -> Vec<(&'static str, String)> {
    match shell {
        Shell::Bash => vec![
            ("-o bashdefault", "-o bashdefault -o default".to_owned()),
            // An unquoted substitution would expand patterns to file names.
            ("COMPREPLY=( $( \\", "COMPREPLY=()\n    read -r -d '' -a COMPREPLY < <( \\".to_owned()),
            (
                "\n    ) )\n    if [[ $? != 0 ]]; then\n        unset COMPREPLY\n    elif",
                "\n    ) || :\n    if".to_owned(),
            ),
        ],
        Shell::Zsh => vec![
            ("\n    fi\n}\n", "\n    else\n        _files\n    fi\n}\n".to_owned()),
            ("\ncompdef ", format!("\n{ZSH_COMPINIT}compdef ")),
        ],
        Shell::Fish => vec![
            ("\"(COMPLETE", "\"(set -l words (COMPLETE".to_owned()),
            ("token))\"", format!("token)); {FISH_PATHS})\"")),
        ],
        Shell::Elvish => vec![
            ("    put (env", "    var found = [(env".to_owned()),
            (
                "-- $@words) | to-lines",
                "-- $@words)]\n    if (== 0 (count $found)) { edit:complete-filename $@words } else { put $@found }"
                    .to_owned(),
            ),
        ],
        // `Invoke-Expression` would run commands in the line that the user is typing.
        Shell::PowerShell => vec![
            (
                "    $args = $commandAst.Extent.Text\n    $args = $args.Substring(0, [math]::Min($cursorPosition, $args.Length));\n",
                POWERSHELL_WORDS.to_owned(),
            ),
            ("$args += \" ''\"", "$words += \"\"".to_owned()),
            ("Invoke-Expression @\"\n& tfy-tokens -- $args\n\"@", "& tfy-tokens -- @words".to_owned()),
        ],
        _ => Vec::new(),
    }
}

/// Prints the completion script of a shell.
pub fn run(arguments: &Completions) -> anyhow::Result<()> {
    let mut script = Vec::new();
    let shell = arguments.shell.to_string();
    let shells = Shells::builtins();
    let completer =
        shells.completer(&shell).ok_or_else(|| Failure::new(Kind::Failed, format!("no completions for {shell}")))?;
    completer.write_registration(COMPLETE_VAR, PROGRAM, PROGRAM, PROGRAM, &mut script)?;
    let script = String::from_utf8(script)?;
    let changes = changes(arguments.shell);
    let mut script = changes.iter().fold(script, |script, (old, new)| script.replace(old, new));
    if arguments.shell == Shell::Zsh {
        script += ZSH_AUTOLOAD;
    }
    output::print(&script)
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
    let words = if shell == "bash" { join_options(words) } else { words.to_vec() };
    if RawArguments::read(&words).program.is_some_and(|position| position + 1 < words.len()) {
        // The arguments of another command: the shell offers paths.
        return Some(String::new());
    }
    let index = env::text(INDEX_VAR).ok().flatten().and_then(|index| index.parse().ok());
    let mut command = command(&words, index.unwrap_or(words.len().saturating_sub(1)));
    let mut completions = Vec::new();
    // clap_complete needs at least the name of the program.
    let is_written = !words.is_empty() && completer.write_complete(&mut command, words, None, &mut completions).is_ok();
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

/// Returns the command tree for completing the word at `index`: with completions for tokens and formats, and without those for
/// paths.
fn command(words: &[OsString], index: usize) -> Command {
    let others = words.iter().enumerate().filter(|(at, _)| ![0, index].contains(at));
    let others: Vec<String> = others.filter_map(|(_, word)| word.to_str().map(str::to_owned)).collect();
    let command = Cli::command();
    let name = RawArguments::read(words).command.and_then(|position| words[position].to_str());
    let is_for_list =
        name.and_then(|name| command.find_subcommand(name)).is_none_or(|command| command.get_name() == "list");
    // Only `list` has all formats.
    let formats = Format::value_variants().iter().filter(|format| is_for_list || format.is_document());
    let formats = PossibleValuesParser::new(formats.filter_map(Format::to_possible_value));

    let filters = Filter::augment_args(Command::new(PROGRAM));
    let filters: Vec<&str> = filters.get_arguments().filter_map(Arg::get_long).collect();
    let options = others.iter().filter_map(|word| word.strip_prefix("--")?.split('=').next());
    // Filters cannot be used with names.
    let has_filter = options.into_iter().any(|option| filters.contains(&option));
    let tokens = ArgValueCompleter::new(
        move |prefix: &OsStr| {
            if has_filter { Vec::new() } else { token_names(prefix, &others) }
        },
    );
    // Options are offered if the word begins with a dash, or if there is nothing else to offer.
    let hides_options = !words.get(index).is_some_and(|word| word.as_encoded_bytes().starts_with(b"-"));
    let argument = |argument: Arg| {
        let is_hidden = argument.is_hide_set() || hides_options && !argument.is_positional();
        let argument = argument.hide(is_hidden);
        match argument.get_id().as_str() {
            _ if argument.get_value_hint() == ValueHint::AnyPath => argument.value_hint(ValueHint::Other),
            "output" => argument.value_parser(formats.clone()),
            "token" | "tokens" => argument.add(tokens.clone()),
            _ => argument,
        }
    };
    let plain = |command: Command| command.mut_args(argument).disable_help_flag(hides_options);
    plain(command).disable_version_flag(hides_options).mut_subcommands(plain)
}

/// Returns the token names that begin with `prefix`, except for those in `given`. Leaves out invalid names, because a shell might
/// evaluate them.
fn token_names(prefix: &OsStr, given: &[String]) -> Vec<CompletionCandidate> {
    let (Some(prefix), Some((tokens, now))) = (prefix.to_str(), read_tokens()) else {
        return Vec::new();
    };
    // Two tokens can share a name.
    let mut offered: HashSet<&str> = given.iter().map(String::as_str).collect();
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
/// API key. Also returns the current time.
fn read_tokens() -> Option<(Vec<Token>, Timestamp)> {
    let settings = Settings::read_now(None).ok()?;
    // A refresh token can be used only once, and there may be no time to save the next one.
    if settings.login_in_use().is_some_and(|session| session.is_stale(Timestamp::now())) {
        return None;
    }
    let limits = Limits { timeout: FETCH_TIMEOUT, retries: 0 };
    let account = settings.account().ok()?;
    ensure_thread(&account.base_url).ok()?;
    let client = Client::new(account, limits, Rc::new(|_| ())).ok()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let tokens = runtime.block_on(async {
        let tokens = client.list(None, |_, _| ());
        tokio::time::timeout(FETCH_TIMEOUT, tokens).await.ok()?.ok()
    });
    runtime.shutdown_background();
    Some((tokens?, client.now()))
}
