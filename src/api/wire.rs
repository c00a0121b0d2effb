//! The JSON of the API. Only named fields are read, and no other part of a response is kept or shown.
//!
//! Deployments differ, so a field with an unexpected value counts as absent, and one malformed token does not hide the others.

mod lenient;

use std::borrow::Cow;

use jiff::Timestamp;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::error::Failure;
use crate::secret::Secret;
use crate::token::{Expiry, Token, TokenId};
use crate::untrusted::Untrusted;
use lenient::{Items, LenientDate};
pub use lenient::{Lenient, parse_object};

/// Maximum number of tokens in a page.
const MAX_PAGE_SIZE: usize = 1000;

/// Maximum number of JWTs of a token that are read.
const MAX_JWTS: usize = 1000;

/// Earlier dates, such as `1970-01-01`, count as missing: servers send them if they do not know a date.
const EARLIEST: Timestamp = Timestamp::constant(946_684_800, 0);

/// A page of a list.
#[derive(Debug)]
pub struct Page {
    pub tokens: Vec<Token>,
    /// Number of tokens in the whole list, if the server reports it.
    pub total: Option<usize>,
}

/// The user that an API key belongs to.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// Usually an email address.
    #[serde(rename = "who")]
    pub user: Option<Untrusted>,
    pub tenant: Option<Untrusted>,
    /// `user`, `serviceaccount` and so on.
    pub subject_type: Option<Untrusted>,
    /// Name of the personal access token that is the API key, if it is one.
    pub token_name: Option<Untrusted>,
}

#[derive(Deserialize)]
struct PageJson<'a> {
    #[serde(borrow)]
    data: Items<'a, MAX_PAGE_SIZE>,
    #[serde(default)]
    pagination: Lenient<PaginationJson>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PaginationJson {
    total: Lenient<usize>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct TokenJson<'a> {
    id: Lenient<String>,
    name: Lenient<String>,
    manifest: Lenient<ManifestJson>,
    jwt_id: Lenient<String>,
    /// Most tokens have an expiry in their manifest, so the list is parsed only if it is needed.
    #[serde(borrow)]
    jwts: Option<&'a RawValue>,
    created_by: Lenient<String>,
    created_by_subject: Lenient<SubjectJson>,
    created_at: LenientDate,
    last_accessed_at: LenientDate,
    is_expired: Lenient<bool>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ManifestJson {
    name: Lenient<String>,
    expiration_date: LenientDate,
    token_type: Lenient<String>,
    #[serde(rename = "ownedBy")]
    owner: Lenient<OwnerJson>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct OwnerJson {
    account: Lenient<String>,
    team: Lenient<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct JwtJson {
    id: Lenient<String>,
    expiry: LenientDate,
    token_type: Lenient<String>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct SubjectJson {
    #[serde(rename = "subjectType")]
    kind: Lenient<String>,
    #[serde(rename = "subjectSlug")]
    slug: Lenient<String>,
    #[serde(rename = "subjectPatName")]
    token_name: Lenient<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SessionJson {
    /// `null` if the server does not accept the key. A session without this field is malformed.
    #[serde(deserialize_with = "Option::deserialize")]
    user: Option<UserJson>,
    #[serde(default)]
    tenant_info: Lenient<TenantJson>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct UserJson {
    id: Lenient<String>,
    email: Lenient<String>,
    tenant_name: Lenient<String>,
    subject: Lenient<SubjectJson>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct TenantJson {
    tenant_name: Lenient<String>,
}

/// Request body that creates a token. A field without a value is left out, because the server rejects `null`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateRequest<'a> {
    pub name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_type: Option<&'a str>,
}

#[derive(Deserialize)]
pub struct CreateResponse {
    pub token: Secret,
}

/// Parses a page of tokens. An expiry more than 50 years after `now` counts as never.
pub fn parse_page(body: &[u8], now: Timestamp) -> Result<Page, Failure> {
    let text = to_text(body);
    let page: PageJson = parse_object(&text).ok_or_else(|| unexpected("a page of tokens", body))?;
    if page.data.has_more {
        let message = format!("the server sent more than {MAX_PAGE_SIZE} tokens in one page");
        return Err(Failure::unexpected_response(&message));
    }
    let tokens = page.data.items.iter().zip(1..).map(|(item, number)| {
        let json: TokenJson = parse_object(item.get())
            .ok_or_else(|| Failure::unexpected_response(&format!("item {number} of the page cannot be read")))?;
        json.into_token(now)
            .ok_or_else(|| Failure::unexpected_response(&format!("item {number} of the page has no ID")))
    });
    Ok(Page {
        tokens: tokens.collect::<Result<_, _>>()?,
        total: page.pagination.0.and_then(|pagination| pagination.total.0),
    })
}

/// Parses a session. Returns `None` if the server does not accept the API key.
pub fn parse_session(body: &[u8]) -> Result<Option<Session>, Failure> {
    let text = to_text(body);
    let json: SessionJson = parse_object(&text).ok_or_else(|| unexpected("a session", body))?;
    Ok(json.user.map(|user| {
        let subject = user.subject.0.unwrap_or_default();
        let tenant = json.tenant_info.0.unwrap_or_default().tenant_name;
        Session {
            user: untrusted(user.email).or_else(|| untrusted(subject.slug)).or_else(|| untrusted(user.id)),
            tenant: untrusted(user.tenant_name).or_else(|| untrusted(tenant)),
            subject_type: untrusted(subject.kind),
            token_name: untrusted(subject.token_name),
        }
    }))
}

/// Replaces invalid UTF-8. Checking valid text first is much faster than `from_utf8_lossy` alone.
fn to_text(body: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed)
}

/// Parses an object. The failure says that `expected` is missing.
pub fn parse_body<T: DeserializeOwned>(body: &[u8], expected: &str) -> Result<T, Failure> {
    let text = std::str::from_utf8(body).ok();
    text.and_then(parse_object).ok_or_else(|| unexpected(expected, body))
}

/// Returns `true` if a body is a web page.
pub fn is_html(body: &[u8]) -> bool {
    body.trim_ascii_start().starts_with(b"<")
}

/// The failure of a response with an unexpected body. It describes the body without quoting it.
pub fn unexpected(expected: &str, body: &[u8]) -> Failure {
    let body = body.trim_ascii();
    let got = match serde_json::from_slice::<IgnoredAny>(body) {
        _ if body.is_empty() => "an empty body",
        Ok(_) if body == b"null" => "null",
        Ok(_) => "JSON with a different structure",
        Err(_) if is_html(body) => "an HTML page",
        Err(error) if error.is_eof() && body.starts_with(b"{") => "truncated JSON",
        Err(_) => "text that is not JSON",
    };
    let failure = Failure::unexpected_response(&format!("expected {expected}, got {got}"));
    if got == "an HTML page" {
        return failure.hint("check the base URL; a login page or a proxy may have answered");
    }
    failure
}

impl TokenJson<'_> {
    /// Returns `None` if the token has no ID.
    fn into_token(self, now: Timestamp) -> Option<Token> {
        let jwts = self.jwts;
        let jwt_in_use = || find_jwt(jwts?, self.jwt_id.0.as_deref()?);
        let manifest = self.manifest.0.unwrap_or_default();
        let expiry = manifest.expiration_date.0.unwrap_or_else(|| expiry_of_jwt(jwt_in_use(), now));
        let value_type = untrusted(manifest.token_type).or_else(|| untrusted(jwt_in_use()?.token_type));
        let owner = manifest.owner.0.unwrap_or_default();
        let known = |date: LenientDate| date.0.and_then(Expiry::time).filter(|time| *time >= EARLIEST);
        let created_at = known(self.created_at);
        // A token cannot be used, and cannot expire, before it is created. Such a date stands for an unknown one.
        let is_possible = |time: &Timestamp| created_at.unwrap_or(EARLIEST) <= *time;
        let subject = self.created_by_subject.0.unwrap_or_default().slug;
        Some(Token {
            id: TokenId::parse(self.id.0?)?,
            name: untrusted(manifest.name).or_else(|| untrusted(self.name)),
            created_at,
            expiry: match expiry {
                Expiry::At(time) if !is_possible(&time) => Expiry::Unknown,
                // The server contradicts itself.
                Expiry::Never if self.is_expired.0 == Some(true) => Expiry::Unknown,
                expiry => expiry,
            },
            has_unknown_last_use: self.last_accessed_at.0 == Some(Expiry::Unknown),
            last_used_at: known(self.last_accessed_at).filter(is_possible),
            expired_by_server: self.is_expired.0,
            created_by: untrusted(self.created_by).or_else(|| untrusted(subject)),
            value_type,
            team: untrusted(owner.team),
            account: untrusted(owner.account),
        })
    }
}

/// Finds the JWT with this ID.
fn find_jwt(jwts: &RawValue, id: &str) -> Option<JwtJson> {
    let jwts: Items<'_, MAX_JWTS> = serde_json::from_str(jwts.get()).ok()?;
    let mut jwts = jwts.items.iter().filter_map(|raw| parse_object::<JwtJson>(raw.get()));
    jwts.find(|jwt| jwt.id.0.as_deref() == Some(id))
}

/// The expiry of a token whose manifest has none.
fn expiry_of_jwt(jwt: Option<JwtJson>, now: Timestamp) -> Expiry {
    match jwt.and_then(|jwt| jwt.expiry.0).unwrap_or(Expiry::Never) {
        Expiry::At(time) => Expiry::of_jwt(time, now),
        expiry => expiry,
    }
}

fn untrusted(text: Lenient<String>) -> Option<Untrusted> {
    text.0.filter(|text| !text.is_empty()).map(Untrusted::new)
}

#[cfg(test)]
mod tests;
