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

    /// Whether the id can stand in a path without becoming another path on its way, however often a proxy decodes it.
    ///
    /// Encoding alone is not enough: `revoke/all` deletes everything on a server behind a proxy that decodes `%2F`. And what
    /// follows a `;` is taken off by some servers: `..;x` is then `..`.
    pub fn is_one_segment(&self) -> bool {
        let id = self.exact();
        id.len() <= 1024
            && !matches!(id.split(';').next(), Some("." | ".."))
            && !id.contains(|c: char| matches!(c, '/' | '\\' | '%') || c.is_control())
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

    /// The name with a number behind it, shortened where both together would be too long.
    ///
    /// A number that is already there is counted on: `ci-2` becomes `ci-3` for the number 3.
    pub fn numbered(&self, number: u32) -> Self {
        let stem = match self.0.rsplit_once('-') {
            Some((stem, digits)) if stem.len() >= 2 && digits.parse::<u32>().is_ok() => stem,
            _ => &self.0,
        };
        let suffix = format!("-{number}");
        let room = NAME_LENGTH.end() - suffix.len();
        let stem = stem.get(..room).unwrap_or(stem).trim_end_matches('-');
        Self(format!("{stem}{suffix}"))
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
    fn a_numbered_name_is_still_a_name() {
        assert_eq!(name("ci-pipeline").numbered(2).as_str(), "ci-pipeline-2");
        assert_eq!(name("ci-pipeline-2").numbered(3).as_str(), "ci-pipeline-3");
        assert_eq!(
            name(&"a".repeat(36)).numbered(10).as_str(),
            format!("{}-10", "a".repeat(33))
        );
    }

    #[test]
    fn only_an_id_that_stays_one_segment_may_go_into_a_path() {
        for good in ["cm3k1x9qf0001", "a?b", "a#b", "...", "名"] {
            assert!(TokenId::parse(good).unwrap().is_one_segment(), "{good}");
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
            assert!(!TokenId::parse(bad).unwrap().is_one_segment(), "{bad}");
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
        fn numbering_a_name_always_gives_a_name(text in "[a-z][a-z0-9-]{1,34}[a-z0-9]", number in 2_u32..1_000) {
            let numbered = name(&text).numbered(number);
            prop_assert_eq!(numbered.as_str().parse::<TokenName>(), Ok(numbered.clone()));
        }
    }
}
