//! The claims of a JWT: an access token, or the value of a token. Only the server verifies their signature.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::untrusted::Untrusted;

/// The claims that this program reads.
pub struct Claims {
    pub tenant: Option<String>,
    /// In seconds since the Unix epoch.
    pub exp: Option<f64>,
    user: Option<String>,
    pub subject_type: Option<String>,
}

impl Claims {
    /// Returns `None` if the token is not a JWT: a header, the claims and a signature.
    pub fn of(token: &str) -> Option<Self> {
        let [_, claims, _] = token.trim().split('.').collect::<Vec<_>>()[..] else {
            return None;
        };
        let claims: Map<String, Value> = serde_json::from_slice(&decode(claims)?).ok()?;
        let text = |name| claims.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        Some(Self {
            tenant: text("tenantName"),
            exp: claims.get("exp").and_then(Value::as_f64),
            user: text("email").or_else(|| text("username")),
            subject_type: text("subjectType"),
        })
    }

    /// Returns `true` if the claims that the `tfy` CLI requires are there.
    pub fn is_complete(&self) -> bool {
        self.tenant.is_some() && self.expiry().is_some()
    }

    pub fn user(&self) -> Option<Untrusted> {
        self.user.as_deref().map(Untrusted::new)
    }

    /// `None` if it is missing or beyond the calendar.
    pub fn expiry(&self) -> Option<Timestamp> {
        #[expect(clippy::cast_possible_truncation, reason = "a cast saturates, and then the conversion fails")]
        Timestamp::from_second(self.exp? as i64).ok()
    }
}

/// Returns `true` if all parts of a JWT can be decoded, as the `tfy` CLI requires.
pub fn is_base64(token: &str) -> bool {
    token.split('.').all(|part| decode(part).is_some())
}

fn decode(part: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()
}
