//! Checks of what clients send: the server refuses unknown, repeated and malformed fields.

use std::ops::RangeInclusive;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};

use super::request::ReceivedRequest;
use super::rules::Rules;
use super::seed::{Seed, end_of, written};
use super::service::Refusal;
use super::{ADA, TENANT};

/// The part of a listing that a request asks for.
pub(super) struct PageQuery {
    pub limit: usize,
    pub offset: usize,
    pub search: String,
}

impl PageQuery {
    pub fn of(request: &ReceivedRequest, max_limit: usize) -> Result<Self, Refusal> {
        let mut wrong = Vec::new();
        let known = ["limit", "offset", "nameSearchQuery"];
        for (index, (name, _)) in request.query.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                wrong.push(format!("property {name} should not exist"));
            } else if request.query[..index].iter().any(|(earlier, _)| earlier == name) {
                wrong.push(format!("{name} must be given once"));
            }
        }
        let mut number = |name: &str, absent: usize, allowed: RangeInclusive<usize>| {
            let text = request.parameter(name);
            let number = text.map_or(Some(absent), |text| text.parse().ok());
            let number = number.filter(|number| allowed.contains(number));
            number.unwrap_or_else(|| {
                wrong.push(format!("{name} must be an integer within {allowed:?}"));
                absent
            })
        };
        let query = Self {
            limit: number("limit", 100, 1..=max_limit),
            offset: number("offset", 0, 0..=usize::MAX),
            search: request.parameter("nameSearchQuery").unwrap_or_default().to_owned(),
        };
        if wrong.is_empty() {
            Ok(query)
        } else {
            Err(Refusal::wrong(wrong))
        }
    }
}

/// The address in the body of `revoke/all`.
pub(super) fn email(request: &ReceivedRequest) -> Result<String, Refusal> {
    let mut body = Body::of(request)?;
    let email = body.required("email");
    body.done()?;
    Ok(email.unwrap_or_default())
}

/// The refresh token in the body of `oauth2/token`.
pub(super) fn refresh(request: &ReceivedRequest) -> Result<String, Refusal> {
    let mut body = Body::of(request)?;
    let token = body.required("refreshToken");
    let tenant = body.required("tenantName");
    body.check(tenant.is_none_or(|tenant| tenant == TENANT), "tenantName is not known");
    let grant = body.required("grantType");
    body.check(
        grant.is_none_or(|grant| grant == "refresh_token"),
        "grantType must be refresh_token",
    );
    let jwt = body.fields.remove("returnJWT");
    body.check(jwt == Some(Value::Bool(true)), "returnJWT must be true");
    body.done()?;
    Ok(token.unwrap_or_default())
}

/// The token that a creating call asks for.
pub(super) fn creation(
    request: &ReceivedRequest,
    for_user: bool,
    caller: &str,
    rules: &Rules,
) -> Result<Seed, Refusal> {
    let mut body = Body::of(request)?;
    let name = body.required("name");
    let expires = body.optional("expirationDate");
    let team = body.optional("teamName");
    let mut new = Seed::named(name.as_deref().unwrap_or_default());
    if for_user {
        let email = body.required("userEmail").unwrap_or_else(|| ADA.to_owned());
        body.check(email.contains('@'), "userEmail must be an email");
        new.owner = email;
    } else {
        caller.clone_into(&mut new.owner);
        new.account = body.optional("accountName");
        if let Some(token_type) = body.optional("tokenType") {
            let known = ["jwt", "opaque"].contains(&token_type.as_str());
            body.check(known, "tokenType must be one of the following values: jwt, opaque");
            new.token_type = token_type;
        }
    }
    body.wrong.extend(name.filter(|name| !is_name(name)).map(|_| {
        "name must be 3-36 characters of a-z, 0-9 and -, starting with a letter and ending with a letter or digit"
            .to_owned()
    }));
    body.wrong.extend(wrong_expiry(expires.as_deref(), rules.max_age_days));
    let has_team = team.as_deref().is_some_and(|team| team != "everyone");
    body.check(
        has_team || !rules.team_required,
        "teamName is required and cannot be everyone",
    );
    body.done()?;
    new.created = written(Timestamp::now());
    caller.clone_into(&mut new.created_by);
    new.expires = expires.map(|expiry| match end_of(&expiry) {
        Some(end) if expiry.contains('T') => written(end),
        _ => expiry,
    });
    new.team = team;
    Ok(new)
}

fn wrong_expiry(text: Option<&str>, max_age_days: Option<i64>) -> Option<String> {
    let Some(text) = text else {
        let days = max_age_days?;
        return Some(format!(
            "expirationDate is required: tokens of this tenant live at most {days} days"
        ));
    };
    let now = Timestamp::now();
    let Some(end) = end_of(text) else {
        return Some("expirationDate must be a valid ISO 8601 date string".to_owned());
    };
    if end <= now {
        return Some("expirationDate must be in the future".to_owned());
    }
    let days = max_age_days.filter(|days| end > now + SignedDuration::from_hours(24 * days))?;
    Some(format!("expirationDate must be within {days} days from now"))
}

pub(super) fn is_name(name: &str) -> bool {
    let is_letter = |c: char| c.is_ascii_lowercase();
    let is_alphanumeric = |c: char| is_letter(c) || c.is_ascii_digit();
    (3..=36).contains(&name.len())
        && name.starts_with(is_letter)
        && name.ends_with(is_alphanumeric)
        && name.chars().all(|c| is_alphanumeric(c) || c == '-')
}

/// A body whose fields are taken out one by one; each fault and each field left over becomes a message.
struct Body {
    fields: Map<String, Value>,
    wrong: Vec<String>,
}

impl Body {
    fn of(request: &ReceivedRequest) -> Result<Self, Refusal> {
        let media = request.header("content-type").unwrap_or_default();
        match request.json() {
            Value::Object(fields) if media.starts_with("application/json") => Ok(Self {
                fields,
                wrong: Vec::new(),
            }),
            _ => Err(Refusal::new(
                400,
                "The body must be a JSON object, sent as application/json",
            )),
        }
    }

    fn required(&mut self, name: &str) -> Option<String> {
        self.check(self.fields.contains_key(name), &format!("{name} should not be empty"));
        self.optional(name)
    }

    /// A field may be absent, but neither `null` nor a number.
    fn optional(&mut self, name: &str) -> Option<String> {
        match self.fields.remove(name)? {
            Value::String(text) if !text.is_empty() => return Some(text),
            Value::String(_) => self.wrong.push(format!("{name} should not be empty")),
            _ => self.wrong.push(format!("{name} must be a string")),
        }
        None
    }

    fn check(&mut self, is_right: bool, message: &str) {
        if !is_right {
            self.wrong.push(message.to_owned());
        }
    }

    fn done(mut self) -> Result<(), Refusal> {
        let unknown = self
            .fields
            .keys()
            .map(|name| format!("property {name} should not exist"));
        self.wrong.extend(unknown);
        if self.wrong.is_empty() {
            Ok(())
        } else {
            Err(Refusal::wrong(self.wrong))
        }
    }
}
