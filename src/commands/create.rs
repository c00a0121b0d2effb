//! `tfy-tokens create`

use std::cell::Cell;
use std::future::ready;
use std::pin::pin;
use std::str::FromStr;
use std::time::Duration;

use anyhow::Context as _;
use jiff::Timestamp;
use serde::Serialize;

use super::Context;
use crate::api::{Client, NewToken};
use crate::cli::usage::{create_anyway, is_command};
use crate::cli::{Create, Expires};
use crate::error::Failure;
use crate::output::json_line;
use crate::prompt;
use crate::signals::Interrupted;
use crate::time::{ExpiryArg, relative};
use crate::token::Expiry;
use crate::token_name::{InvalidName, TokenName};
use crate::tokens::create::{create, not_created};
use crate::tokens::save::TokenFile;
use crate::tokens::undelivered::undelivered;
use crate::untrusted::{Untrusted, display_path};

pub const SAVE_NOW: &str = "Save this token NOW — it will not be shown again.";

const NEVER_EXPIRES: &str = "The token never expires. To limit it, pass an expiry such as --expires 90d.";

const SAVE_WHERE: &str =
    "Keep it in a password manager, a CI secret store or a TrueFoundry secret group, never in Git or in plain text.";

/// Timeout for writing a value to standard output after a signal.
const INTERRUPTED_WRITE_TIMEOUT: Duration = Duration::from_secs(1);

/// JSON view of a new token.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedJson<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    expires_at: Option<Timestamp>,
}

impl<'a> CreatedJson<'a> {
    pub fn new(new: &'a NewToken, token: Option<&'a str>) -> Self {
        Self { name: new.name.as_str(), token, expires_at: new.expiry.time() }
    }

    /// Serializes the document. An open document ends before its closing brace, so that another field can follow later.
    pub fn text(&self, is_open: bool) -> serde_json::Result<String> {
        let mut text = json_line(self)?;
        if is_open {
            text.truncate(text.len() - "}\n".len());
        }
        Ok(text)
    }
}

pub async fn run(arguments: Create, context: &Context<'_>) -> anyhow::Result<()> {
    // An invalid expiry is reported before any request.
    arguments.expires.expiry.map(|expiry| resolve_expiry(expiry, context.now)).transpose()?;
    let file = arguments.save.file.as_deref().map(TokenFile::create).transpose()?;
    let (client, name) = match (arguments.name, context.prompt()) {
        (Some(name), _) => (context.client().await?, name),
        (None, Some(prompt)) => {
            // The user should not type a name before learning that the settings are wrong.
            let client = context.client().await?;
            let NewName(name) = prompt.line(prompt::NEW_NAME, &context.signals).await?;
            (client, name)
        }
        (None, None) => {
            return Err(context
                .missing_argument("the NAME argument", "tfy-tokens create my-token --expires 90d")
                .into());
        }
    };
    let expiry = match arguments.expires.expiry {
        Some(expiry) => resolve_by_server(expiry, &client, context).await?,
        None => Expiry::Never,
    };
    let new = NewToken {
        name,
        for_user: arguments.for_user,
        expiry,
        team: arguments.team,
        account: arguments.account,
        token_type: arguments.token_type,
    };
    echo(&new, &arguments.expires, &client, context);
    let interrupted = create_and_deliver(&new, false, file, &client, context).await?;
    interrupted.map_or(Ok(()), |interrupted| Err(interrupted.into()))
}

/// Describes the request for a token before it is sent.
pub fn echo(new: &NewToken, expires: &Expires, client: &Client, context: &Context<'_>) {
    context.output.note(format_args!("Creating token {}", describe(new, client)));
    if new.expiry == Expiry::Never && expires.expiry.is_none() {
        context.output.important_note(NEVER_EXPIRES);
    }
}

/// A name that the user typed at the prompt.
struct NewName(TokenName);

impl FromStr for NewName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A user who asks for help must not create a token.
        if is_command(text) {
            return Err(format!("`{text}` is a command; {}", create_anyway(text)));
        }
        text.parse().map(Self).map_err(|error: InvalidName| error.to_string())
    }
}

/// Returns the expiry that a value of `--expires` means.
pub fn resolve_expiry(expiry: ExpiryArg, now: Timestamp) -> Result<Expiry, Failure> {
    expiry.resolve(now).map_err(|error| Failure::invalid("--expires", error))
}

/// As [`resolve_expiry`], but a duration counts from the server's time, because the clock of this machine may be wrong.
pub async fn resolve_by_server(expiry: ExpiryArg, client: &Client, context: &Context<'_>) -> anyhow::Result<Expiry> {
    if let ExpiryArg::In(_) = expiry {
        let clock = client.read_clock();
        context.signals.or_interrupt(async { clock.await.map_err(not_created) }).await?;
    }
    Ok(resolve_expiry(expiry, client.now())?)
}

/// Creates a token and writes its value to `file` or, without a file, to standard output. In a rotation, a JSON document is left
/// open: it ends with the result of the deletion, which must follow the value. Returns the signal that arrived together with the
/// value, if any.
pub async fn create_and_deliver(
    new: &NewToken,
    is_rotation: bool,
    mut file: Option<TokenFile>,
    client: &Client,
    context: &Context<'_>,
) -> anyhow::Result<Option<Interrupted>> {
    let output = context.output;
    let spinner = Cell::new(Some(output.spinner("Creating the token")));
    let on_interrupt = || {
        drop(spinner.take());
        output.note("Checking whether the token was created.");
    };
    let value = create(client, new, is_rotation, &context.signals, on_interrupt).await;
    drop(spinner);
    let value = value?;
    let limit = value.expiry().and_then(|end| new.expiry.limited_to(end, client.now()));
    let new = &NewToken { expiry: limit.map_or(new.expiry, Expiry::At), ..new.clone() };
    let json = |token| {
        let text = CreatedJson::new(new, token).text(is_rotation);
        // Messages follow an open document at a terminal.
        let end = if is_rotation && output.stdout.is_terminal { "\n" } else { "" };
        text.map(|text| text + end)
    };
    let delivered = match &mut file {
        Some(file) => file.write(&value).map(|()| None).map_err(Into::into),
        None => print_value(json(Some(value.expose()))?, value.expose(), new, context).await,
    };
    let interrupted = match delivered {
        Ok(interrupted) => interrupted,
        Err(cause) => {
            drop(file);
            return Err(undelivered(client, new, None, Failure::from_error(&cause), &context.signals).await.into());
        }
    };
    if let Some(end) = limit {
        let relative = relative(end, client.now());
        output.warn(format_args!("the server limited the lifetime: the token expires at {end} ({relative})"));
    }
    let Some(file) = file else {
        output.warn(SAVE_NOW);
        if output.stdout.is_terminal {
            output.note(SAVE_WHERE);
        }
        // The signal may have arrived together with the value.
        return Ok(interrupted.or(context.signals.until_interrupt(ready(())).await.err()));
    };
    let path = display_path(file.path());
    output.note(format_args!("Saved the token value to {path}. It will not be shown again."));
    let text = if output.is_json() { json(None)? } else { summary(new) };
    let written = context.signals.or_interrupt(output.data(text)).await;
    written.with_context(|| format!("saved the token value to {path}, but could not write the summary"))?;
    Ok(None)
}

/// Prints the value: as JSON, with a summary at a terminal, or alone. Returns the signal that arrived meanwhile, if any.
async fn print_value(
    json: String,
    value: &str,
    new: &NewToken,
    context: &Context<'_>,
) -> anyhow::Result<Option<Interrupted>> {
    let text = if context.output.is_json() {
        json
    } else if context.output.stdout.is_terminal {
        format!("{}{value}\n", summary(new))
    } else {
        format!("{value}\n")
    };
    let mut written = pin!(context.output.value(text));
    let interrupted = tokio::select! {
        biased;
        written = &mut written => {
            written?;
            return Ok(None);
        }
        interrupted = context.signals.next() => interrupted,
    };
    // The reader may still accept the value. Otherwise the error reports that the token exists.
    let written = tokio::time::timeout(INTERRUPTED_WRITE_TIMEOUT, written).await;
    written.context("interrupted before standard output accepted the value")??;
    Ok(Some(interrupted))
}

pub fn summary(new: &NewToken) -> String {
    let expires = new.expiry.time().map_or_else(|| "never".to_owned(), |time| time.to_string());
    format!("Name:     {}\nExpires:  {expires}\n", new.name)
}

/// Describes the request for a token, beginning with its name.
pub fn describe(new: &NewToken, client: &Client) -> String {
    let expiry = match new.expiry.time() {
        Some(time) => format!("expires at {time} ({})", relative(time, client.now())),
        None => "never expires".to_owned(),
    };
    let options = [
        ("type", new.token_type.map(|token_type| token_type.as_str().to_owned())),
        ("team", new.team.clone()),
        ("account", new.account.clone()),
        ("user", new.for_user.as_ref().map(ToString::to_string)),
    ];
    // A rotation takes the team and the account from the server.
    let options =
        options.into_iter().filter_map(|(name, value)| Some(format!("; {name}: {}", Untrusted::new(value?).short())));
    let base_url = &client.account().base_url;
    format!("{} on {base_url}; {expiry}{}", new.name, options.collect::<String>())
}
