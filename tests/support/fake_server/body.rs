//! Checks of what clients send: the server refuses unknown and malformed fields.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::seed::{Seed, end_of, written};
use super::service::{Response, refusal, wrong};
use super::{ADA, Call, ReceivedRequest, Rules};

/// The fields of a body: a JSON object with all the `required` fields, perhaps some `optional` ones, and no others. Each is a
/// string that is not empty.
pub(super) fn fields(
    request: &ReceivedRequest,
    required: &[&str],
    optional: &[&str],
) -> Result<BTreeMap<String, String>, Response> {
    let media = request.header("content-type").unwrap_or_default();
    if !media.starts_with("application/json") || !request.json().is_object() {
        return Err(refusal(400, "The body must be a JSON object, sent as application/json"));
    }
    let fields: BTreeMap<String, String> =
        serde_json::from_slice(&request.body).map_err(|_| wrong("fields must be strings"))?;
    for (name, value) in &fields {
        if !required.contains(&name.as_str()) && !optional.contains(&name.as_str()) {
            return Err(wrong(&format!("property {name} should not exist")));
        }
        if value.is_empty() {
            return Err(wrong(&format!("{name} should not be empty")));
        }
    }
    match required.iter().find(|name| !fields.contains_key(**name)) {
        Some(name) => Err(wrong(&format!("{name} should not be empty"))),
        None => Ok(fields),
    }
}

/// The token that a creating call asks for.
pub(super) fn creation(request: &ReceivedRequest, caller: &str, rules: &Rules) -> Result<Seed, Response> {
    let fields = if request.call == Call::CreateForUser {
        fields(request, &["name", "userEmail"], &["expirationDate", "teamName"])?
    } else {
        let optional = ["expirationDate", "teamName", "accountName", "tokenType"];
        fields(request, &["name"], &optional)?
    };
    let field = |name: &str| fields.get(name).map(String::as_str);
    let (name, expires, team) = (&fields["name"], field("expirationDate"), field("teamName"));
    let owner = field("userEmail").unwrap_or(caller);
    let token_type = field("tokenType").unwrap_or("opaque");
    if !is_name(name) {
        return Err(wrong(
            "name must be 3-36 characters of a-z, 0-9 and -, starting with a letter and ending with a letter or digit",
        ));
    }
    if !owner.contains('@') {
        return Err(wrong("userEmail must be an email"));
    }
    if !["jwt", "opaque"].contains(&token_type) {
        return Err(wrong("tokenType must be one of the following values: jwt, opaque"));
    }
    if rules.team_required && team.is_none_or(|team| team == "everyone") {
        return Err(wrong("teamName is required and cannot be everyone"));
    }
    check_expiry(expires, rules.max_age_days)?;
    let mut new = Seed::parse("");
    new.name.clone_from(name);
    new.set("owner", Some(owner));
    new.set("created", Some(&written(Timestamp::now())));
    new.set("by", Some(caller));
    new.set("team", team);
    new.set("account", field("accountName"));
    new.set("type", Some(token_type));
    let end = expires.filter(|expiry| expiry.contains('T')).and_then(end_of);
    new.set("expires", end.map(written).as_deref().or(expires));
    Ok(new)
}

fn check_expiry(text: Option<&str>, max_age_days: Option<i64>) -> Result<(), Response> {
    let now = Timestamp::now();
    let latest = max_age_days.map(|days| (days, now + SignedDuration::from_hours(24 * days)));
    match (text, text.and_then(end_of), latest) {
        (None, _, Some((days, _))) => {
            Err(wrong(&format!("expirationDate is required: tokens of this tenant live at most {days} days")))
        }
        (Some(_), None, _) => Err(wrong("expirationDate must be a valid ISO 8601 date string")),
        (_, Some(end), _) if end <= now => Err(wrong("expirationDate must be in the future")),
        (_, Some(end), Some((days, latest))) if end > latest => {
            Err(wrong(&format!("expirationDate must be within {days} days from now")))
        }
        _ => Ok(()),
    }
}

fn is_name(name: &str) -> bool {
    let is_alphanumeric = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=36).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.ends_with(is_alphanumeric)
        && name.chars().all(|c| is_alphanumeric(c) || c == '-')
}
