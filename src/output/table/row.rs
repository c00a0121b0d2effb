//! What a table says of one token, cell by cell.

use console::Style;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::age::relative;
use crate::token::{Expiry, Token};

/// A token that expires within this many days is marked.
const SOON_DAYS: i64 = 14;

/// Which dates have their distance from now beside them. Each has what those before it have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Distances {
    /// None: a program reads them.
    None,
    /// The expiry of what expires soon, which colour alone must not say.
    Soon,
    /// Every expiry.
    Expiry,
    /// The last use as well.
    LastUse,
    /// All.
    All,
}

/// How a token's expiry stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Not at all.
    None,
    /// It expires within a few days.
    Soon,
    /// It no longer works.
    Expired,
}

/// A token's cells.
pub struct Row {
    pub name: String,
    pub id: String,
    pub created: String,
    pub expires: String,
    pub last_used: String,
    pub mark: Mark,
}

impl Row {
    /// What is said of a token now, in words that are safe to show.
    pub fn new(token: &Token, now: Timestamp, distances: Distances) -> Self {
        let mark = mark(token, now);
        let date = |at: Option<Timestamp>, is_relative| match at {
            Some(at) if is_relative => format!("{} ({})", day(at), relative(at, now)),
            Some(at) => day(at),
            None => "-".to_owned(),
        };
        let expires = match (token.expiry, mark) {
            (Expiry::Never, _) => "Never".to_owned(),
            (expiry, Mark::Expired) => date(expiry.instant(), false),
            (expiry, Mark::Soon) => date(expiry.instant(), distances >= Distances::Soon),
            (expiry, Mark::None) => date(expiry.instant(), distances >= Distances::Expiry),
        };
        let beside = if mark == Mark::Expired { " (expired)" } else { "" };
        Self {
            name: token.shown_name(),
            id: token.id.to_string(),
            created: date(token.created_at, distances == Distances::All),
            expires: expires + beside,
            last_used: date(token.last_used_at, distances >= Distances::LastUse),
            mark,
        }
    }

    /// The expiry in the colour that it stands out by, where there is colour.
    pub fn painted_expiry(&self, is_coloured: bool) -> String {
        let style = match self.mark {
            Mark::None => Style::new(),
            Mark::Soon => Style::new().yellow(),
            Mark::Expired => Style::new().red(),
        };
        style.force_styling(is_coloured).apply_to(&self.expires).to_string()
    }
}

fn day(at: Timestamp) -> String {
    at.to_zoned_datetime(TimeZone::UTC).date().to_string()
}

fn mark(token: &Token, now: Timestamp) -> Mark {
    let soon = now.checked_add((24 * SOON_DAYS).hours()).unwrap_or(Timestamp::MAX);
    match token.expiry {
        _ if token.is_expired(now) => Mark::Expired,
        Expiry::At(at) if at <= soon => Mark::Soon,
        _ => Mark::None,
    }
}
