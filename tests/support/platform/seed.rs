//! Tokens to put into an account.

use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{ADA, TENANT};

/// The expiry of the JWT of a token that does not expire.
const NEVER: &str = "2126-01-15T09:30:00.000Z";

/// A token to be; what is not said is as on a token that was just made for Ada, without an expiry.
#[derive(Clone)]
pub struct TokenSeed {
    pub(super) name: String,
    pub(super) owner: String,
    pub(super) created: String,
    pub(super) created_by: String,
    pub(super) expires: Option<String>,
    pub(super) last_used: Option<String>,
    pub(super) expired: Option<bool>,
    pub(super) team: Option<String>,
    /// In the listing only beside a team, as the SDK has it.
    pub(super) account: Option<String>,
    /// `jwt` or `opaque`.
    pub(super) format: String,
    pub(super) edit: Arc<dyn Fn(&mut Value) + Send + Sync>,
}

impl TokenSeed {
    /// Created at 2026-01-15T09:30:00.000Z, never used.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            owner: ADA.to_owned(),
            created: "2026-01-15T09:30:00.000Z".to_owned(),
            created_by: ADA.to_owned(),
            expires: None,
            last_used: None,
            expired: None,
            team: None,
            account: None,
            format: "opaque".to_owned(),
            edit: Arc::new(|_| ()),
        }
    }

    /// `createdAt` and `updatedAt`, as the listing is to have them.
    pub fn created(mut self, at: impl Into<String>) -> Self {
        self.created = at.into();
        self
    }

    /// `manifest.expiration_date`, as the listing is to have it.
    pub fn expires(mut self, at: impl Into<String>) -> Self {
        self.expires = Some(at.into());
        self
    }

    /// `lastAccessedAt`, as the listing is to have it.
    pub fn last_used(mut self, at: impl Into<String>) -> Self {
        self.last_used = Some(at.into());
        self
    }

    /// `isExpired`, whatever the clock says.
    pub fn expired(mut self, expired: bool) -> Self {
        self.expired = Some(expired);
        self
    }

    /// `manifest.ownedBy.team`.
    pub fn team(mut self, team: impl Into<String>) -> Self {
        self.team = Some(team.into());
        self
    }

    /// Another user's token, made by Ada: it is not in her listing.
    pub fn owner(mut self, email: impl Into<String>) -> Self {
        self.owner = email.into();
        self
    }

    pub fn created_by(mut self, email: impl Into<String>) -> Self {
        self.created_by = email.into();
        self
    }

    /// Changes the item before each listing, to make it odd.
    pub fn edited(mut self, edit: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        self.edit = Arc::new(edit);
        self
    }

    pub(super) fn is_expired(&self) -> bool {
        let passed = self.end().is_some_and(|end| end <= Timestamp::now());
        self.expired.unwrap_or(passed)
    }

    /// After this the token is no good; `None` where it does not expire, or its expiry is no date.
    fn end(&self) -> Option<Timestamp> {
        self.expires.as_deref().and_then(end_of)
    }

    /// What a JWT says of its own end, in seconds since 1970.
    pub(super) fn jwt_expiry(&self) -> i64 {
        let never = || NEVER.parse().unwrap_or(Timestamp::MAX);
        self.end().unwrap_or_else(never).as_second()
    }

    /// The item of `data`. Fields that no client has a use for carry the token's value, as they may for real.
    pub(super) fn item(&self, id: &str, value: &str) -> Value {
        let mut manifest = json!({
            "name": self.name, "type": "virtual-account", "token_type": self.format,
            // The vendor's SDK asks for it up to version 0.4.
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
                "tokenType": self.format, "createdAt": self.created, "updatedAt": self.created, "token": value,
            }],
            "createdBySubject": {"subjectId": "user-1", "subjectType": "user", "subjectSlug": self.created_by},
            "createdAt": self.created, "updatedAt": self.created, "isExpired": self.is_expired(),
            "accountId": "acct-1", "metadata": {}, "roleIds": [], "rolesWithResource": [],
            "createdBy": self.created_by, "token": value,
        });
        if let Some(at) = &self.last_used {
            item["lastAccessedAt"] = json!(at);
        }
        (self.edit)(&mut item);
        item
    }
}

/// The time so many days from now (ago, if negative), as the platform writes it.
pub fn in_days(days: i64) -> String {
    written(Timestamp::now() + SignedDuration::from_hours(24 * days))
}

pub(super) fn written(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// The instant an expiry stands for, in UTC where it names no zone: a bare date counts to the end of that day.
pub(super) fn end_of(expiry: &str) -> Option<Timestamp> {
    if expiry.contains('T') {
        let in_utc = || TimeZone::UTC.to_timestamp(expiry.parse::<DateTime>().ok()?).ok();
        return expiry.parse().ok().or_else(in_utc);
    }
    let date: Date = expiry.parse().ok()?;
    let next = date.tomorrow().ok()?.to_zoned_datetime(TimeZone::UTC).ok()?;
    Some(next.timestamp())
}
