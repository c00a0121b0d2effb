//! The keys and values that the server issues, each with a sentinel inside by which a leak is found.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{ADA, Seed, TENANT};

/// Part of every secret of the server: `key_SENTINEL` of keys and refresh tokens, `value_SENTINEL` of tokens' values.
pub const SENTINEL: &str = "SENTINEL";

pub(super) struct Keys {
    /// The key of the test's client.
    pub current: String,
    /// `None` after the end of the session.
    pub refresh: Option<String>,
    users: Vec<(String, Timestamp)>,
    created: u32,
}

impl Keys {
    pub fn new() -> Self {
        let mut keys = Self {
            current: String::new(),
            refresh: None,
            users: Vec::new(),
            created: 0,
        };
        keys.current = keys.sign_in();
        keys.refresh = Some(keys.refresh_token());
        keys
    }

    /// A user's key that is accepted for a month.
    pub fn sign_in(&mut self) -> String {
        self.user_key(Timestamp::now() + SignedDuration::from_hours(24 * 30))
    }

    /// A user's key: an unsigned JWT, accepted until it expires.
    pub fn user_key(&mut self, expiry: Timestamp) -> String {
        let claims = json!({
            "tenantName": TENANT, "exp": expiry.as_second(), "username": "ada", "email": ADA,
            "subjectType": "user",
        });
        let key = jwt(claims, &format!("key_SENTINEL_{:07}", self.next()));
        self.users.push((key.clone(), expiry));
        key
    }

    pub fn refresh_token(&mut self) -> String {
        format!("refresh_key_SENTINEL_{:07}", self.next())
    }

    pub fn token_key(&mut self) -> String {
        format!("tfy_key_SENTINEL_{:07}", self.next())
    }

    pub fn is_user(&self, key: &str) -> bool {
        let now = Timestamp::now();
        let mut users = self.users.iter();
        users.any(|(user, expiry)| user == key && *expiry > now)
    }

    fn next(&mut self) -> u32 {
        self.created += 1;
        self.created
    }
}

/// The value of a new token, in the format of its seed.
pub(super) fn token_value(seed: &Seed, number: usize) -> String {
    let secret = format!("value_SENTINEL_{number:05}");
    if seed.token_type == "jwt" {
        let claims = json!({"tenantName": TENANT, "subjectType": "serviceaccount", "exp": seed.jwt_expiry()});
        jwt(claims, &secret)
    } else {
        format!("tfy_{secret}")
    }
}

/// A JWT of about 1,300 characters, as real ones have. Its signature is as long as one by RSA (and so of a length that is a
/// multiple of 4, which vendor clients demand) and contains the secret.
fn jwt(mut claims: Value, secret: &str) -> String {
    claims["sessionId"] = json!("0123456789abcdef".repeat(40));
    let encode = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let header = json!({"alg": "RS256", "typ": "JWT"});
    let signature = format!("{secret:_<344}");
    format!("{}.{}.{signature}", encode(&header), encode(&claims))
}
