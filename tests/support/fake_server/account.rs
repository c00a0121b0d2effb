//! The users with their keys and their tokens. Every secret has a sentinel inside by which a leak is found.

use std::collections::HashMap;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{ADA, Seed, TENANT};

/// Length of the signature of a JWT, in base64.
const SIGNATURE_LENGTH: usize = 344;

/// A token that exists.
#[derive(Clone)]
pub struct Token {
    pub id: String,
    pub name: String,
    owner: String,
    value: String,
    is_expired: bool,
    json: Value,
}

/// The user whose key authenticates a request.
pub(super) struct Caller {
    pub key: String,
    pub email: String,
    /// The name of the token, if the key is a personal access token.
    pub token: Option<String>,
}

#[derive(Default)]
pub struct Account {
    tokens: Vec<Token>,
    /// Every value ever issued by the name of its token, even if that was deleted.
    values: HashMap<String, String>,
    /// Ada's keys and their expiries.
    user_keys: Vec<(String, Timestamp)>,
    added: usize,
    issued: usize,
    /// IDs and values look like real ones. They have no sentinels, so tests cannot find leaks.
    pub(super) is_realistic: bool,
    /// The key of the test's client.
    pub(super) key: String,
    pub(super) refresh_token: String,
    pub(super) device_code: String,
}

impl Account {
    pub fn add(&mut self, seed: &str) -> String {
        self.add_seed(&Seed::parse(seed))
    }

    pub(super) fn add_seed(&mut self, seed: &Seed) -> String {
        let claims =
            json!({"tenantName": TENANT, "subjectType": "serviceaccount", "exp": seed.jwt_expiry().as_second()});
        let is_jwt = seed.get("type") == Some("jwt");
        let number = self.added + 1;
        let length = if is_jwt { SIGNATURE_LENGTH } else { 43 };
        let secret =
            if self.is_realistic { random_text(number, length) } else { format!("value_SENTINEL_{number:05}") };
        let value = if is_jwt { jwt(claims, &secret) } else { format!("tfy_{secret}") };
        self.add_with_value(seed, value)
    }

    /// Adds a token and makes its value the key of the test's client.
    pub(super) fn add_key(&mut self, seed: &str) -> String {
        self.key = format!("tfy_{}", self.secret());
        self.add_with_value(&Seed::parse(seed), self.key.clone())
    }

    fn add_with_value(&mut self, seed: &Seed, value: String) -> String {
        self.added += 1;
        let number = self.added;
        let id = if self.is_realistic {
            format!("cm{}", random_text(1_000 + number, 23).to_lowercase())
        } else {
            format!("cm3k1x9qf{number:016}")
        };
        self.values.insert(seed.name.clone(), value.clone());
        self.tokens.push(Token {
            id: id.clone(),
            name: seed.name.clone(),
            owner: seed.get("owner").unwrap_or(ADA).to_owned(),
            json: seed.item(&id, &value),
            value,
            is_expired: seed.is_expired(),
        });
        id
    }

    pub(super) fn add_raw(&mut self, json: Value) {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let name = text(&json["manifest"]["name"]).or_else(|| text(&json["name"])).unwrap_or_default();
        let id = text(&json["id"]).unwrap_or_default();
        self.tokens.push(Token { id, name, owner: ADA.to_owned(), value: String::new(), is_expired: true, json });
    }

    pub(super) fn edit(&mut self, id: &str, edit: impl FnOnce(&mut Value)) {
        let token = self.tokens.iter_mut().find(|token| token.id == id);
        edit(&mut token.expect("a token to edit").json);
    }

    /// Removes Ada's token of that name; returns whether it existed.
    pub fn remove(&mut self, name: &str) -> bool {
        self.remove_where(ADA, |token| token.name == name)
    }

    pub(super) fn remove_where(&mut self, owner: &str, matches: impl Fn(&Token) -> bool) -> bool {
        let count = self.tokens.len();
        self.tokens.retain(|token| token.owner != owner || !matches(token));
        self.tokens.len() < count
    }

    /// The tokens of a user, the last added first.
    pub fn tokens_of(&self, email: &str) -> Vec<Token> {
        self.tokens.iter().rev().filter(|token| token.owner == email).cloned().collect()
    }

    pub(super) fn value_of(&self, name: &str) -> Option<String> {
        self.values.get(name).cloned()
    }

    /// The JSON of a user's tokens whose names contain `search`.
    pub(super) fn listing(&self, owner: &str, search: &str) -> Vec<&Value> {
        let tokens = self.tokens.iter().rev().filter(|token| token.owner == owner);
        tokens.filter(|token| token.name.contains(search)).map(|token| &token.json).collect()
    }

    pub(super) fn caller(&self, key: &str) -> Option<Caller> {
        let caller = |email: &str, token| Caller { key: key.to_owned(), email: email.to_owned(), token };
        let now = Timestamp::now();
        if self.user_keys.iter().any(|(user, expiry)| user == key && *expiry > now) {
            return Some(caller(ADA, None));
        }
        let token = self.tokens.iter().find(|token| token.value == key && !token.is_expired)?;
        Some(caller(&token.owner, Some(token.name.clone())))
    }

    /// Issues a key that is accepted for a month, and a refresh token.
    pub(super) fn log_in(&mut self) -> String {
        let key = self.user_key(Timestamp::now() + SignedDuration::from_hours(24 * 30));
        self.refresh_token = format!("refresh_{}", self.secret());
        key
    }

    pub(super) fn issue_device_code(&mut self) -> String {
        self.device_code = format!("device_{}", self.secret());
        self.device_code.clone()
    }

    /// A user's key: an unsigned JWT, accepted until it expires.
    pub(super) fn user_key(&mut self, expiry: Timestamp) -> String {
        let claims = json!({
            "tenantName": TENANT, "exp": expiry.as_second(), "username": "ada", "email": ADA,
            "subjectType": "user",
        });
        let key = jwt(claims, &self.secret());
        self.user_keys.push((key.clone(), expiry));
        key
    }

    fn secret(&mut self) -> String {
        self.issued += 1;
        format!("key_SENTINEL_{:07}", self.issued)
    }
}

/// Letters and digits that look random and are the same in every run.
fn random_text(seed: usize, length: usize) -> String {
    let mut random = fastrand::Rng::with_seed(seed as u64);
    std::iter::repeat_with(|| random.alphanumeric()).take(length).collect()
}

/// A JWT of about 1,300 characters, as real ones have. Its signature contains the secret, and its length is a multiple of 4, as
/// vendor clients demand.
fn jwt(mut claims: Value, secret: &str) -> String {
    claims["sessionId"] = json!("0123456789abcdef".repeat(40));
    let encode = |json: &Value| BASE64_URL_SAFE_NO_PAD.encode(json.to_string());
    let header = json!({"alg": "RS256", "typ": "JWT"});
    format!("{}.{}.{secret:_<SIGNATURE_LENGTH$}", encode(&header), encode(&claims))
}
