//! `tfy-tokens logout`

use serde::Serialize;

use super::Context;
use crate::claims::Claims;
use crate::output::json_line;
use crate::settings::{LoginSession, hints, session_file};
use crate::untrusted::Untrusted;

/// JSON view of the session that was removed. All fields are `null` if there was none.
#[derive(Serialize, Default)]
struct LogoutJson {
    host: Option<String>,
    who: Option<Untrusted>,
    tenant: Option<Untrusted>,
}

/// Says whose session is stored, and removes it.
pub async fn run(context: &Context<'_>) -> anyhow::Result<()> {
    let settings = context.settings().await?;
    let session = LogoutJson::new(settings.login());
    let path = match LoginSession::path() {
        Some(path) if session_file::exists(&path)? => Some(path),
        _ => None,
    };
    if !context.output.is_json() {
        let text = match (&path, &session.host) {
            (None, _) => "You are not logged in.\n".to_owned(),
            (_, None) => "Removing a login session that cannot be read.\n".to_owned(),
            (_, Some(host)) => {
                let who = session.who.as_ref().map(|who| format!(", where you are logged in as {}", who.short()));
                format!("Logging out of {host}{}.\n", who.unwrap_or_default())
            }
        };
        context.signals.or_interrupt(context.output.text(text)).await?;
    }
    if let Some(path) = path {
        context.signals.or_interrupt(session_file::remove(&path)).await?;
    }
    if context.output.is_json() {
        context.signals.or_interrupt(context.output.text(json_line(&session)?)).await?;
    }
    if let Some((source, _)) = settings.key().filter(|_| settings.login_in_use().is_none()) {
        context.output.note(format_args!("{source} is still set; {} to remove this API key", hints::unset(source)));
    }
    Ok(())
}

impl LogoutJson {
    fn new(session: Option<&LoginSession>) -> Self {
        session.map_or_else(Self::default, |session| {
            let claims = session.claims();
            Self {
                host: Some(session.display_host()),
                who: claims.as_ref().and_then(Claims::user),
                tenant: claims.and_then(|claims| claims.tenant).map(Untrusted::new),
            }
        })
    }
}
