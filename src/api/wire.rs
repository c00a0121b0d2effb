//! The JSON of the API. Only named fields are read, and no other part of a response is kept or shown.
//!
//! Deployments differ, so a field with an unexpected value counts as absent, and one malformed token does not hide the others.

mod lenient;

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::error::Failure;
use crate::secret::Secret;
use crate::token::{Expiry, Token, TokenId};
use crate::untrusted::Untrusted;
pub use lenient::parse_object;
use lenient::{date, lenient, lenient_object};

/// Maximum number of tokens in a page.
const MAX_PAGE_SIZE: usize = 1000;

/// The expiry of a JWT that lies further ahead than 50 years stands for never, in seconds.
const NEVER_AFTER: i64 = 50 * 365 * 86_400;

/// A page of a list.
#[derive(Debug)]
pub struct Page {
    pub tokens: Vec<Token>,
    /// Number of tokens in the whole list, if the server says.
    pub total: Option<usize>,
}

/// The user that an API key belongs to.
#[derive(Debug, Default)]
pub struct Session {
    /// Usually an email address.
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
    data: Vec<&'a RawValue>,
    #[serde(default, deserialize_with = "lenient_object")]
    pagination: Option<PaginationJson>,
}

#[derive(Deserialize)]
struct PaginationJson {
    #[serde(default, deserialize_with = "lenient")]
    total: Option<usize>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TokenJson<'a> {
    #[serde(default, deserialize_with = "lenient")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    name: Option<String>,
    #[serde(default, deserialize_with = "lenient_object")]
    manifest: Option<ManifestJson>,
    #[serde(default, deserialize_with = "lenient")]
    jwt_id: Option<String>,
    /// Most tokens have an expiry in their manifest, so the list is parsed only if it is needed.
    #[serde(borrow, default)]
    jwts: Option<&'a RawValue>,
    #[serde(default, deserialize_with = "lenient")]
    created_by: Option<String>,
    #[serde(default, deserialize_with = "lenient_object")]
    created_by_subject: Option<SubjectJson>,
    #[serde(default, deserialize_with = "date")]
    created_at: Option<Expiry>,
    #[serde(default, deserialize_with = "date")]
    last_accessed_at: Option<Expiry>,
    #[serde(default, deserialize_with = "lenient")]
    is_expired: Option<bool>,
}

#[derive(Deserialize)]
struct ManifestJson {
    #[serde(default, deserialize_with = "lenient")]
    name: Option<String>,
    #[serde(default, deserialize_with = "date")]
    expiration_date: Option<Expiry>,
}

#[derive(Deserialize)]
struct JwtJson {
    #[serde(default, deserialize_with = "lenient")]
    id: Option<String>,
    #[serde(default, deserialize_with = "date")]
    expiry: Option<Expiry>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct SubjectJson {
    #[serde(default, deserialize_with = "lenient")]
    subject_type: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    subject_slug: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    subject_pat_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SessionJson {
    /// `null` if the server does not accept the key. A session without this field is malformed.
    #[serde(deserialize_with = "Option::deserialize")]
    user: Option<UserJson>,
    #[serde(default, deserialize_with = "lenient_object")]
    tenant_info: Option<TenantJson>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UserJson {
    #[serde(default, deserialize_with = "lenient")]
    id: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    email: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    tenant_name: Option<String>,
    #[serde(default, deserialize_with = "lenient_object")]
    subject: Option<SubjectJson>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TenantJson {
    #[serde(default, deserialize_with = "lenient")]
    tenant_name: Option<String>,
}

/// Request body of the creating calls. A field without a value is left out, because the server rejects `null`.
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

#[derive(Serialize)]
pub struct RevokeAllRequest<'a> {
    pub email: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RefreshRequest<'a> {
    pub tenant_name: &'a str,
    pub refresh_token: &'a str,
    pub grant_type: &'a str,
    #[serde(rename = "returnJWT")]
    pub return_jwt: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefreshResponse {
    pub access_token: Secret,
    pub refresh_token: Option<Secret>,
}

/// Parses a page of tokens. `now` tells which expiries are so far ahead that they mean never.
pub fn parse_page(body: &[u8], now: Timestamp) -> Result<Page, Failure> {
    let text = String::from_utf8_lossy(body);
    let page: PageJson = parse_object(&text).ok_or_else(|| unexpected("a page of tokens", body))?;
    if page.data.len() > MAX_PAGE_SIZE {
        let message = format!("the server sent more than {MAX_PAGE_SIZE} tokens in one page");
        return Err(Failure::unexpected_response(&message));
    }
    let tokens = page.data.iter().zip(1..).map(|(item, number)| {
        let json: TokenJson = parse_object(item.get())
            .ok_or_else(|| Failure::unexpected_response(&format!("item {number} of the page cannot be read")))?;
        json.into_token(now)
            .ok_or_else(|| Failure::unexpected_response(&format!("item {number} of the page has no ID")))
    });
    Ok(Page {
        tokens: tokens.collect::<Result<_, _>>()?,
        total: page.pagination.and_then(|pagination| pagination.total),
    })
}

/// Parses a session. Returns `None` if the server does not accept the API key.
pub fn parse_session(body: &[u8]) -> Result<Option<Session>, Failure> {
    let text = String::from_utf8_lossy(body);
    let json: SessionJson = parse_object(&text).ok_or_else(|| unexpected("a session", body))?;
    Ok(json.user.map(|user| {
        let subject = user.subject.unwrap_or_default();
        let tenant = json.tenant_info.and_then(|tenant| tenant.tenant_name);
        Session {
            user: untrusted(user.email)
                .or_else(|| untrusted(subject.subject_slug))
                .or_else(|| untrusted(user.id)),
            tenant: untrusted(user.tenant_name).or_else(|| untrusted(tenant)),
            subject_type: untrusted(subject.subject_type),
            token_name: untrusted(subject.subject_pat_name),
        }
    }))
}

/// The failure of a response with an unexpected body. It describes the body without quoting it.
pub fn unexpected(expected: &str, body: &[u8]) -> Failure {
    let body = body.trim_ascii();
    let got = match serde_json::from_slice::<IgnoredAny>(body) {
        _ if body.is_empty() => "an empty body",
        Ok(_) if body == b"null" => "null",
        Ok(_) => "JSON with a different structure",
        Err(_) if body.starts_with(b"<") => "an HTML page",
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
        let manifest_expiry = self.manifest.as_ref().and_then(|manifest| manifest.expiration_date);
        let expiry = manifest_expiry.unwrap_or_else(|| self.jwt_expiry(now));
        let name = self.manifest.and_then(|manifest| manifest.name);
        let subject = self.created_by_subject.and_then(|subject| subject.subject_slug);
        Some(Token {
            id: TokenId::parse(self.id?)?,
            name: untrusted(name).or_else(|| untrusted(self.name)),
            created_at: self.created_at.and_then(Expiry::time),
            expiry,
            last_used_at: self.last_accessed_at.and_then(Expiry::time),
            expired_by_server: self.is_expired,
            created_by: untrusted(self.created_by).or_else(|| untrusted(subject)),
        })
    }

    /// The expiry of the JWT in use. It counts only if the manifest has no expiry.
    fn jwt_expiry(&self, now: Timestamp) -> Expiry {
        let jwts: Option<Vec<&RawValue>> = self.jwts.and_then(|raw| serde_json::from_str(raw.get()).ok());
        let mut jwts = jwts
            .iter()
            .flatten()
            .filter_map(|raw| parse_object::<JwtJson>(raw.get()));
        let in_use = jwts.find(|jwt| jwt.id.is_some() && jwt.id == self.jwt_id);
        match in_use.and_then(|jwt| jwt.expiry) {
            Some(Expiry::At(time)) if time.as_second() - now.as_second() > NEVER_AFTER => Expiry::Never,
            Some(expiry) => expiry,
            None => Expiry::Never,
        }
    }
}

fn untrusted(text: Option<String>) -> Option<Untrusted> {
    text.filter(|text| !text.is_empty()).map(Untrusted::new)
}

#[cfg(test)]
mod tests;
