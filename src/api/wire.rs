//! The JSON of the platform. Only named fields are read, and nothing of an answer is kept or shown beyond them.

use std::borrow::Cow;
use std::collections::BTreeMap;

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
struct PageShape<'a, I> {
    data: Vec<I>,
    #[serde(borrow, default)]
    pagination: Option<&'a RawValue>,
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
    /// As it stands, like the other two: what is odd in it is then odd in it alone, and few tokens need the others.
    #[serde(borrow)]
    manifest: Option<&'a RawValue>,
    #[serde(borrow)]
    jwt_id: Loose<Text<'a>>,
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
    let (tokens, pagination) = tokens(&text, now)
        .or_else(|| odd_tokens(&text, now))
        .filter(|_| text.trim_start().starts_with('{'))
        .ok_or_else(|| instead_of("a page of tokens", body))?;
    let tokens = tokens
        .into_iter()
        .enumerate()
        .map(|(index, token)| token.ok_or_else(|| format!("item {} of the page has no id", index + 1)));
    Ok(Page {
        tokens: tokens.collect::<Result<_, _>>()?,
        total: read::<Fields<Pagination>>(pagination).and_then(|pagination| pagination.0.total.0),
    })
}

/// What a page has: its tokens, `None` for an item without an id, and what it says of the whole.
type Parts<'a> = (Vec<Option<Token>>, Option<&'a RawValue>);

/// Reads a page as it comes; `None` where that cannot be done.
fn tokens(text: &str, now: Timestamp) -> Option<Parts<'_>> {
    let page: PageShape<Fields<Item>> = serde_json::from_str(text).ok()?;
    let tokens = page.data.into_iter().map(|item| item.0.into_token(now));
    Some((tokens.collect(), page.pagination))
}

/// Reads a page item by item, so that one that is odd does not hide the others: with a field that stands twice, which counts as it
/// stands last, or with what is JSON by its looks alone.
fn odd_tokens(text: &str, now: Timestamp) -> Option<Parts<'_>> {
    let page: PageShape<&RawValue> = serde_json::from_str(text).ok()?;
    let token = |raw: &RawValue| {
        let fields: BTreeMap<String, &RawValue> = serde_json::from_str(raw.get()).ok()?;
        let item = serde_json::to_string(&fields).ok()?;
        let item: Fields<Item> = serde_json::from_str(&item).ok()?;
        item.0.into_token(now)
    };
    Some((page.data.into_iter().map(token).collect(), page.pagination))
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
        let manifest = read::<Fields<Manifest>>(self.manifest).unwrap_or_default().0;
        let expiry = manifest.expiration_date.0.unwrap_or_else(|| self.expiry_of_key(now));
        let subject_slug = || {
            read::<Fields<CreatedBy>>(self.created_by_subject)?
                .0
                .subject_slug
                .untrusted()
        };
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

    /// The expiry of the key in use, which counts where the manifest has none; never where there is no such key.
    fn expiry_of_key(&self, now: Timestamp) -> Expiry {
        let in_use = |jwt: &&Jwt| jwt.id.0.is_some() && jwt.id.0 == self.jwt_id.0;
        let jwts: Vec<&RawValue> = read(self.jwts).unwrap_or_default();
        let jwts: Vec<Jwt> = jwts
            .into_iter()
            .filter_map(|raw| Some(read::<Fields<_>>(Some(raw))?.0))
            .collect();
        let mut jwts = jwts.iter();
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
