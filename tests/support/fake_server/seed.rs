//! Tokens to put into an account, described as text.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::TENANT;

/// The expiry of the JWT of a token that does not expire.
const NEVER: &str = "2126-01-15T09:30:00.000Z";

/// The default values. The date is too long ago for a snapshot to take it for one that depends on the clock.
const DEFAULTS: &str = "created=2020-01-15T09:30:00.000Z owner=ada@acme.test by=ada@acme.test type=opaque";

const FIELDS: [&str; 8] = ["created", "expires", "used", "team", "owner", "by", "type", "expired"];

/// A token as text: `ci-pipeline created=-176d expires=9d used=-3h team=platform`.
///
/// Times are days or hours from now, or any text, which the listing then has as it is. The other fields are `owner=EMAIL`,
/// `by=EMAIL` (the creator), `type=jwt` or `opaque`, and `expired=true` or `false`, which overrides the clock. The name is all
/// that precedes the first field and may contain spaces.
pub struct Seed {
    pub(super) name: String,
    fields: BTreeMap<String, String>,
}

impl Seed {
    pub fn parse(text: &str) -> Self {
        let mut name = Vec::new();
        let mut seed = Self { name: String::new(), fields: BTreeMap::new() };
        for word in DEFAULTS.split(' ').chain(text.split(' ')) {
            match word.split_once('=') {
                Some((field, value)) if FIELDS.contains(&field) => seed.set(field, Some(&time(value))),
                _ => name.push(word),
            }
        }
        seed.name = name.join(" ");
        seed
    }

    pub(super) fn set(&mut self, field: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.fields.insert(field.to_owned(), value.to_owned());
        }
    }

    pub(super) fn get(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }

    pub(super) fn is_expired(&self) -> bool {
        let is_past = self.jwt_expiry() <= Timestamp::now();
        self.get("expired").map_or(is_past, |expired| expired == "true")
    }

    /// The expiry of the token's JWT.
    pub(super) fn jwt_expiry(&self) -> Timestamp {
        let end = self.get("expires").and_then(end_of);
        end.unwrap_or_else(|| NEVER.parse().expect("a time"))
    }

    /// The item of `data`. Fields that no client needs contain the token's value, as they may in reality.
    pub(super) fn item(&self, id: &str, value: &str) -> Value {
        let [created, by, token_type] = ["created", "by", "type"].map(|field| self.get(field));
        // The vendor's SDK requires `permissions` up to version 0.4.
        let mut manifest =
            json!({"name": self.name, "type": "virtual-account", "token_type": token_type, "permissions": []});
        if let Some(expires) = self.get("expires") {
            manifest["expiration_date"] = json!(expires);
        }
        if let Some(team) = self.get("team") {
            manifest["ownedBy"] = json!({"account": TENANT, "team": team});
        }
        let (jwt, expiry) = (format!("jwt-{id}"), written(self.jwt_expiry()));
        let mut item = json!({
            "id": id, "type": "pat", "tenantName": TENANT, "manifest": manifest, "jwtId": jwt,
            "jwts": [{
                "id": jwt, "subjectType": "serviceaccount", "subjectId": id, "expiry": expiry,
                "tokenType": token_type, "createdAt": created, "updatedAt": created, "token": value,
            }],
            "createdBySubject": {"subjectId": "user-1", "subjectType": "user", "subjectSlug": by},
            "createdAt": created, "updatedAt": created, "isExpired": self.is_expired(),
            "accountId": "acct-1", "metadata": {}, "roleIds": [], "rolesWithResource": [],
            "createdBy": by, "token": value,
        });
        if let Some(used) = self.get("used") {
            item["lastAccessedAt"] = json!(used);
        }
        item
    }
}

/// `-176d` and `-3h` are counted from now; all else is taken as it is.
fn time(text: &str) -> String {
    let hours = |suffix, factor: i64| Some(text.strip_suffix(suffix)?.parse::<i64>().ok()? * factor);
    let at = |hours| written(Timestamp::now() + SignedDuration::from_hours(hours));
    hours('d', 24).or_else(|| hours('h', 1)).map_or_else(|| text.to_owned(), at)
}

pub(super) fn written(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// The instant of an expiry, in UTC unless it names a zone: a bare date counts to the end of that day.
pub(super) fn end_of(expiry: &str) -> Option<Timestamp> {
    if expiry.contains('T') {
        let in_utc = || TimeZone::UTC.to_timestamp(expiry.parse::<DateTime>().ok()?).ok();
        return expiry.parse().ok().or_else(in_utc);
    }
    let next = expiry.parse::<Date>().ok()?.tomorrow().ok()?;
    Some(next.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp())
}
