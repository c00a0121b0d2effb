//! The keys that the platform accepts, made so that a leak of one is found by its sentinel.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{ADA, TENANT, TokenSeed};

/// Is in every secret of the stand-in, and in nothing else.
pub const SENTINEL: &str = "SENTINEL";
/// Is in the keys that clients sign in with, and in refresh tokens.
pub const KEY_SENTINEL: &str = "key_SENTINEL";
/// Is in the values of tokens.
pub const VALUE_SENTINEL: &str = "value_SENTINEL";

pub(super) struct Keys {
    /// What a client of the test signs in with.
    pub current: String,
    /// What the session is resumed with; `None` once it is over.
    pub refresh: Option<String>,
    users: Vec<(String, Timestamp)>,
    made: u32,
}

impl Keys {
    pub fn new() -> Self {
        let mut keys = Self {
            current: String::new(),
            refresh: None,
            users: Vec::new(),
            made: 0,
        };
        keys.current = keys.sign_in();
        keys.refresh = Some(keys.refresh_token());
        keys
    }

    /// A user's key that is good for a month.
    pub fn sign_in(&mut self) -> String {
        self.user_key(Timestamp::now() + SignedDuration::from_hours(24 * 30))
    }

    /// A user's key: an unsigned JWT, accepted until it expires.
    pub fn user_key(&mut self, expiry: Timestamp) -> String {
        let claims = json!({
            "tenantName": TENANT, "exp": expiry.as_second(), "username": "ada", "email": ADA,
            "subjectType": "user",
        });
        let key = jwt(&claims, &format!("{KEY_SENTINEL}_{:07}", self.next()));
        self.users.push((key.clone(), expiry));
        key
    }

    pub fn refresh_token(&mut self) -> String {
        format!("refresh_{KEY_SENTINEL}_{:07}", self.next())
    }

    pub fn token_key(&mut self) -> String {
        format!("tfy_{KEY_SENTINEL}_{:07}", self.next())
    }

    pub fn is_user(&self, key: &str) -> bool {
        let now = Timestamp::now();
        let mut users = self.users.iter();
        users.any(|(user, expiry)| user == key && *expiry > now)
    }

    fn next(&mut self) -> u32 {
        self.made += 1;
        self.made
    }
}

/// The value of a new token, in the format that its seed has.
pub(super) fn token_value(seed: &TokenSeed, number: usize) -> String {
    let secret = format!("{VALUE_SENTINEL}_{number:05}");
    if seed.format == "jwt" {
        let claims = json!({"tenantName": TENANT, "subjectType": "serviceaccount", "exp": seed.jwt_expiry()});
        jwt(&claims, &secret)
    } else {
        format!("tfy_{secret}")
    }
}

/// `signature` is of a length that is a multiple of 4: vendor clients decode it, and refuse others.
fn jwt(claims: &Value, signature: &str) -> String {
    let part = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let header = json!({"alg": "RS256", "typ": "JWT"});
    format!("{}.{}.{signature}", part(&header), part(claims))
}
