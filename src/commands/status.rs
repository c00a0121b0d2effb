//! `tfy-tokens status`

use std::time::Instant;

use serde::Serialize;

use super::Context;
use crate::api::Session;
use crate::error::Error;
use crate::output::{Format, object};
use crate::secret::Key;
use crate::settings::{Found, Settings};
use crate::text::{Untrusted, clean};

/// The column that findings begin in.
const INDENT: usize = 14;

/// All that was found out. Fields are added now and then, never renamed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    base_url: Option<Named>,
    key: Option<KeyReport>,
    passed_over: Vec<PassedOverReport>,
    warnings: Vec<String>,
    proxy: Option<String>,
    #[serde(skip)]
    asked: bool,
    signed_in_as: Option<SignedIn>,
    answered_in_ms: Option<u128>,
    ok: bool,
}

#[derive(Serialize)]
struct Named {
    /// `None` where what stands there cannot be used.
    value: Option<String>,
    from: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyReport {
    from: String,
    usable: bool,
    /// Known from the key itself or, where that does not show it, from the platform.
    personal_access_token: bool,
}

#[derive(Serialize)]
struct PassedOverReport {
    place: String,
    why: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignedIn {
    who: Option<String>,
    tenant: Option<String>,
    subject_type: Option<String>,
    token_name: Option<String>,
}

/// Says what is set, where it came from, whom it signs in and how long the platform took to answer. What is wrong is the error.
pub async fn run(context: &Context<'_>) -> Result<(), Error> {
    let settings = context.settings()?;
    let mut report = Report::of(&settings);
    let outcome = ask(settings, &mut report, context).await;
    report.ok = outcome.is_ok();
    let text = match context.output.format() {
        Format::Json => object(&report) + "\n",
        _ => report.lines(),
    };
    let told = context.output.data(text).await;
    outcome.and(told)
}

async fn ask(settings: Settings, report: &mut Report, context: &Context<'_>) -> Result<(), Error> {
    let client = context.client_of(settings).await;
    report.asked = client.as_ref().err().is_none_or(is_silence);
    let client = client?;
    report.proxy = client.proxy().map(str::to_owned);
    let began = Instant::now();
    let session = client.session().await;
    let took = began.elapsed().as_millis();
    let is_silent = session.as_ref().err().is_some_and(is_silence);
    report.answered_in_ms = (!is_silent).then_some(took);
    let session = session?;
    if let Some(key) = report.key.as_mut().filter(|_| session.token_name.is_some()) {
        key.personal_access_token = true;
    }
    report.signed_in_as = Some(SignedIn::of(&session));
    Ok(())
}

/// Whether the platform was asked and gave no answer at all.
fn is_silence(error: &Error) -> bool {
    matches!(
        error,
        Error::Unreachable { .. } | Error::Lost { .. } | Error::TimedOut { .. }
    )
}

impl Report {
    fn of(settings: &Settings) -> Self {
        let base_url = match &settings.base_url {
            Found::Nothing => None,
            Found::Unusable(from) => Some((None, from)),
            Found::Usable(url, from) => Some((Some(url.to_string()), from)),
        };
        let key = match &settings.key {
            Found::Nothing => None,
            Found::Unusable(from) => Some((None, from)),
            Found::Usable(key, from) => Some((Some(key), from)),
        };
        let passed_over = settings.passed_over.iter().map(|one| PassedOverReport {
            place: one.place.clone(),
            why: one.why.clone(),
        });
        Self {
            base_url: base_url.map(|(value, from)| Named {
                value,
                from: from.to_string(),
            }),
            key: key.map(|(key, from)| KeyReport {
                from: from.to_string(),
                usable: key.is_some(),
                personal_access_token: key.is_some_and(Key::is_personal_access_token),
            }),
            passed_over: passed_over.collect(),
            warnings: settings.warnings.clone(),
            proxy: None,
            asked: false,
            signed_in_as: None,
            answered_in_ms: None,
            ok: false,
        }
    }

    /// A line a check.
    fn lines(&self) -> String {
        let passed_over = self.passed_over.iter();
        let passed_over = passed_over.map(|one| ("Passed over", format!("{}: {}", one.place, one.why)));
        let mut found = vec![("Base URL", self.base_url_line()), ("Key", self.key_line())];
        found.extend(passed_over);
        found.push(("Platform", self.platform_line()));
        if let Some(who) = &self.signed_in_as {
            found.push(("Signed in as", who.line()));
            found.push(("It may", self.abilities().to_owned()));
        }
        let lines = found.iter().map(|(what, found)| format!("{what:<INDENT$}{found}\n"));
        lines.collect()
    }

    fn base_url_line(&self) -> String {
        match &self.base_url {
            None => "not set".to_owned(),
            Some(Named { value: None, from }) => format!("cannot be used  (from {from})"),
            Some(Named {
                value: Some(value),
                from,
            }) => format!("{value}  (from {from})"),
        }
    }

    fn key_line(&self) -> String {
        let Some(key) = &self.key else {
            return "not set".to_owned();
        };
        let what = match key {
            KeyReport { usable: false, .. } => "cannot be used",
            KeyReport {
                personal_access_token: true,
                ..
            } => "a personal access token",
            _ if self.signed_in_as.is_some() => "set, not a personal access token",
            _ => "set",
        };
        format!("{what}  (from {})", key.from)
    }

    fn platform_line(&self) -> String {
        let way = self.proxy.as_ref();
        let way = way.map_or_else(String::new, |proxy| format!(", asked through the proxy {proxy}"));
        match self.answered_in_ms {
            None if self.asked => format!("no answer{way}"),
            None => "not asked".to_owned(),
            Some(0) => format!("answered in less than 1 ms{way}"),
            Some(ms) => format!("answered in {ms} ms{way}"),
        }
    }

    /// What the platform lets the key do, as far as its kind decides that.
    fn abilities(&self) -> &'static str {
        if self.key.as_ref().is_some_and(|key| key.personal_access_token) {
            "list and delete tokens; on most platforms a personal access token cannot create another (`tfy login` can)"
        } else {
            "list, create and delete tokens"
        }
    }
}

impl SignedIn {
    fn of(session: &Session) -> Self {
        let exact = |text: &Option<Untrusted>| text.as_ref().map(|text| text.exact().to_owned());
        Self {
            who: exact(&session.who),
            tenant: exact(&session.tenant),
            subject_type: exact(&session.subject_type),
            token_name: exact(&session.token_name),
        }
    }

    fn line(&self) -> String {
        let shown = |before: &str, text: &Option<String>| text.as_ref().map(|text| format!("{before}{}", clean(text)));
        let who = shown("", &self.who).unwrap_or_else(|| "somebody the platform does not name".to_owned());
        let tenant = shown(", tenant ", &self.tenant);
        let token = shown(", by the personal access token ", &self.token_name);
        [Some(who), tenant, token].into_iter().flatten().collect()
    }
}
