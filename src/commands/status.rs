//! `tfy-tokens status`

use std::time::Instant;

use serde::Serialize;

use super::Context;
use crate::api::Session;
use crate::error::Error;
use crate::output::{Format, object};
use crate::settings::Settings;
use crate::text::{Untrusted, clean};

/// All that was found out. Fields are added now and then, never renamed.
#[derive(Serialize, Default)]
#[serde(rename_all = "camelCase")]
struct Report {
    base_url: Option<Named>,
    key: Option<KeyReport>,
    passed_over: Vec<PassedOverReport>,
    signed_in_as: Option<SignedIn>,
    answered_in_ms: Option<u128>,
    ok: bool,
}

#[derive(Serialize)]
struct Named {
    value: String,
    from: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyReport {
    from: String,
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
    context.output.data(&text)?;
    outcome
}

async fn ask(settings: Settings, report: &mut Report, context: &Context<'_>) -> Result<(), Error> {
    let client = context.client_of(settings).await?;
    let began = Instant::now();
    let session = client.session().await?;
    report.answered_in_ms = Some(began.elapsed().as_millis());
    report.signed_in_as = Some(SignedIn::of(&session));
    Ok(())
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
}

impl Report {
    fn of(settings: &Settings) -> Self {
        Self {
            base_url: settings.base_url.as_ref().map(|(url, from)| Named {
                value: url.to_string(),
                from: from.to_string(),
            }),
            key: settings.key.as_ref().map(|(key, from)| KeyReport {
                from: from.to_string(),
                personal_access_token: key.is_personal_access_token(),
            }),
            passed_over: settings
                .passed_over
                .iter()
                .map(|one| PassedOverReport {
                    place: one.place.clone(),
                    why: one.why.clone(),
                })
                .collect(),
            ..Self::default()
        }
    }

    /// A line a check.
    fn lines(&self) -> String {
        let mut lines = Vec::new();
        let mut line = |what: &str, found: String| lines.push(format!("{what:<14}{found}\n"));
        line(
            "Base URL",
            self.base_url.as_ref().map_or_else(
                || "not set".to_owned(),
                |url| format!("{}  (from {})", url.value, url.from),
            ),
        );
        line(
            "Key",
            self.key
                .as_ref()
                .map_or_else(|| "not set".to_owned(), |key| format!("set  (from {})", key.from)),
        );
        for one in &self.passed_over {
            line("Passed over", format!("{}: {}", one.place, one.why));
        }
        if let Some(who) = &self.signed_in_as {
            line("Signed in as", who.line());
        }
        let is_token = self.key.as_ref().is_some_and(|key| key.personal_access_token);
        if is_token || self.signed_in_as.as_ref().is_some_and(|who| who.token_name.is_some()) {
            line(
                "May",
                "list and delete; most platforms do not let a personal access token create another".to_owned(),
            );
        }
        line(
            "Platform",
            self.answered_in_ms.map_or_else(
                || "not asked, or no answer".to_owned(),
                |ms| format!("answered in {ms} ms"),
            ),
        );
        lines.concat()
    }
}

impl SignedIn {
    fn line(&self) -> String {
        let shown = |before: &str, text: &Option<String>| text.as_ref().map(|text| format!("{before}{}", clean(text)));
        let who = shown("", &self.who).unwrap_or_else(|| "somebody the platform does not name".to_owned());
        let tenant = shown(", tenant ", &self.tenant);
        let token = shown(", by the personal access token ", &self.token_name);
        [Some(who), tenant, token].into_iter().flatten().collect()
    }
}
