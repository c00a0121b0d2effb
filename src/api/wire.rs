//! The JSON of the platform. Only named fields are read, and nothing of an answer is kept or shown beyond them.

use std::borrow::Cow;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::loose::{Fields, Instant, Loose, Text};
use crate::token::{Expiry, Token, TokenId};

/// The expiry of a token's key stands for never where it lies further ahead than this: 50 years.
const NEVER_AFTER_SECONDS: i64 = 50 * 365 * 86_400;

/// A page of a listing.
#[derive(Debug)]
pub struct Page {
    /// Its tokens, in the platform's order.
    pub tokens: Vec<Token>,
    /// How many tokens there are in all, where the platform says it.
    pub total: Option<usize>,
}

#[derive(Deserialize)]
struct PageShape<'a> {
    #[serde(borrow)]
    data: Vec<Fields<Item<'a>>>,
    #[serde(default)]
    pagination: Fields<Pagination>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Pagination {
    total: Loose<usize>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Item<'a> {
    #[serde(borrow)]
    id: Loose<Text<'a>>,
    #[serde(borrow)]
    name: Loose<Text<'a>>,
    #[serde(borrow)]
    manifest: Fields<Manifest<'a>>,
    #[serde(borrow)]
    jwt_id: Loose<Text<'a>>,
    /// As it stands, as is `created_by_subject`: few tokens need what is in them, and they are most of an item.
    #[serde(borrow)]
    jwts: Option<&'a RawValue>,
    #[serde(borrow)]
    created_by: Loose<Text<'a>>,
    #[serde(borrow)]
    created_by_subject: Option<&'a RawValue>,
    created_at: Instant,
    last_accessed_at: Instant,
    is_expired: Loose<bool>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Manifest<'a> {
    #[serde(borrow)]
    name: Loose<Text<'a>>,
    expiration_date: Instant,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Jwt<'a> {
    #[serde(borrow)]
    id: Loose<Text<'a>>,
    expiry: Instant,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct CreatedBy<'a> {
    #[serde(borrow)]
    subject_slug: Loose<Text<'a>>,
}

/// Reads a page of tokens; the error says what came instead, and nothing of what was in it. `now` tells the expiries that are so
/// far ahead that they mean never.
pub fn read_page(body: &[u8], now: Timestamp) -> Result<Page, String> {
    let text = unicode(body);
    let page = text
        .trim_start()
        .starts_with('{')
        .then(|| serde_json::from_str::<PageShape>(&text));
    let Some(Ok(page)) = page else {
        return Err(instead_of("a page of tokens", body));
    };
    let token = |(index, item): (usize, Fields<Item>)| {
        let token = item.0.into_token(now);
        token.ok_or_else(|| format!("item {} of the page has no id", index + 1))
    };
    let tokens = page.data.into_iter().enumerate().map(token).collect::<Result<_, _>>()?;
    Ok(Page {
        tokens,
        total: page.pagination.0.total.0,
    })
}

/// An answer as text, what is not Unicode in it replaced. Hardly any answer needs that, and looking where it does is slow.
pub fn unicode(body: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(body).map_or_else(|_| String::from_utf8_lossy(body), Cow::Borrowed)
}

/// What stands in a field, as a `T`; `None` where it is absent or anything else.
fn read<'a, T: Deserialize<'a>>(raw: Option<&'a RawValue>) -> Option<T> {
    serde_json::from_str(raw?.get()).ok()
}

impl Item<'_> {
    fn into_token(self, now: Timestamp) -> Option<Token> {
        let id = TokenId::parse(&self.id.0.as_ref()?.0)?;
        let expiry = self.expiry(now);
        let subject_slug = || {
            read::<Fields<CreatedBy>>(self.created_by_subject)?
                .0
                .subject_slug
                .untrusted()
        };
        let manifest = self.manifest.0;
        Some(Token {
            id,
            name: manifest.name.untrusted().or_else(|| self.name.untrusted()),
            created_at: self.created_at.get(),
            expiry,
            last_used_at: self.last_accessed_at.get(),
            marked_expired: self.is_expired.0,
            created_by: self.created_by.untrusted().or_else(subject_slug),
        })
    }

    /// The manifest's expiry, else that of the key in use, else never.
    fn expiry(&self, now: Timestamp) -> Expiry {
        if let Some(expiry) = self.manifest.0.expiration_date.0 {
            return expiry;
        }
        let in_use = |jwt: &&Jwt| jwt.id.0.is_some() && jwt.id.0 == self.jwt_id.0;
        let jwts: Vec<Fields<Jwt>> = read(self.jwts).unwrap_or_default();
        let mut jwts = jwts.iter().map(|jwt| &jwt.0);
        let is_never = |at: Timestamp| at.as_second() - now.as_second() > NEVER_AFTER_SECONDS;
        match jwts.find(in_use).and_then(|jwt| jwt.expiry.0) {
            Some(Expiry::At(at)) if is_never(at) => Expiry::Never,
            Some(expiry) => expiry,
            None => Expiry::Never,
        }
    }
}

/// What a new token shall be. An absent field is absent: the platform refuses `null`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateBody<'a> {
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

/// The answer to a creating call: the value, and nothing else.
#[derive(Deserialize)]
pub struct Created {
    pub token: SecretString,
}

/// Whose tokens are to be deleted.
#[derive(Serialize)]
pub struct RevokeAllBody<'a> {
    pub email: &'a str,
}

/// A request to refresh the vendor's sign-in.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RefreshBody<'a> {
    pub tenant_name: &'a str,
    pub refresh_token: &'a str,
    pub grant_type: &'a str,
    #[serde(rename = "returnJWT")]
    pub return_jwt: bool,
}

/// The answer to it.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RefreshedBody {
    pub access_token: SecretString,
    pub refresh_token: Option<SecretString>,
}

/// Reads an object by its fields' names; `None` where the body is anything else. serde by itself would take a list for an object.
pub fn object<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Option<T> {
    let body = body.trim_ascii();
    body.starts_with(b"{")
        .then(|| serde_json::from_slice(body).ok())
        .flatten()
}

/// Says what came in the place of what was expected: the kind of thing, and nothing of what is in it.
pub fn instead_of(expected: &str, body: &[u8]) -> String {
    let body = body.trim_ascii();
    let came = match serde_json::from_slice::<IgnoredAny>(body) {
        _ if body.is_empty() => "nothing",
        Ok(_) if body == b"null" => "null",
        Ok(_) => "JSON of another shape",
        Err(_) if body.starts_with(b"<") => "a web page (perhaps of a sign-in or a proxy)",
        Err(error) if error.is_eof() && body.starts_with(b"{") => "JSON that breaks off",
        Err(_) => "text that is not JSON",
    };
    format!("{came} came instead of {expected}")
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
