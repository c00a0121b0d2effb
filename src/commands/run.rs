//! `tfy-tokens run`

mod program;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::ffi::{OsStr, OsString};
use std::future::ready;
use std::path::Path;
use std::pin::pin;
use std::process::ExitCode;
use std::rc::Rc;

use jiff::Timestamp;
use tokio::time::Instant;

use super::Context;
use super::create::resolve_expiry;
use crate::api::NewToken;
use crate::cli::Run;
use crate::error::Failure;
use crate::secret::TokenValue;
use crate::settings::{BaseUrl, Settings, env};
use crate::signals::{Interrupted, Signals};
use crate::time::relative;
use crate::token::{Expiry, TokenId};
use crate::token_name::TokenName;
use crate::tokens::temporary::{self, Created};
#[cfg(unix)]
use unix::Child;
#[cfg(windows)]
use windows::Child;

/// Lifetime above which a warning is printed, in seconds. A token that cannot be deleted stays valid until its expiry.
const LONG_LIFETIME: i64 = 24 * 60 * 60;

/// The end of a command.
struct Ended {
    /// Exit code as a shell reports it: 128 + N after signal N.
    exit_code: u8,
    /// Whether a signal that asks a program to end arrived while the command ran.
    was_interrupted: bool,
}

/// An environment variable of the command with its new value, or with `None` if it must not be set.
type Change<'a> = (&'a str, Option<String>);

/// A token of this run.
struct Temporary<'a> {
    new: NewToken,
    /// The settings that the token was created with.
    settings: Settings,
    context: &'a Context<'a>,
}

/// Creates a token, runs the command with it, and deletes the token. Returns the exit code of the command.
pub async fn run(arguments: Run, context: &Context<'_>) -> anyhow::Result<ExitCode> {
    let expiry = resolve_expiry(arguments.expires, context.now)?;
    let Expiry::At(expires_at) = expiry else {
        return Err(Failure::invalid("--expires", "a token for one command must expire").into());
    };
    let gateway = arguments.gateway.as_deref().map(parse_gateway).transpose()?;
    let command = arguments.command.first().map_or(OsStr::new(""), |command| command.as_os_str());
    let program = program::find(command)?;
    let settings = context.settings().await?;
    if settings.has_key_in_dotenv() {
        context.output.warn(".env sets TFY_API_KEY: programs that read .env use that key instead of the new token");
    }
    if expires_at.duration_since(context.now).as_secs() > LONG_LIFETIME {
        let lifetime = relative(expires_at, context.now);
        let warning = format!("the token expires {lifetime}; if it cannot be deleted, it stays valid until then");
        context.output.warn(warning);
    }
    let client = context.client_for(settings.clone()).await?;
    let new = NewToken {
        name: arguments.name.unwrap_or_else(|| {
            let base_name = Path::new(command).file_name().unwrap_or_default();
            TokenName::for_command(&base_name.to_string_lossy())
        }),
        for_user: None,
        expiry,
        team: arguments.team,
        account: arguments.account,
        token_type: arguments.token_type,
    };
    let token = Temporary { new, settings, context };

    let Created { value, interrupted } = temporary::create(&client, &token.new, &context.signals).await?;
    context.output.detail(format_args!("Created token {}; it expires at {expires_at}", token.new.name));
    // The creation is the first request, so the server's time is known only after it.
    if client.is_local_clock_wrong() {
        let expires = relative(expires_at, client.now());
        context.output.warn(format_args!(
            "the clock of this machine is wrong; by the server's clock, the expiry of the token is {expires}"
        ));
    }
    let changes = environment(&value, &client.account().base_url, gateway.as_ref(), &arguments.env);
    let started = match interrupted {
        Some((signal, _)) => Err(signal.into()),
        None => start(&program, &arguments.command, changes, context).await,
    };
    let child = match started {
        Ok(child) => child,
        Err(error) => {
            let interrupted_at = interrupted.map(|(_, time)| time);
            let interrupted_at = interrupted_at.or_else(|| error.is::<Interrupted>().then(Instant::now));
            token.delete(ready(None), interrupted_at).await;
            return Err(error);
        }
    };
    let mut lookup = pin!(temporary::find(&client, &token.new.name));
    let mut waiting = pin!(child.wait(&context.signals));
    let (ended, found) = tokio::select! {
        ended = &mut waiting => (ended, None),
        found = &mut lookup => (waiting.await, Some(found)),
    };
    let id = async {
        let found = match found {
            Some(found) => found,
            None => lookup.await,
        };
        found.ok().flatten()
    };
    token.delete(id, ended.was_interrupted.then(Instant::now)).await;
    Ok(ended.exit_code.into())
}

/// Returns the variables that change. The key that created the token is in none of the variables that this program reads.
fn environment<'a>(
    value: &TokenValue,
    base_url: &BaseUrl,
    gateway: Option<&BaseUrl>,
    variables: &'a [String],
) -> Vec<Change<'a>> {
    let value = || Some(value.expose().to_owned());
    let [base_url_variable, host_variable, old_host_variable] = env::BASE_URLS;
    let mut changes = vec![
        (env::KEY, value()),
        (env::KEY_FILE, None),
        (base_url_variable, Some(base_url.to_string())),
        (host_variable, Some(base_url.to_string())),
        (old_host_variable, None),
    ];
    if let Some(gateway) = gateway {
        changes.push(("OPENAI_BASE_URL", Some(gateway.to_string())));
        changes.push(("OPENAI_API_KEY", value()));
    }
    changes.extend(variables.iter().map(|name| (name.as_str(), value())));
    changes
}

/// Starts the command, unless a signal has arrived.
async fn start(
    program: &Path,
    command: &[OsString],
    changes: Vec<Change<'_>>,
    context: &Context<'_>,
) -> anyhow::Result<Child> {
    // Until the command can handle Ctrl-Z, it stops this program as usual.
    #[cfg(unix)]
    context.signals.listen_for_child()?;
    context.signals.until_interrupt(ready(())).await?;
    Child::start(program, command, changes).map_err(|error| program::cannot_execute(program, error).into())
}

impl Temporary<'_> {
    /// Deletes the token. A failure is only a warning: it must not change the exit code of the command.
    async fn delete(&self, id: impl Future<Output = Option<TokenId>>, interrupted_at: Option<Instant>) {
        let output = self.context.output;
        let name = &self.new.name;
        let deletion = Box::pin(async {
            let id = id.await;
            // The login session may have expired while the command ran. A new client refreshes it.
            let (signals, now) = (Rc::new(Signals::none()), Timestamp::now());
            let context = Context { global: self.context.global, output, signals, now };
            let client = context.client_for(self.settings.clone()).await?;
            temporary::delete(&client, name, id).await.map_err(anyhow::Error::from)
        });
        let deleted = temporary::within_limit(deletion, interrupted_at, &self.context.signals).await;
        let error = match deleted.map_err(anyhow::Error::from).flatten() {
            Ok(true) => return output.detail(format_args!("Deleted token {name}")),
            Ok(false) => return output.detail(format_args!("Token {name} was already gone")),
            Err(error) => error,
        };
        let expiry = self.new.expiry.time().map_or_else(String::new, |time| format!(", which expires at {time}"));
        let reason = Failure::from_error(&error).line();
        output.alert(format_args!("could not delete token `{name}`{expiry}: {reason}"));
    }
}

fn parse_gateway(text: &str) -> Result<BaseUrl, Failure> {
    BaseUrl::parse(text, env::allows_http()).map_err(|error| Failure::invalid("--gateway", error))
}
