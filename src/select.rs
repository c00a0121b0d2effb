//! Which tokens are meant: by what they are like, by a name, by an id; and in which order they are shown.

use jiff::Timestamp;

use crate::age::Age;
use crate::error::Error;
use crate::text::clean;
use crate::token::{Expiry, Token};

/// What a token must be like. All that is set must hold.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Still working.
    pub active: bool,
    /// No longer working.
    pub expired: bool,
    /// Still working, but not for longer than this.
    pub expires_within: Option<Age>,
    /// Not used for this long; one that was never used counts from its creation.
    pub unused_for: Option<Age>,
}

impl Filter {
    /// Whether it asks for anything at all.
    pub fn is_set(&self) -> bool {
        self.active || self.expired || self.expires_within.is_some() || self.unused_for.is_some()
    }

    /// Whether a token is meant. An age that reaches beyond the calendar holds every date there is. What is not known of a token does
    /// not fit: none is deleted for lack of a date.
    pub fn fits(&self, token: &Token, now: Timestamp) -> bool {
        let is_expired = token.is_expired(now);
        let expires_within = |age: Age| {
            let ends = token
                .expiry
                .instant()
                .is_some_and(|at| age.after(now).map_or(true, |limit| at <= limit));
            !is_expired && ends
        };
        let is_unused_for = |age: Age| {
            token
                .last_used_at
                .or(token.created_at)
                .is_some_and(|at| at <= age.before(now))
        };
        (!self.active || !is_expired)
            && (!self.expired || is_expired)
            && self.expires_within.is_none_or(expires_within)
            && self.unused_for.is_none_or(is_unused_for)
    }

    /// What a token is that fits, to stand behind "no token": ` that is active`; nothing where the filter asks for nothing.
    pub fn described(&self) -> String {
        let mut words = Vec::new();
        if self.active {
            words.push("active".to_owned());
        }
        if self.expired {
            words.push("expired".to_owned());
        }
        if let Some(age) = self.expires_within {
            words.push(format!("expiring within {age}"));
        }
        if let Some(age) = self.unused_for {
            words.push(format!("unused for {age}"));
        }
        if words.is_empty() {
            return String::new();
        }
        format!(" that is {}", words.join(" and "))
    }
}

/// What a listing is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Order {
    /// Alphabetically; unnamed tokens come last.
    Name,
    /// The oldest first.
    Created,
    /// The soonest first; what never expires comes last.
    Expires,
    /// The longest unused first; what was never used leads.
    LastUsed,
}

/// Sorts tokens; those that are equal keep the platform's order.
pub fn sort(tokens: &mut [Token], order: Order) {
    let expiry = |token: &Token| match token.expiry {
        Expiry::At(at) => (0, at),
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

/// Finds the one token that is meant by a name or an id.
pub fn find_one<'a>(tokens: &'a [Token], wanted: &str) -> Result<&'a Token, Error> {
    let found = fitting(tokens, wanted)?;
    found.ok_or_else(|| not_found(tokens, vec![wanted.to_owned()]))
}

/// Finds the tokens that are meant by names and ids, each once and in the order they were given.
///
/// A name or id must fit exactly one token. If one of `wanted` fits none or several, nothing is found at all.
pub fn find(tokens: &[Token], wanted: &[String]) -> Result<Vec<Token>, Error> {
    let mut found: Vec<Token> = Vec::new();
    let mut missing = Vec::new();
    for text in wanted {
        match fitting(tokens, text)? {
            None => missing.push(text.clone()),
            Some(token) if found.iter().any(|known| known.id == token.id) => {}
            Some(token) => found.push(token.clone()),
        }
    }
    if missing.is_empty() {
        Ok(found)
    } else {
        Err(not_found(tokens, missing))
    }
}

/// The token that a name or an id fits; `None` where it fits none.
fn fitting<'a>(tokens: &'a [Token], wanted: &str) -> Result<Option<&'a Token>, Error> {
    let is_meant = |token: &&Token| token.id.exact() == wanted || token.exact_name() == Some(wanted);
    let fitting: Vec<&Token> = tokens.iter().filter(is_meant).collect();
    match fitting[..] {
        [] => Ok(None),
        [token] => Ok(Some(token)),
        _ => Err(Error::Ambiguous {
            wanted: clean(wanted).into_owned(),
            fitting: fitting.into_iter().cloned().collect(),
        }),
    }
}

/// The failure of names and ids that no token has, with a name that is nearly the first of them.
fn not_found(tokens: &[Token], wanted: Vec<String>) -> Error {
    let first = wanted.first().map(|first| first.to_lowercase()).unwrap_or_default();
    let is_near = |token: &&Token| {
        token
            .exact_name()
            .is_some_and(|name| name.to_lowercase().contains(&first))
    };
    let near = tokens.iter().find(is_near).and_then(|token| token.name.clone());
    Error::NoSuchToken { wanted, near }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Untrusted;
    use crate::token::TokenId;

    fn token(name: &str, id: &str) -> Token {
        Token {
            id: TokenId::parse(id).unwrap(),
            name: Some(Untrusted::new(name)),
            created_at: None,
            expiry: Expiry::Never,
            last_used_at: None,
            marked_expired: None,
            created_by: None,
        }
    }

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn names(tokens: &[Token]) -> Vec<String> {
        tokens.iter().map(Token::shown_name).collect()
    }

    fn found(wanted: &[&str]) -> Result<Vec<String>, Error> {
        let tokens = [
            token("ci", "1"),
            token("dev", "2"),
            token("twin", "3"),
            token("twin", "4"),
            token("2", "5"),
        ];
        let wanted: Vec<String> = wanted.iter().map(|&text| text.to_owned()).collect();
        find(&tokens, &wanted).map(|found| names(&found))
    }

    #[test]
    fn names_and_ids_are_found_once_and_in_the_order_given() {
        assert_eq!(found(&["dev", "1", "ci"]).unwrap(), ["dev", "ci"]);
        assert_eq!(found(&["3", "4"]).unwrap(), ["twin", "twin"]);
    }

    #[test]
    fn a_text_that_fits_no_token_or_two_finds_nothing_at_all() {
        for (wanted, is_expected) in [
            (
                ["ci", "twin"],
                (|error| matches!(error, Error::Ambiguous { .. })) as fn(&Error) -> bool,
            ),
            (["ci", "2"], |error| matches!(error, Error::Ambiguous { .. })),
            (["ci", "DEV"], |error| {
                matches!(error, Error::NoSuchToken { near: Some(_), .. })
            }),
            (["ci", "d"], |error| matches!(error, Error::NoSuchToken { .. })),
        ] {
            let error = found(&wanted).unwrap_err();
            assert!(is_expected(&error), "{wanted:?}: {error:?}");
        }
    }

    #[test]
    fn filters_take_the_platforms_word_and_leave_out_what_is_not_known() {
        let now = time("2026-07-06T00:00:00Z");
        let age = |text: &str| Some(text.parse().unwrap());
        let mut ci = token("ci", "1");
        let fits = |token: &Token, filter: Filter| filter.fits(token, now);
        let expired = Filter {
            expired: true,
            ..Filter::default()
        };
        let soon = Filter {
            expires_within: age("14d"),
            ..Filter::default()
        };
        let unused = Filter {
            unused_for: age("90d"),
            ..Filter::default()
        };
        assert!(!fits(&ci, expired) && !fits(&ci, soon) && !fits(&ci, unused));
        ci.expiry = Expiry::At(time("2026-07-15T00:00:00Z"));
        ci.created_at = Some(time("2026-01-01T00:00:00Z"));
        assert!(!fits(&ci, expired) && fits(&ci, soon) && fits(&ci, unused));
        ci.marked_expired = Some(true);
        ci.last_used_at = Some(time("2026-07-01T00:00:00Z"));
        assert!(fits(&ci, expired) && !fits(&ci, soon) && !fits(&ci, unused));
    }

    #[test]
    fn a_span_holds_its_last_instant_and_nothing_beyond() {
        let now = time("2026-07-06T00:00:00Z");
        let age = |text: &str| Some(text.parse().unwrap());
        let within = |expiry: &str| {
            let filter = Filter {
                expires_within: age("14d"),
                ..Filter::default()
            };
            let mut ci = token("ci", "1");
            ci.expiry = Expiry::At(time(expiry));
            filter.fits(&ci, now)
        };
        assert!(within("2026-07-20T00:00:00Z") && !within("2026-07-20T00:00:00.000000001Z"));
        let unused = |last_used: &str| {
            let filter = Filter {
                unused_for: age("14d"),
                ..Filter::default()
            };
            let mut ci = token("ci", "1");
            ci.last_used_at = Some(time(last_used));
            filter.fits(&ci, now)
        };
        assert!(unused("2026-06-22T00:00:00Z") && !unused("2026-06-22T00:00:00.000000001Z"));
    }

    #[test]
    fn each_order_puts_what_is_not_known_where_it_says() {
        let mut first = token("b", "1");
        first.expiry = Expiry::At(time("2026-07-15T00:00:00Z"));
        first.last_used_at = Some(time("2026-07-01T00:00:00Z"));
        let mut second = token("a", "2");
        second.created_at = Some(time("2026-01-01T00:00:00Z"));
        let mut tokens = [first, second];
        for (order, expected) in [
            (Order::Name, ["a", "b"]),
            (Order::Created, ["a", "b"]),
            (Order::Expires, ["b", "a"]),
            (Order::LastUsed, ["a", "b"]),
        ] {
            sort(&mut tokens, order);
            assert_eq!(names(&tokens), expected, "{order:?}");
        }
    }
}
