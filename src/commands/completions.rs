//! `tfy-tokens completions`, and what the scripts it prints ask for.

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use clap::{Arg, Command, CommandFactory};
use clap_complete::env::Shells;
use clap_complete::{ArgValueCompleter, CompletionCandidate};
use jiff::Timestamp;

use super::Context;
use crate::api::{Client, Limits};
use crate::cli::{Cli, Completions, Shell};
use crate::error::Error;
use crate::settings::{Environment, Settings};
use crate::text::Untrusted;
use crate::token::{Token, TokenName};

/// The variable by which a shell's script asks for completions.
const ASKED_BY: &str = "COMPLETE";

/// The name under which the program is called.
const PROGRAM: &str = "tfy-tokens";

/// How long a shell may be kept waiting for token names.
const PATIENCE: Duration = Duration::from_secs(2);

/// Prints the script of a shell.
pub fn run(arguments: &Completions, context: &Context<'_>) -> Result<(), Error> {
    let mut script = Vec::new();
    if let Some(completer) = Shells::builtins().completer(name(arguments.shell)) {
        completer
            .write_registration(ASKED_BY, PROGRAM, PROGRAM, PROGRAM, &mut script)
            .map_err(Error::Output)?;
    }
    context.output.data(&String::from_utf8_lossy(&script))
}

/// What the completion library calls a shell.
fn name(shell: Shell) -> &'static str {
    match shell {
        Shell::Bash => "bash",
        Shell::Elvish => "elvish",
        Shell::Fish => "fish",
        Shell::Powershell => "powershell",
        Shell::Zsh => "zsh",
    }
}

/// Answers a shell's script, if that is who calls: then the answer is what to print.
pub fn answer(arguments: &[OsString], environment: &Environment) -> Option<String> {
    let shell = environment.text(ASKED_BY).ok()??;
    let shells = Shells::builtins();
    let completer = shells.completer(shell)?;
    let typed = arguments
        .iter()
        .position(|argument| argument == "--")
        .map(|at| arguments[at + 1..].to_vec())
        .filter(|typed| !typed.is_empty())?;
    let mut answer = Vec::new();
    completer
        .write_complete(&mut command(), typed, None, &mut answer)
        .ok()?;
    String::from_utf8(answer).ok()
}

/// The command tree, with token names where tokens are named.
fn command() -> Command {
    let complete = |argument: Arg| argument.add(ArgValueCompleter::new(tokens));
    Cli::command()
        .mut_subcommand("delete", |delete| delete.mut_arg("tokens", complete))
        .mut_subcommand("rotate", |rotate| rotate.mut_arg("token", complete))
}

/// The names of the tokens that begin with what was typed; ids where a name would not do. Nothing, should anything fail.
fn tokens(typed: &OsStr) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else {
        return Vec::new();
    };
    let found = all_tokens().unwrap_or_default();
    let names = found.iter().filter_map(completable);
    names
        .filter(|name| name.starts_with(typed))
        .map(CompletionCandidate::new)
        .collect()
}

/// What a shell may be given to type for a token: only what is a name by the platform's own rules, or an id as plain.
fn completable(token: &Token) -> Option<String> {
    let is_plain = |id: &&str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let name = token
        .name
        .as_ref()
        .map(Untrusted::exact)
        .filter(|name| name.parse::<TokenName>().is_ok());
    name.or_else(|| Some(token.id.exact()).filter(is_plain))
        .map(str::to_owned)
}

fn all_tokens() -> Option<Vec<Token>> {
    let environment = Environment::new(std::env::vars_os());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .ok()?;
    let listing = async {
        let settings = Settings::find(None, &environment).ok()?;
        let limits = Limits {
            timeout: PATIENCE,
            retries: 0,
        };
        let client = |account| Client::new(account, limits, Box::new(|_| {}));
        let refresh =
            async |account: &crate::settings::Account, request| client(account.clone())?.refresh(request).await;
        let account = settings.account(Timestamp::now(), refresh).await.ok()?;
        client(account).ok()?.pages(None).all().await.ok()
    };
    runtime.block_on(async { tokio::time::timeout(PATIENCE, listing).await.ok()? })
}
