//! Checks of the bodies that clients send.

use std::collections::BTreeMap;

use jiff::Timestamp;
use regex::Regex;

use super::seed::{Seed, end_of, written};
use super::service::{Response, wrong};
use super::{Call, ReceivedRequest};

/// The fields of a body: a JSON object with all the `required` fields, perhaps some `optional` ones, and no others. Each is a
/// string that is not empty.
pub(super) fn fields(
    request: &ReceivedRequest,
    required: &[&str],
    optional: &[&str],
) -> Result<BTreeMap<String, String>, Response> {
    let media = request.header("content-type").unwrap_or_default();
    let fields: BTreeMap<String, String> = request.body_json().unwrap_or_default();
    let is_known = |name| required.contains(&name) || optional.contains(&name);
    let are_known = fields.iter().all(|(name, value)| is_known(name.as_str()) && !value.is_empty());
    let is_complete = required.iter().all(|name| fields.contains_key(*name));
    if media.starts_with("application/json") && are_known && is_complete {
        return Ok(fields);
    }
    Err(wrong(&format!("the body must be JSON with {required:?}, perhaps {optional:?}")))
}

/// The token that a creating call asks for.
pub(super) fn creation(request: &ReceivedRequest, caller: &str) -> Result<Seed, Response> {
    let fields = if request.call == Call::CreateForUser {
        fields(request, &["name", "userEmail"], &["expirationDate", "teamName"])?
    } else {
        fields(request, &["name"], &["expirationDate", "teamName", "accountName", "tokenType"])?
    };
    let field = |name: &str| fields.get(name).map(String::as_str);
    let (name, expires) = (&fields["name"], field("expirationDate"));
    let owner = field("userEmail").unwrap_or(caller);
    let token_type = field("tokenType").unwrap_or("opaque");
    let end = expires.and_then(end_of);
    let is_name = Regex::new("^[a-z][a-z0-9-]{1,34}[a-z0-9]$").expect("a pattern").is_match(name);
    let has_good_end = expires.is_none() || end.is_some_and(|end| end > Timestamp::now());
    if !is_name || !owner.contains('@') || !["jwt", "opaque"].contains(&token_type) || !has_good_end {
        return Err(wrong("name, userEmail, tokenType or expirationDate has a wrong value"));
    }
    let mut new = Seed::parse(&format!("{name} owner={owner} by={caller} type={token_type} created=0d"));
    new.set("team", field("teamName"));
    let instant = end.filter(|_| expires.is_some_and(|expires| expires.contains('T'))).map(written);
    new.set("expires", instant.as_deref().or(expires));
    Ok(new)
}
