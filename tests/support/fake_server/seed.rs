//! Tokens to put into an account, described as text.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{ADA, TENANT};

/// The expiry of the JWT of a token that does not expire.
const NEVER: &str = "2126-01-15T09:30:00.000Z";

/// A token as text: `ci-pipeline created=-176d expires=9d used=-3h team=platform`.
///
/// Times are days or hours from now, or any text, which the listing then has as it is. The other fields are `owner=EMAIL`,
/// `by=EMAIL` (the creator), `type=jwt` or `opaque`, and `expired=true` or `false`, whatever the clock says. The name is all
/// that precedes the first field and may contain spaces.
#[derive(Clone)]
pub struct Seed {
    pub(super) name: String,
    pub(super) owner: String,
    pub(super) created: String,
    pub(super) created_by: String,
    pub(super) expires: Option<String>,
    pub(super) last_used: Option<String>,
    pub(super) expired: Option<bool>,
    pub(super) team: Option<String>,
    pub(super) account: Option<String>,
    pub(super) token_type: String,
}

impl Seed {
    pub fn parse(text: &str) -> Self {
        let mut seed = Self::named("");
        let mut name = Vec::new();
        for word in text.split(' ') {
            match word.split_once('=') {
                Some(("created", at)) => seed.created = time(at),
                Some(("expires", at)) => seed.expires = Some(time(at)),
                Some(("used", at)) => seed.last_used = Some(time(at)),
                Some(("team", team)) => seed.team = Some(team.to_owned()),
                Some(("owner", email)) => email.clone_into(&mut seed.owner),
                Some(("by", email)) => email.clone_into(&mut seed.created_by),
                Some(("type", token_type)) => token_type.clone_into(&mut seed.token_type),
                Some(("expired", expired)) => seed.expired = Some(expired == "true"),
                _ => name.push(word),
            }
        }
        seed.name = name.join(" ");
        seed
    }

    /// The default date is too long ago for a snapshot to take it for one that depends on the clock.
    pub(super) fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            owner: ADA.to_owned(),
            created: "2020-01-15T09:30:00.000Z".to_owned(),
            created_by: ADA.to_owned(),
            expires: None,
            last_used: None,
            expired: None,
            team: None,
            account: None,
            token_type: "opaque".to_owned(),
        }
    }

    pub(super) fn is_expired(&self) -> bool {
        let is_past = self.end().is_some_and(|end| end <= Timestamp::now());
        self.expired.unwrap_or(is_past)
    }

    fn end(&self) -> Option<Timestamp> {
        self.expires.as_deref().and_then(end_of)
    }

    /// The `exp` claim of the token's JWT.
    pub(super) fn jwt_expiry(&self) -> i64 {
        let never = || NEVER.parse().unwrap_or(Timestamp::MAX);
        self.end().unwrap_or_else(never).as_second()
    }

    /// The item of `data`. Fields that no client needs contain the token's value, as they may in reality.
    pub(super) fn item(&self, id: &str, value: &str) -> Value {
        let mut manifest = json!({
            "name": self.name, "type": "virtual-account", "token_type": self.token_type,
            // The vendor's SDK requires this field up to version 0.4.
            "permissions": [],
        });
        if let Some(expires) = &self.expires {
            manifest["expiration_date"] = json!(expires);
        }
        if let Some(team) = &self.team {
            let account = self.account.as_deref().unwrap_or(TENANT);
            manifest["ownedBy"] = json!({"account": account, "team": team});
        }
        let expiry = self.end().map_or_else(|| NEVER.to_owned(), written);
        let jwt = format!("jwt-{id}");
        let mut item = json!({
            "id": id, "type": "pat", "tenantName": TENANT, "manifest": manifest, "jwtId": jwt,
            "jwts": [{
                "id": jwt, "subjectType": "serviceaccount", "subjectId": id, "expiry": expiry,
                "tokenType": self.token_type, "createdAt": self.created, "updatedAt": self.created, "token": value,
            }],
            "createdBySubject": {"subjectId": "user-1", "subjectType": "user", "subjectSlug": self.created_by},
            "createdAt": self.created, "updatedAt": self.created, "isExpired": self.is_expired(),
            "accountId": "acct-1", "metadata": {}, "roleIds": [], "rolesWithResource": [],
            "createdBy": self.created_by, "token": value,
        });
        if let Some(at) = &self.last_used {
            item["lastAccessedAt"] = json!(at);
        }
        item
    }
}

/// `-176d` and `-3h` are counted from now; all else is taken as it is.
fn time(text: &str) -> String {
    let hours = |number: &str, factor: i64| number.parse().ok().map(|number: i64| number * factor);
    let days = text.strip_suffix('d').and_then(|number| hours(number, 24));
    let hours = days.or_else(|| text.strip_suffix('h').and_then(|number| hours(number, 1)));
    hours.map_or_else(
        || text.to_owned(),
        |hours| written(Timestamp::now() + SignedDuration::from_hours(hours)),
    )
}

/// The time in so many days, as the server writes it.
pub fn in_days(days: i64) -> String {
    time(&format!("{days}d"))
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
    let date: Date = expiry.parse().ok()?;
    let next = date.tomorrow().ok()?.to_zoned_datetime(TimeZone::UTC).ok()?;
    Some(next.timestamp())
}
