//! `tfy-tokens login`

mod device;

use std::io::{self, IsTerminal, Read};

use jiff::Timestamp;
use serde::Serialize;

use super::Context;
use crate::cli::Login;
use crate::error::{Failure, Kind};
use crate::output::{json_line, whole_seconds};
use crate::prompt;
use crate::secret::{Key, Secret};
use crate::settings::{Account, BaseUrl, Grant, LoginSession, Settings, Source, hints, session_file};
use crate::signals::Interrupted;
use crate::thread;
use crate::untrusted::{Untrusted, shell_word};

/// Maximum size of an API key on standard input, in bytes.
const MAX_KEY_SIZE: u64 = 64 * 1024;

/// JSON view of a login session.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LoginJson {
    host: String,
    who: Option<Untrusted>,
    tenant: Option<Untrusted>,
    expires_at: Option<String>,
}

pub async fn run(arguments: Login, context: &Context<'_>) -> anyhow::Result<()> {
    let path = LoginSession::path().ok_or_else(|| {
        Failure::new(Kind::Failed, "cannot store a login session: HOME is not set")
            .hint("set HOME to your home directory")
    })?;
    let settings = context.settings().await?;
    let host = read_host(&arguments, &settings, context).await?;
    context.signals.or_interrupt(session_file::ensure_writable(&path)).await?;
    if let Some(session) = settings.login()
        && let Some(login) = keep(session, &host, arguments.with_key, context).await?
    {
        return print("Already signed in", &login, context).await;
    }
    let (login, grant) = if arguments.with_key {
        log_in_with_key(&host, context).await?
    } else {
        log_in_with_browser(&host, arguments.no_browser, context).await?
    };
    context.signals.or_interrupt(session_file::store(&path, &login.host, &grant)).await?;
    let printed = print("Signed in", &login, context).await;
    let other_key = settings.key().map(|(source, _)| source);
    let other_host = settings.base_url().filter(|(_, url)| url.as_ref() != Ok(&host)).map(|(source, _)| source);
    if let Some(source) = other_key.or(other_host).filter(|source| !matches!(source, Source::Login(_))) {
        let unset = hints::unset(source);
        context.output.warn(format_args!("{source} takes precedence over this login; {unset} to use the login"));
    }
    printed
}

/// Returns the host from the argument, from the settings or from the user.
async fn read_host(arguments: &Login, settings: &Settings, context: &Context<'_>) -> anyhow::Result<BaseUrl> {
    if let Some(host) = &arguments.host {
        return Ok(host.parse().map_err(|error| Failure::invalid("HOST", error))?);
    }
    let with_key = if arguments.with_key { " --with-key" } else { "" };
    if let Some((source, host)) = settings.base_url() {
        let host = host.and_then(|host| host.ensure_encrypted().map(|()| host));
        let host = host.map_err(|error| Failure::invalid(source, error))?;
        // A file in the working directory must not decide who gets a key.
        if matches!(source, Source::DotEnv(_)) && arguments.with_key {
            let message = format!("refusing to send an API key to {host} (set by {source})");
            let command = format!("tfy-tokens login {}{with_key}", shell_word(&host.to_string()));
            let hint = format!("if the key belongs to this host, run `{command}`");
            return Err(Failure::new(Kind::Usage, message).hint(hint).into());
        }
        if !matches!(source, Source::Flag | Source::Login(_)) {
            context.output.note(format_args!("Logging in to {host} (set by {source})"));
        }
        return Ok(host);
    }
    let Some(prompt) = context.prompt() else {
        let usage = format!("tfy-tokens login https://YOUR-TENANT.truefoundry.cloud{with_key}");
        return Err(context.missing_argument("the HOST argument", &usage).into());
    };
    prompt.line(prompt::HOST, &context.signals).await
}

/// Decides whether a session that is already stored is kept, and returns it if so. Asks the user if possible.
async fn keep(
    session: &LoginSession,
    host: &BaseUrl,
    with_key: bool,
    context: &Context<'_>,
) -> anyhow::Result<Option<LoginJson>> {
    let stored = session.account().ok();
    let Some(account) = stored.filter(|account| account.base_url == *host) else {
        let who = session.claims().and_then(|claims| claims.user());
        let who = who.map(|who| format!(" as {}", who.short())).unwrap_or_default();
        let signed_in = format!("logged in to {}{who}", session.display_host());
        let Some(prompt) = context.prompt() else {
            return Err(Failure::new(Kind::Unconfirmed, format!("already {signed_in}"))
                .hint("run `tfy-tokens logout` first")
                .into());
        };
        let question = format!("You are {signed_in}. Replace this login? [y/N]");
        return if prompt.confirm(&question, &context.signals).await? {
            Ok(None)
        } else {
            Err(Failure::declined().into())
        };
    };
    if with_key {
        return Ok(None);
    }
    let user = async {
        let client = context.client_of(account, Some(session.clone())).await?;
        let user = context.signals.or_interrupt(client.session()).await?;
        Ok((user, client.login_session().await.and_then(|session| session.claims())))
    };
    let user: anyhow::Result<_> = user.await;
    let (user, claims) = match user {
        Ok(user) => user,
        Err(error) if error.is::<Interrupted>() => return Err(error),
        Err(error) => {
            let reason = Failure::from_error(&error).line();
            context.output.note(format_args!("The stored login does not work and will be replaced: {reason}"));
            return Ok(None);
        }
    };
    let expiry = claims.and_then(|claims| claims.expiry());
    let login = LoginJson::new(host, user.user, user.tenant, expiry);
    if let Some(prompt) = context.prompt() {
        let question = format!("You are logged in to {host}{}. Log in again? [y/N]", login.who());
        if prompt.confirm(&question, &context.signals).await? {
            return Ok(None);
        }
    }
    Ok(Some(login))
}

async fn log_in_with_browser(
    host: &BaseUrl,
    no_browser: bool,
    context: &Context<'_>,
) -> anyhow::Result<(LoginJson, Grant)> {
    let grant = device::log_in(host, no_browser, context).await?;
    let claims = grant.claims().map_err(|error| {
        Failure::unexpected_response(&format!("it sent an access token that is not usable: {error}"))
    })?;
    let login = LoginJson::new(host, claims.user(), claims.tenant.as_deref().map(Untrusted::new), claims.expiry());
    Ok((login, grant))
}

/// Reads an API key, and makes sure that the server and the `tfy` CLI accept it.
async fn log_in_with_key(host: &BaseUrl, context: &Context<'_>) -> anyhow::Result<(LoginJson, Grant)> {
    let key = Key::parse(&read_key(context).await?).map_err(|error| Failure::invalid("API key", error))?;
    let grant = Grant { access_token: Secret::new(key.expose()), refresh_token: None };
    let claims = grant.claims().ok();
    if claims.is_none() && !key.is_personal_access_token() {
        let reason = "it is neither a personal access token nor the JWT of a login session";
        return Err(Failure::invalid("API key", reason).into());
    }
    let client = context.client_of(Account::with_typed_key(host.clone(), key), None).await?;
    let user = context.signals.or_interrupt(client.session()).await?;
    let login = LoginJson::new(host, user.user, user.tenant, claims.and_then(|claims| claims.expiry()));
    Ok((login, grant))
}

/// Reads an API key from standard input. At a terminal, asks for it without echo.
async fn read_key(context: &Context<'_>) -> anyhow::Result<Secret> {
    if let Some(prompt) = context.prompt() {
        return prompt.secret(prompt::KEY, &context.signals).await;
    }
    if io::stdin().is_terminal() {
        return Err(context
            .missing_argument("an API key on standard input", "tfy-tokens login --with-key < FILE")
            .into());
    }
    let read = thread::start(|| {
        let (mut text, mut input) = (Vec::new(), io::stdin().lock().take(MAX_KEY_SIZE + 1));
        prompt::wait_for_input(|| input.read_to_end(&mut text)).map(|_| text)
    })?;
    let text = context.signals.or_interrupt(read).await?;
    let text = text.map_err(|error| Failure::new(Kind::Usage, "cannot read the API key").caused_by(error))?;
    if text.len() as u64 > MAX_KEY_SIZE {
        return Err(Failure::invalid("API key", "it is longer than 64 KiB").into());
    }
    // An invalid character is reported by the parser of keys.
    Ok(Secret::new(String::from_utf8_lossy(&text).into_owned()))
}

async fn print(verb: &str, login: &LoginJson, context: &Context<'_>) -> anyhow::Result<()> {
    let text = if context.output.is_json() {
        json_line(login)?
    } else {
        let LoginJson { host, expires_at, .. } = login;
        let until = expires_at.as_ref().map(|time| format!(", until {time}")).unwrap_or_default();
        format!("{verb} to {host}{}{until}.\n", login.who())
    };
    context.signals.or_interrupt(context.output.text(text)).await
}

impl LoginJson {
    fn new(host: &BaseUrl, who: Option<Untrusted>, tenant: Option<Untrusted>, expiry: Option<Timestamp>) -> Self {
        Self { host: host.to_string(), who, tenant, expires_at: expiry.map(whole_seconds) }
    }

    /// ` as WHO (tenant T)`, as far as it is known.
    fn who(&self) -> String {
        let who = self.who.as_ref().map(|who| format!(" as {}", who.short()));
        let tenant = self.tenant.as_ref().map(|tenant| format!(" (tenant {})", tenant.short()));
        [who, tenant].into_iter().flatten().collect()
    }
}
