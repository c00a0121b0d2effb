//! Selects tokens by filter, by name or by ID, and sorts them.

use clap::Args;
use jiff::Timestamp;

use crate::error::{Failure, Kind};
use crate::secret::parse_public_text;
use crate::time::{CalendarDuration, day};
use crate::token::{Expiry, Token};
use crate::untrusted::{MAX_LISTED, enumerate, sanitize};

/// Maximum length of names that are compared with a mistyped name, in bytes.
const MAX_COMPARED: usize = 64;

/// Similarity above which a name is suggested for a mistyped one. clap uses a lower limit, but commands differ more than names.
const MIN_SIMILARITY: f64 = 0.8;

const NOT_DELETED: &str = "nothing was deleted";

const NOT_CHANGED: &str = "nothing was changed";

/// Heading of the filters in help pages.
const HEADING: &str = "Filters";

/// Conditions on a token, which must meet all of them.
#[derive(Debug, Clone, Default, Args)]
pub struct Filter {
    /// Select tokens whose name contains TEXT
    #[arg(long, help_heading = HEADING, value_name = "TEXT", value_parser = parse_public_text)]
    pub search: Option<String>,
    /// Select tokens that have not expired
    #[arg(long, help_heading = HEADING, conflicts_with = "expired")]
    pub active: bool,
    /// Select expired tokens
    #[arg(long, help_heading = HEADING, conflicts_with = "expires_within")]
    pub expired: bool,
    /// Select tokens that expire within DURATION, such as 14d
    #[arg(long, help_heading = HEADING, value_name = "DURATION", allow_hyphen_values = true)]
    pub expires_within: Option<CalendarDuration>,
    /// Select tokens that never expire
    #[arg(long, help_heading = HEADING, conflicts_with = "expires_within")]
    pub never_expires: bool,
    /// Select tokens created at least DURATION ago, such as 1y
    #[arg(long, help_heading = HEADING, value_name = "DURATION", allow_hyphen_values = true)]
    pub older_than: Option<CalendarDuration>,
    /// Select tokens not used for at least DURATION, such as 90d
    ///
    /// For a token that was never used, the time since its creation counts.
    #[arg(long, help_heading = HEADING, value_name = "DURATION", allow_hyphen_values = true)]
    pub unused_for: Option<CalendarDuration>,
}

impl Filter {
    pub fn is_empty(&self) -> bool {
        self.describe().is_empty()
    }

    /// Returns `true` if the token meets all conditions. An unknown date meets no condition, so that a missing date never leads
    /// to a deletion.
    pub fn matches(&self, token: &Token, now: Timestamp) -> bool {
        let expired = token.expired(now);
        let matches_search = |text: &String| {
            let name = token.raw_name().map(str::to_lowercase);
            name.is_some_and(|name| name.contains(&text.to_lowercase()))
        };
        let expires_within = |duration: CalendarDuration| {
            // A duration that reaches beyond the calendar includes every date.
            let limit = duration.after(now).unwrap_or(Timestamp::MAX);
            expired == Some(false) && token.expiry.time().is_some_and(|time| time <= limit)
        };
        let is_older_than =
            |duration: CalendarDuration| token.created_at.is_some_and(|time| time <= duration.before(now));
        let is_unused_for = |duration: CalendarDuration| {
            let last = token.last_used_at.max(token.created_at);
            !token.has_unknown_last_use && last.is_some_and(|time| time <= duration.before(now))
        };
        self.search.as_ref().is_none_or(matches_search)
            && (!self.active || expired == Some(false))
            && (!self.expired || expired == Some(true))
            && self.expires_within.is_none_or(expires_within)
            && (!self.never_expires || token.expiry == Expiry::Never)
            && self.older_than.is_none_or(is_older_than)
            && self.unused_for.is_none_or(is_unused_for)
    }

    /// The conditions as command-line options, joined by `and` for a text in backticks. Empty if there are no conditions.
    pub fn describe(&self) -> String {
        let search = self.search.as_ref().map(|text| format!("--search {}", sanitize(text)));
        let active = self.active.then(|| "--active".to_owned());
        let expired = self.expired.then(|| "--expired".to_owned());
        let expires_within = self.expires_within.map(|duration| format!("--expires-within {duration}"));
        let never_expires = self.never_expires.then(|| "--never-expires".to_owned());
        let older_than = self.older_than.map(|duration| format!("--older-than {duration}"));
        let unused_for = self.unused_for.map(|duration| format!("--unused-for {duration}"));
        let conditions = [search, active, expired, expires_within, never_expires, older_than, unused_for];
        conditions.into_iter().flatten().collect::<Vec<_>>().join("` and `")
    }
}

/// Order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Order {
    /// By name; unnamed tokens last
    Name,
    /// Oldest first
    Created,
    /// Soonest expiry first; tokens that never expire last
    Expires,
    /// Never used first, then least recently used
    LastUsed,
}

/// Sorts tokens. Equal tokens keep the order of the server.
pub fn sort(tokens: &mut [Token], order: Order) {
    let expiry = |token: &Token| match token.expiry {
        Expiry::At(time) => (0, time),
        Expiry::Unknown => (1, Timestamp::MAX),
        Expiry::Never => (2, Timestamp::MAX),
    };
    match order {
        Order::Name => tokens.sort_by_cached_key(|token| (token.name.is_none(), token.name.clone())),
        Order::Created => tokens.sort_by_key(|token| (token.created_at.is_none(), token.created_at)),
        Order::Expires => tokens.sort_by_key(expiry),
        Order::LastUsed => tokens.sort_by_key(|token| token.last_used_at),
    }
}

/// Finds tokens by their exact names or IDs, each token once, in the order of `wanted`. Fails if one of `wanted` matches no token
/// or more than one.
pub fn find(tokens: &[Token], wanted: &[String]) -> Result<Vec<Token>, Failure> {
    let (found, missing) = find_existing(tokens, wanted)?;
    if missing.is_empty() { Ok(found) } else { Err(not_found(tokens, &missing, NOT_DELETED)) }
}

/// Finds tokens like [`find`], and returns those of `wanted` that match no token.
pub fn find_existing<'a>(tokens: &[Token], wanted: &'a [String]) -> Result<(Vec<Token>, Vec<&'a str>), Failure> {
    let mut found: Vec<Token> = Vec::new();
    let mut missing = Vec::new();
    for text in wanted {
        match find_match(tokens, text, NOT_DELETED)? {
            None => missing.push(text.as_str()),
            Some(token) if found.iter().any(|known| known.id == token.id) => {}
            Some(token) => found.push(token.clone()),
        }
    }
    Ok((found, missing))
}

/// Finds the token with an exact name or ID, to rotate it.
pub fn find_one(tokens: &[Token], wanted: &str) -> Result<Token, Failure> {
    find_match(tokens, wanted, NOT_CHANGED)?.cloned().ok_or_else(|| not_found(tokens, &[wanted], NOT_CHANGED))
}

/// `unchanged` is the consequence of a failure.
fn find_match<'a>(tokens: &'a [Token], wanted: &str, unchanged: &str) -> Result<Option<&'a Token>, Failure> {
    let is_match = |token: &&Token| token.id.raw() == wanted || token.raw_name() == Some(wanted);
    let matches: Vec<&Token> = tokens.iter().filter(is_match).collect();
    match matches[..] {
        [] => Ok(None),
        [token] => Ok(Some(token)),
        _ => {
            let wanted = sanitize(wanted);
            let message = format!("`{wanted}` matches more than one token; {unchanged}");
            Err(Failure::new(Kind::Usage, message)
                .with_causes(matches.iter().take(MAX_LISTED).map(|token| with_owner(token)))
                .with_causes((matches.len() > MAX_LISTED).then(|| format!("and {} more", matches.len() - MAX_LISTED)))
                .hint("pass one of these IDs instead of the name"))
        }
    }
}

/// Describes a token, so that the user can tell it from another one with the same name.
fn with_owner(token: &Token) -> String {
    let owner = token.created_by.as_ref().map(|owner| format!(" by {}", owner.short()));
    let created = token.created_at.map(|time| format!(" on {}", day(time)));
    match (owner, created) {
        (None, None) => token.to_string(),
        (owner, created) => format!("{token}, created{}{}", owner.unwrap_or_default(), created.unwrap_or_default()),
    }
}

fn not_found(tokens: &[Token], wanted: &[&str], unchanged: &str) -> Failure {
    let hint = match wanted.first().and_then(|first| nearest(tokens, first)) {
        // A quoted name could be evaluated by a shell.
        Some(similar) if !similar.has_plain_name() => format!("did you mean `{}`?", similar.id),
        Some(similar) => format!("did you mean `{}`?", similar.display_name()),
        None => "run `tfy-tokens list`".to_owned(),
    };
    let names: Vec<String> = wanted.iter().map(|text| format!("`{}`", sanitize(text))).collect();
    let missing = format!("no token with the name or ID {}; {unchanged}", enumerate(&names));
    // Each line of a file from Windows ends with one, and terminals do not show it.
    let control = wanted.iter().flat_map(|text| text.chars()).find(|character| character.is_control());
    let control = control
        .map(|character| format!("a name cannot contain the control character `{}`", character.escape_default()));
    Failure::token_not_found().with_causes([missing]).with_causes(control).hint(hint)
}

/// Returns the token whose name contains `wanted` or is most similar to it, if any.
fn nearest<'a>(tokens: &'a [Token], wanted: &str) -> Option<&'a Token> {
    let wanted = wanted.to_lowercase();
    // Comparing longer names would take long, and a single letter is in many names.
    if !(2..=MAX_COMPARED).contains(&wanted.len()) {
        return None;
    }
    let similarity = |token: &Token| {
        let name = token.raw_name().filter(|name| name.len() <= MAX_COMPARED)?.to_lowercase();
        Some(if name.contains(&wanted) { 1.0 } else { strsim::jaro(&name, &wanted) })
    };
    let tokens = tokens.iter().filter_map(|token| Some((similarity(token)?, token)));
    let similar = tokens.filter(|(similarity, _)| *similarity > MIN_SIMILARITY);
    // Of several names that are equally similar, returns the first one.
    let nearest = similar.reduce(|best, next| if next.0 > best.0 { next } else { best });
    nearest.map(|(_, token)| token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::tests::token;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn duration(text: &str) -> CalendarDuration {
        text.parse().unwrap()
    }

    fn found(wanted: &[&str]) -> Result<String, Kind> {
        let tokens = [token("ci", "1"), token("dev", "2"), token("twin", "3"), token("twin", "4"), token("2", "5")];
        let wanted: Vec<String> = wanted.iter().map(|&text| text.to_owned()).collect();
        let names = |found: Vec<Token>| found.iter().map(Token::display_name).collect::<Vec<_>>().join(" ");
        find(&tokens, &wanted).map(names).map_err(|failure| failure.kind)
    }

    #[test]
    fn find_requires_exactly_one_match() {
        assert_eq!(found(&["dev", "1", "ci"]).unwrap(), "dev ci");
        assert_eq!(found(&["3", "4"]).unwrap(), "twin twin");
        assert_eq!(found(&["ci", "twin"]), Err(Kind::Usage));
        assert_eq!(found(&["ci", "2"]), Err(Kind::Usage));
        assert_eq!(found(&["ci", "DEV"]), Err(Kind::NotFound));
        assert_eq!(found(&["ci", "d"]), Err(Kind::NotFound));
    }

    #[test]
    fn filter_prefers_server_state_and_skips_unknown() {
        let now = time("2026-07-06T00:00:00Z");
        let expired = Filter { expired: true, ..Filter::default() };
        let soon = Filter { expires_within: Some(duration("14d")), ..Filter::default() };
        let unused = Filter { unused_for: Some(duration("90d")), ..Filter::default() };
        let matches = |token: &Token| [&expired, &soon, &unused].map(|filter| filter.matches(token, now));

        let mut ci = token("ci", "1");
        assert_eq!(matches(&ci), [false, false, false]);
        ci.expiry = Expiry::At(time("2026-07-15T00:00:00Z"));
        ci.created_at = Some(time("2026-01-01T00:00:00Z"));
        assert_eq!(matches(&ci), [false, true, true]);
        ci.expired_by_server = Some(true);
        ci.last_used_at = Some(time("2026-07-01T00:00:00Z"));
        assert_eq!(matches(&ci), [true, false, false]);
        ci.has_unknown_last_use = true;
        assert_eq!(matches(&ci), [true, false, false]);
    }

    #[test]
    fn durations_include_their_limit() {
        let now = time("2026-07-06T00:00:00Z");
        let mut ci = token("ci", "1");
        let soon = Filter { expires_within: Some(duration("14d")), ..Filter::default() };
        for (expiry, is_match) in [("2026-07-20T00:00:00Z", true), ("2026-07-20T00:00:00.000000001Z", false)] {
            ci.expiry = Expiry::At(time(expiry));
            assert_eq!(soon.matches(&ci, now), is_match, "{expiry}");
        }
        let unused = Filter { unused_for: Some(duration("14d")), ..Filter::default() };
        for (last_used, is_match) in [("2026-06-22T00:00:00Z", true), ("2026-06-22T00:00:00.000000001Z", false)] {
            ci.last_used_at = Some(time(last_used));
            assert_eq!(unused.matches(&ci, now), is_match, "{last_used}");
        }
    }

    #[test]
    fn unknown_dates_are_sorted_as_documented() {
        let mut first = token("b", "1");
        first.expiry = Expiry::At(time("2026-07-15T00:00:00Z"));
        first.last_used_at = Some(time("2026-07-01T00:00:00Z"));
        let mut second = token("a", "2");
        second.created_at = Some(time("2026-01-01T00:00:00Z"));
        let mut tokens = [first, second];
        for (order, expected) in
            [(Order::Name, "a"), (Order::Created, "a"), (Order::Expires, "b"), (Order::LastUsed, "a")]
        {
            sort(&mut tokens, order);
            assert_eq!(tokens[0].display_name(), expected, "{order:?}");
        }
    }
}
