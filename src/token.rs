//! A personal access token as this program knows it: what identifies it, what it is called, and when it stops working.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::text::Untrusted;

/// A token that exists on the platform. Its value is not part of it: the platform shows that once, at creation.
#[derive(Debug, Clone)]
pub struct Token {
    /// What deletes it.
    pub id: TokenId,
    /// Unique among one user's tokens; `None` where the platform sent none that can be read.
    pub name: Option<Untrusted>,
    /// By the platform's clock.
    pub created_at: Option<Timestamp>,
    /// When it stops working.
    pub expiry: Expiry,
    /// By the platform's clock; `None` where it was never used or the platform does not say.
    pub last_used_at: Option<Timestamp>,
    /// The platform's own word on whether it has expired, which counts before any clock.
    pub marked_expired: Option<bool>,
    /// Who made it: an e-mail address, most often.
    pub created_by: Option<Untrusted>,
}

impl Token {
    /// Whether the token no longer works, by the platform's word or, without one, by the clock.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.marked_expired
            .unwrap_or_else(|| matches!(self.expiry, Expiry::At(instant) if instant <= now))
    }

    /// The name exactly as the platform has it.
    pub fn exact_name(&self) -> Option<&str> {
        self.name.as_ref().map(Untrusted::exact)
    }

    /// The name as a person is shown it.
    pub fn shown_name(&self) -> String {
        self.name
            .as_ref()
            .map_or_else(|| "(unnamed)".to_owned(), ToString::to_string)
    }
}

/// What the platform knows a token by. It came from outside and may hold anything, but is never empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct TokenId(Untrusted);

impl TokenId {
    /// Takes an id as the platform sent it; `None` when it is empty.
    pub fn parse(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(Untrusted::new(text)))
    }

    /// The exact characters.
    pub fn exact(&self) -> &str {
        self.0.exact()
    }

    /// Whether the id can be typed at a shell as it is.
    pub fn is_plain(&self) -> bool {
        let id = self.exact();
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        id.bytes().all(is_plain) && !id.starts_with('-')
    }

    /// The id as one segment of a path; `None` where it could become another path on its way, however often a proxy decodes it.
    ///
    /// Encoding alone is not enough: `revoke/all` deletes everything on a server behind a proxy that decodes `%2F`. And what
    /// follows a `;` is taken off by some servers: `..;x` is then `..`.
    pub fn as_segment(&self) -> Option<&str> {
        let id = self.exact();
        let is_one = id.len() <= 1024
            && !matches!(id.split(';').next(), Some("." | ".."))
            && !id.contains(|c: char| matches!(c, '/' | '\\' | '%') || c.is_control());
        is_one.then_some(id)
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// When a token stops working.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// It does not.
    Never,
    /// After this instant.
    At(Timestamp),
    /// The platform sent a date that is none.
    Unknown,
}

impl Expiry {
    /// The instant, where there is one and it is known.
    pub fn instant(self) -> Option<Timestamp> {
        match self {
            Self::At(instant) => Some(instant),
            Self::Never | Self::Unknown => None,
        }
    }
}

/// The kind of a token's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum TokenType {
    /// A JSON web token, which carries its claims.
    Jwt,
    /// A random text, which only the platform can read.
    Opaque,
}

impl TokenType {
    /// The name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::Opaque => "opaque",
        }
    }
}

/// A name that the platform takes for a new token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenName(String);

/// How long a name may be, in characters.
const NAME_LENGTH: std::ops::RangeInclusive<usize> = 3..=36;

/// Why a text cannot name a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a name has 3 to 36 characters of a-z, 0-9 and `-`, starts with a letter and ends with a letter or a digit")]
pub struct BadName;

impl FromStr for TokenName {
    type Err = BadName;

    fn from_str(text: &str) -> Result<Self, BadName> {
        let is_allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let fits = NAME_LENGTH.contains(&text.len())
            && text.chars().all(is_allowed)
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && !text.ends_with('-');
        fits.then(|| Self(text.to_owned())).ok_or(BadName)
    }
}

impl TokenName {
    /// The name's characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The names that come after this one, without end: with `-2`, `-3` … behind it, shortened where both together would be too
    /// long. One that ends so itself is counted on: `ci-2` is followed by `ci-3`. A number of more than one digit belongs to the
    /// name: it may be a year or that of a build.
    pub fn successors(&self) -> impl Iterator<Item = Self> {
        let counted = self.0.rsplit_once('-').and_then(|(stem, digits)| {
            let number: u64 = digits.parse().ok().filter(|number| (2..=9).contains(number))?;
            (digits.len() == 1 && stem.len() > 1).then_some((stem, number))
        });
        let (stem, number) = counted.unwrap_or((&self.0, 1));
        let names = (number + 1..).map(move |number| {
            let suffix = format!("-{number}");
            let room = NAME_LENGTH.end() - suffix.len();
            let stem = stem.get(..room).unwrap_or(stem).trim_end_matches('-');
            Self(format!("{stem}{suffix}"))
        });
        // One that was shortened may come to be this name again.
        names.filter(move |name| name != self)
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> TokenName {
        text.parse().unwrap()
    }

    #[test]
    fn names_follow_the_platforms_rules() {
        for good in ["abc", "ci-pipeline", "a1b", "a--b", &"a".repeat(36)] {
            assert!(good.parse::<TokenName>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "ab",
            "1abc",
            "-abc",
            "abc-",
            "Abc",
            "a_b",
            "a b",
            "abé",
            &"a".repeat(37),
        ] {
            assert_eq!(bad.parse::<TokenName>(), Err(BadName), "{bad}");
        }
    }

    #[test]
    fn names_are_counted_on_and_numbers_that_belong_to_them_are_kept() {
        let long = "a".repeat(36);
        for (old, second) in [
            ("ci-pipeline", "ci-pipeline-2"),
            ("ci-pipeline-2", "ci-pipeline-3"),
            ("ci-9", "ci-10"),
            ("ci-1", "ci-1-2"),
            ("ci-10", "ci-10-2"),
            ("ci-run-81", "ci-run-81-2"),
            ("deploy-2027", "deploy-2027-2"),
            ("k8s-prod-02", "k8s-prod-02-2"),
            ("a-5", "a-5-2"),
            (&long, &format!("{}-2", "a".repeat(34))),
        ] {
            assert_eq!(name(old).successors().next(), Some(name(second)), "{old}");
        }
        let tenth = name(&long).successors().nth(8);
        assert_eq!(tenth, Some(name(&format!("{}-10", "a".repeat(33)))));
    }

    #[test]
    fn only_an_id_that_stays_one_segment_may_go_into_a_path() {
        for good in ["cm3k1x9qf0001", "a?b", "a#b", "...", "名"] {
            assert_eq!(TokenId::parse(good).unwrap().as_segment(), Some(good));
        }
        for bad in [
            "revoke/all",
            "../x",
            "..",
            ".",
            "%2e%2e",
            "..;",
            "a\\b",
            "a\nb",
            &"a".repeat(10_000),
        ] {
            assert_eq!(TokenId::parse(bad).unwrap().as_segment(), None, "{bad}");
        }
        assert!(TokenId::parse("").is_none());
    }

    proptest! {
        #[test]
        fn only_what_the_platform_takes_is_a_name(text in prop_oneof![any::<String>(), "[a-zA-Z0-9_ é-]{0,40}", "[a-z][a-z0-9-]{1,40}"]) {
            let is_letter = |c: char| c.is_ascii_lowercase();
            let fits = (3..=36).contains(&text.chars().count())
                && text.chars().all(|c| is_letter(c) || c.is_ascii_digit() || c == '-')
                && text.chars().next().is_some_and(is_letter)
                && text.chars().last().is_some_and(|c| c != '-');
            prop_assert_eq!(text.parse::<TokenName>().is_ok(), fits);
        }

        #[test]
        fn what_comes_after_a_name_is_a_name_and_another_one(text in "[a-z][a-z0-9-]{1,34}[a-z0-9]", at in 0_usize..1_000) {
            let old = name(&text);
            let successors: Vec<TokenName> = old.successors().take(at + 1).collect();
            for successor in &successors {
                prop_assert_eq!(successor.as_str().parse::<TokenName>(), Ok(successor.clone()));
                prop_assert_ne!(successor, &old);
            }
            let different: std::collections::HashSet<&str> = successors.iter().map(TokenName::as_str).collect();
            prop_assert_eq!(different.len(), successors.len());
        }
    }
}
