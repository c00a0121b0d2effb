//! `tfy-tokens status`

use std::time::Instant;

use serde::Serialize;

use super::Context;
use crate::api::{Client, Session};
use crate::error::{Failure, Kind};
use crate::output::{json_line, whole_seconds};
use crate::settings::{Ignored, Settings};
use crate::untrusted::Untrusted;

/// Width of the labels, in columns.
const LABEL_WIDTH: usize = 14;

/// JSON view of the status. Fields may be added, but are never renamed or removed.
#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct StatusJson {
    base_url: Option<SettingJson>,
    key: Option<KeyJson>,
    ignored: Vec<Ignored>,
    warnings: Vec<String>,
    proxy: Option<String>,
    session: Option<SessionJson>,
    signed_in_as: Option<Session>,
    /// Whether the server let the key list tokens. `None` if that is unknown.
    may_list: Option<bool>,
    answered_in_ms: Option<u128>,
    ok: bool,
}

#[derive(Serialize)]
struct SettingJson {
    /// `None` if the value is invalid.
    value: Option<String>,
    from: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyJson {
    from: String,
    usable: bool,
    personal_access_token: bool,
}

/// The login session that is used.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SessionJson {
    expires_at: Option<String>,
    /// Whether it is refreshed before it expires.
    refreshed: bool,
}

/// Prints the settings before it sends a request, then the result of the request. JSON is printed at the end.
pub async fn run(context: &Context<'_>) -> anyhow::Result<()> {
    let output = context.output;
    let mut printed = Ok(());
    let mut print = async |text| {
        if printed.is_ok() {
            printed = context.signals.or_interrupt(output.text(text)).await;
        }
    };
    let (status, result) = read(context, async |lines| {
        if !output.is_json() {
            print(lines).await;
        }
    })
    .await?;
    if output.is_json() {
        print(json_line(&status)?).await;
    }
    // An error of the check takes precedence over an error of printing.
    result.and(printed)
}

/// Reads the settings and checks them. Calls `print` with the lines of each step. Returns the status and the result of the check.
pub async fn read(
    context: &Context<'_>,
    mut print: impl AsyncFnMut(String),
) -> anyhow::Result<(StatusJson, anyhow::Result<()>)> {
    let settings = context.settings().await?;
    for warning in settings.exposed_files() {
        context.output.warn(warning);
    }
    let mut status = StatusJson::new(&settings);
    print(text(&status.settings_lines())).await;
    let result = match context.client_for(settings).await {
        Ok(client) => check(&client, &mut status, context).await,
        Err(error) => Err(error),
    };
    status.ok = result.is_ok();
    print(text(&status.server_lines(result.as_ref().err()))).await;
    Ok((status, result))
}

async fn check(client: &Client, status: &mut StatusJson, context: &Context<'_>) -> anyhow::Result<()> {
    status.proxy = client.proxy().map(str::to_owned);
    status.session = client.login_session().await.map(|session| SessionJson {
        expires_at: session.claims().and_then(|claims| claims.expiry()).map(whole_seconds),
        refreshed: session.is_refreshable(),
    });
    let spinner = context.output.spinner("Waiting for the server");
    let start = Instant::now();
    let session = context.signals.until_interrupt(client.session()).await?;
    drop(spinner);
    let is_answered = session.as_ref().err().is_none_or(|failure| !is_no_response(failure));
    status.answered_in_ms = is_answered.then_some(start.elapsed().as_millis());
    let session = session?;
    if let Some(key) = status.key.as_mut().filter(|_| session.token_name.is_some()) {
        key.personal_access_token = true;
    }
    status.signed_in_as = Some(session);
    let spinner = context.output.spinner("Checking access");
    let listed = context.signals.until_interrupt(client.check_list()).await?;
    drop(spinner);
    status.may_list = match &listed {
        Ok(()) => Some(true),
        Err(failure) if failure.kind == Kind::Forbidden => Some(false),
        Err(_) => None,
    };
    Ok(listed?)
}

fn is_no_response(failure: &Failure) -> bool {
    failure.kind == Kind::Unreachable && failure.status.is_none()
}

fn text(lines: &[(&str, String)]) -> String {
    let lines = lines.iter().map(|(label, value)| format!("{label:<LABEL_WIDTH$}{value}\n"));
    lines.collect::<Vec<_>>().concat()
}

impl StatusJson {
    fn new(settings: &Settings) -> Self {
        Self {
            base_url: settings.base_url().map(|(source, url)| SettingJson {
                value: url.ok().map(|url| url.to_string()),
                from: source.to_string(),
            }),
            key: settings.key().map(|(source, key)| KeyJson {
                from: source.to_string(),
                usable: key.is_ok(),
                personal_access_token: key.is_ok_and(|key| key.is_personal_access_token()),
            }),
            ignored: settings.ignored(),
            warnings: settings
                .warnings
                .iter()
                .chain(&settings.important_warning)
                .cloned()
                .chain(settings.exposed_files())
                .collect(),
            ..Self::default()
        }
    }

    fn settings_lines(&self) -> Vec<(&'static str, String)> {
        let base_url = match &self.base_url {
            None => "not set".to_owned(),
            Some(SettingJson { value, from }) => {
                format!("{} (from {from})", value.as_deref().unwrap_or("invalid"))
            }
        };
        let key = match &self.key {
            None => "not set".to_owned(),
            Some(KeyJson { from, usable: false, .. }) => format!("invalid (from {from})"),
            Some(KeyJson { from, personal_access_token: true, .. }) => format!("personal access token (from {from})"),
            Some(KeyJson { from, .. }) => format!("set (from {from})"),
        };
        let mut lines = vec![("Base URL", base_url), ("API key", key)];
        let ignored = self.ignored.iter();
        lines.extend(ignored.map(|setting| ("Ignored", format!("{}: {}", setting.source, setting.reason))));
        lines
    }

    /// `problem` is the error of the command, if any.
    fn server_lines(&self, problem: Option<&anyhow::Error>) -> Vec<(&'static str, String)> {
        let proxy = self.proxy.as_ref().map(|proxy| format!(" through the proxy {proxy}"));
        let proxy = proxy.unwrap_or_default();
        let failure = problem.and_then(|error| error.downcast_ref::<Failure>());
        let server = match self.answered_in_ms {
            Some(0) => format!("answered in less than 1 ms{proxy}"),
            Some(ms) => format!("answered in {ms} ms{proxy}"),
            None if failure.is_some_and(is_no_response) => format!("no response{proxy}"),
            None => "not checked".to_owned(),
        };
        let mut lines = vec![("Server", server)];
        if let Some(SessionJson { expires_at: Some(expires_at), refreshed }) = &self.session {
            let then = if *refreshed { "refreshed automatically" } else { "cannot be refreshed; log in again then" };
            lines.push(("Session", format!("valid until {expires_at}, {then}")));
        }
        if let Some(session) = &self.signed_in_as {
            lines.push(("Logged in as", describe(session)));
            lines.extend(self.access().map(|access| ("Access", access)));
        }
        lines
    }

    /// The permissions that were tried. What was not tried is only said of keys in general.
    fn access(&self) -> Option<String> {
        let listed = if self.may_list? { "can list tokens" } else { "cannot list tokens" };
        let is_token = self.key.as_ref().is_some_and(|key| key.personal_access_token);
        let created =
            if is_token { "; most servers do not let a personal access token create another one" } else { "" };
        Some(format!("{listed}{created}"))
    }
}

fn describe(session: &Session) -> String {
    let part = |label: &str, text: &Option<Untrusted>| text.as_ref().map(|text| format!("{label}{}", text.short()));
    let user = part("", &session.user).unwrap_or_else(|| "unknown user".to_owned());
    let tenant = part(", tenant ", &session.tenant);
    let token = part(", with the personal access token ", &session.token_name);
    [Some(user), tenant, token].into_iter().flatten().collect()
}
