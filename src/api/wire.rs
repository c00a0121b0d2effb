//! The JSON of the API. Only named fields are read, and no other part of a response is kept or shown.
//!
//! Deployments differ, so a field with an unexpected value counts as absent, and one malformed token does not hide the others.

mod fields;

use std::borrow::Cow;
use std::cell::LazyCell;

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::error::Failure;
use crate::token::{Expiry, Token, TokenId};
use crate::untrusted::Untrusted;
pub use fields::Fields;
use fields::Items;

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
    #[serde(borrow)]
    pagination: Option<&'a RawValue>,
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

/// Parses a page of tokens. An expiry more than 50 years after `now` counts as never.
pub fn parse_page(body: &[u8], now: Timestamp) -> Result<Page, Failure> {
    let text = to_text(body);
    // serde would also accept an array of the values.
    let page: Option<PageJson> =
        if text.trim_start().starts_with('{') { serde_json::from_str(&text).ok() } else { None };
    let page = page.ok_or_else(|| unexpected("a page of tokens", body))?;
    if page.data.has_more {
        let message = format!("the server sent more than {MAX_PAGE_SIZE} tokens in one page");
        return Err(Failure::unexpected_response(&message));
    }
    let tokens = page.data.items.into_iter().zip(1..).map(|(item, number)| {
        let fields =
            item.0.ok_or_else(|| Failure::unexpected_response(&format!("item {number} of the page cannot be read")))?;
        parse_token(&fields, now)
            .ok_or_else(|| Failure::unexpected_response(&format!("item {number} of the page has no ID")))
    });
    Ok(Page {
        tokens: tokens.collect::<Result<_, _>>()?,
        total: page.pagination.and_then(|pagination| Fields::parse(pagination.get())?.get("total")),
    })
}

/// Parses a session. Returns `None` if the server does not accept the API key.
pub fn parse_session(body: &[u8]) -> Result<Option<Session>, Failure> {
    let text = to_text(body);
    let session = Fields::parse(&text).unwrap_or_default();
    let Some(user) = session.json("user").and_then(Fields::parse) else {
        let is_rejected = session.json("user") == Some("null");
        return if is_rejected { Ok(None) } else { Err(unexpected("a session", body)) };
    };
    let subject = user.object("subject");
    let tenant = session.object("tenantInfo");
    Ok(Some(Session {
        user: user.untrusted("email").or_else(|| subject.untrusted("subjectSlug")).or_else(|| user.untrusted("id")),
        tenant: user.untrusted("tenantName").or_else(|| tenant.untrusted("tenantName")),
        subject_type: subject.untrusted("subjectType"),
        token_name: subject.untrusted("subjectPatName"),
    }))
}

/// Replaces invalid UTF-8. Checking valid text first is much faster than `from_utf8_lossy` alone.
fn to_text(body: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed)
}

/// Parses an object. The failure says that `expected` is missing.
pub fn parse_body<'a>(body: &'a [u8], expected: &str) -> Result<Fields<'a>, Failure> {
    let text = std::str::from_utf8(body).ok();
    text.and_then(Fields::parse).ok_or_else(|| unexpected(expected, body))
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

/// Returns `None` if the token has no ID.
fn parse_token(token: &Fields<'_>, now: Timestamp) -> Option<Token> {
    let manifest = token.object("manifest");
    let owner = manifest.object("ownedBy");
    // Most tokens have an expiry in their manifest, so the JWTs are parsed only if they are needed.
    let jwt = LazyCell::new(|| find_jwt(token).unwrap_or_default());
    let expiry = manifest.date("expiration_date").unwrap_or_else(|| expiry_of_jwt(&jwt, now));
    let known = |date: Option<Expiry>| date.and_then(Expiry::time).filter(|time| *time >= EARLIEST);
    let created_at = known(token.date("createdAt"));
    // A token cannot be used, and cannot expire, before it is created. Such a date stands for an unknown one.
    let is_possible = |time: &Timestamp| created_at.unwrap_or(EARLIEST) <= *time;
    let last_used_at = token.date("lastAccessedAt");
    let expired_by_server = token.get("isExpired");
    Some(Token {
        id: TokenId::parse(token.get::<String>("id")?)?,
        name: manifest.untrusted("name").or_else(|| token.untrusted("name")),
        created_at,
        expiry: match expiry {
            Expiry::At(time) if !is_possible(&time) => Expiry::Unknown,
            // The server contradicts itself.
            Expiry::Never if expired_by_server == Some(true) => Expiry::Unknown,
            expiry => expiry,
        },
        has_unknown_last_use: last_used_at == Some(Expiry::Unknown),
        last_used_at: known(last_used_at).filter(is_possible),
        expired_by_server,
        created_by: token.untrusted("createdBy").or_else(|| token.object("createdBySubject").untrusted("subjectSlug")),
        value_type: manifest.untrusted("token_type").or_else(|| jwt.untrusted("tokenType")),
        team: owner.untrusted("team"),
        account: owner.untrusted("account"),
    })
}

/// Finds the JWT that is the value of a token.
fn find_jwt<'a>(token: &Fields<'a>) -> Option<Fields<'a>> {
    let id: String = token.get("jwtId")?;
    let jwts: Items<'a, MAX_JWTS> = token.get("jwts")?;
    let mut jwts = jwts.items.into_iter().filter_map(|jwt| jwt.0);
    jwts.find(|jwt| jwt.get::<String>("id").as_ref() == Some(&id))
}

/// The expiry of a token whose manifest has none.
fn expiry_of_jwt(jwt: &Fields<'_>, now: Timestamp) -> Expiry {
    match jwt.date("expiry") {
        Some(Expiry::At(time)) => Expiry::of_jwt(time, now),
        Some(expiry) => expiry,
        None => Expiry::Never,
    }
}

#[cfg(test)]
mod tests;
