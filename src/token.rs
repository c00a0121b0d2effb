//! Personal access tokens, as the server lists them.

use std::fmt;
use std::iter;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Serialize;

use crate::redact::redact;
use crate::untrusted::Untrusted;

/// A token that exists on the server, without its value: the server returns the value once, at creation.
#[derive(Debug, Clone)]
pub struct Token {
    pub id: TokenId,
    /// `None` if the server sent no readable name.
    pub name: Option<Untrusted>,
    pub created_at: Option<Timestamp>,
    pub expiry: Expiry,
    /// `None` if the token was never used, or if the time is unknown.
    pub last_used_at: Option<Timestamp>,
    /// Whether the server sent a date of last use that cannot be read.
    pub has_unknown_last_use: bool,
    /// Whether the token has expired, according to the server.
    pub expired_by_server: Option<bool>,
    /// Usually an email address.
    pub created_by: Option<Untrusted>,
    /// `jwt` or `opaque`.
    pub value_type: Option<Untrusted>,
    /// Team that owns the token.
    pub team: Option<Untrusted>,
    /// Account that owns the token.
    pub account: Option<Untrusted>,
}

impl Token {
    /// Returns whether the token has expired, or `None` if that is unknown. `expired_by_server` takes precedence over `expiry`.
    pub fn expired(&self, now: Timestamp) -> Option<bool> {
        self.expired_by_server.or(match self.expiry {
            Expiry::At(time) => Some(time <= now),
            Expiry::Never => Some(false),
            Expiry::Unknown => None,
        })
    }

    /// Returns `true` if the token is known to have expired.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expired(now) == Some(true)
    }

    pub fn raw_name(&self) -> Option<&str> {
        self.name.as_ref().map(Untrusted::raw)
    }

    /// The name, or `(unnamed)`. A name with characters that the server does not accept is quoted, so that it cannot pass for
    /// another name or for a command of a CI runner.
    pub fn display_name(&self) -> String {
        match &self.name {
            None => "(unnamed)".to_owned(),
            Some(name) if self.has_plain_name() => name.raw().to_owned(),
            Some(name) => name.quoted(),
        }
    }

    /// Returns `true` if the name has only characters that the server accepts.
    pub fn has_plain_name(&self) -> bool {
        let is_plain =
            |name: &str| name.len() <= MAX_NAME_LENGTH && !name.starts_with('-') && name.chars().all(is_name_char);
        self.raw_name().is_some_and(is_plain)
    }
}

/// Name and ID, both sanitized.
impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.display_name(), self.id)
    }
}

/// ID of a token. The server chooses it, so it may contain any characters, but it is never empty.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct TokenId(Untrusted);

impl TokenId {
    /// Returns `None` if the text is empty.
    pub fn parse(text: impl Into<Box<str>>) -> Option<Self> {
        let text = text.into();
        (!text.is_empty()).then(|| Self(Untrusted::new(text)))
    }

    pub fn raw(&self) -> &str {
        self.0.raw()
    }

    /// Returns `true` if the ID can be typed as an argument without quotes.
    pub fn is_plain(&self) -> bool {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        self.raw().bytes().all(is_plain) && !self.raw().starts_with('-')
    }

    /// Returns the ID as one segment of a URL path, or `None` if a server or a proxy could take it for another path.
    ///
    /// Percent-encoding is not enough. A server behind a proxy that decodes `%2F` would read `revoke/all` as the call that
    /// deletes all tokens. Some servers also cut a segment at `;`, so that `..;x` becomes `..`.
    pub fn as_path_segment(&self) -> Option<&str> {
        let id = self.raw();
        let is_segment = id.len() <= 1024
            && !matches!(id.split(';').next(), Some("." | ".."))
            && !id.contains(|c: char| matches!(c, '/' | '\\' | '%') || c.is_control());
        is_segment.then_some(id)
    }
}

/// The ID. One that cannot be typed as an argument is quoted. It is shortened only if it is much longer than the IDs of TrueFoundry.
impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&if self.is_plain() { self.0.short() } else { self.0.quoted() })
    }
}

/// Time to expiry above which a JWT counts as never expiring: 50 years, in seconds.
pub const NEVER_AFTER: i64 = 50 * 365 * 86_400;

/// Expiry of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    Never,
    At(Timestamp),
    /// The server sent a date that cannot be read.
    Unknown,
}

impl Expiry {
    /// Returns the time at which a value expires, if that is earlier than this expiry. A time more than 50 years after `now` means
    /// that the value never expires.
    pub fn limited_to(self, end: Timestamp, now: Timestamp) -> Option<Timestamp> {
        // The server may have rounded the time.
        let limit = match self {
            Self::At(time) => time.as_second() - 60,
            Self::Never | Self::Unknown => now.as_second() + NEVER_AFTER,
        };
        (end.as_second() < limit).then_some(end)
    }

    pub fn time(self) -> Option<Timestamp> {
        match self {
            Self::At(time) => Some(time),
            Self::Never | Self::Unknown => None,
        }
    }
}

/// Format of a token's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum TokenType {
    /// JSON Web Token, with readable claims
    Jwt,
    /// Random string, without readable claims
    Opaque,
}

impl TokenType {
    /// Parses the name in the API.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Jwt, Self::Opaque].into_iter().find(|token_type| token_type.as_str() == text)
    }

    /// Name in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jwt => "jwt",
            Self::Opaque => "opaque",
        }
    }
}

/// A name that the server accepts for a new token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenName(String);

/// Maximum length of a name, in characters.
const MAX_NAME_LENGTH: usize = 36;

/// Error returned when parsing a [`TokenName`] fails.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name has 3 to 36 characters (a-z, 0-9 and -), starts with a letter, and ends with a letter or digit{details}"
)]
pub struct InvalidName {
    /// The problem and a similar valid name, as far as they are known.
    details: String,
}

impl InvalidName {
    fn new(text: &str) -> Self {
        let is_secret = redact(text) != text;
        let problem = match (text.chars().find(|c| !is_name_char(*c)), text.len()) {
            _ if is_secret => None,
            (Some(c), _) => Some(format!("{} is not allowed", described(c))),
            (None, length @ (1..3 | 37..)) => Some(format!("this one has {length}")),
            (None, _) => match text.chars().next() {
                Some(c) if !c.is_ascii_lowercase() => Some(format!("this one starts with {}", described(c))),
                c => c.map(|_| "this one ends with `-`".to_owned()),
            },
        };
        let similar = similar_name(text).filter(|_| !is_secret).map(|name| format!("try `{name}`"));
        let details = problem.into_iter().chain(similar).map(|detail| format!("; {detail}"));
        Self { details: details.collect::<Vec<_>>().concat() }
    }
}

fn is_valid_name(text: &str) -> bool {
    (3..=MAX_NAME_LENGTH).contains(&text.len())
        && text.chars().all(is_name_char)
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && !text.ends_with('-')
}

fn is_name_char(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
}

fn described(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        '\n' | '\r' => "a line break".to_owned(),
        '\t' => "a tab".to_owned(),
        _ if c.is_ascii_graphic() || c.is_alphanumeric() => format!("`{c}`"),
        _ => format!("the character U+{:04X}", u32::from(c)),
    }
}

/// Returns a valid name with the letters and digits of an invalid one.
fn similar_name(text: &str) -> Option<String> {
    let mut name = String::new();
    for c in text.chars().take(MAX_NAME_LENGTH).map(|c| c.to_ascii_lowercase()) {
        match c {
            c if is_name_char(c) => name.push(c),
            _ if !name.ends_with('-') => name.push('-'),
            _ => {}
        }
    }
    let name = name.trim_start_matches(|c: char| !c.is_ascii_lowercase()).trim_end_matches('-');
    is_valid_name(name).then(|| name.to_owned())
}

impl FromStr for TokenName {
    type Err = InvalidName;

    fn from_str(text: &str) -> Result<Self, InvalidName> {
        if is_valid_name(text) { Ok(Self(text.to_owned())) } else { Err(InvalidName::new(text)) }
    }
}

impl TokenName {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns `run-COMMAND-xxxxxxxx`, with the characters of `command` that a name can have, and random ones at the end.
    pub fn for_command(command: &str) -> Self {
        let suffix: String = iter::repeat_with(|| fastrand::digit(36)).take(8).collect();
        let command = command.to_ascii_lowercase();
        let words = command.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let mut name = iter::once("run").chain(words).collect::<Vec<_>>().join("-");
        name.truncate(MAX_NAME_LENGTH - 1 - suffix.len());
        Self(format!("{}-{suffix}", name.trim_end_matches('-')))
    }

    /// Returns endless names for a replacement: `ci-2`, `ci-3` … for `ci`, and `ci-3`, `ci-4` … for `ci-2`.
    ///
    /// Only the digits 2 to 9 are counted up. A longer number may be a year or a build number. A long name is shortened to make
    /// room.
    pub fn successors(&self) -> impl Iterator<Item = Self> {
        let numbered = self.0.rsplit_once('-').and_then(|(stem, digits)| {
            let number: u64 = digits.parse().ok().filter(|number| (2..=9).contains(number))?;
            (digits.len() == 1 && stem.len() > 1).then_some((stem, number))
        });
        let (stem, number) = numbered.unwrap_or((&self.0, 1));
        let names = (number + 1..).map(move |number| {
            let suffix = format!("-{number}");
            let stem = stem.get(..MAX_NAME_LENGTH - suffix.len()).unwrap_or(stem);
            Self(format!("{}{suffix}", stem.trim_end_matches('-')))
        });
        // A shortened name can be the original name again.
        names.filter(move |name| name != self)
    }
}

impl fmt::Display for TokenName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
pub mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A token that never expires.
    pub fn token(name: &str, id: &str) -> Token {
        Token {
            id: TokenId::parse(id).unwrap(),
            name: Some(Untrusted::new(name)),
            created_at: None,
            expiry: Expiry::Never,
            last_used_at: None,
            has_unknown_last_use: false,
            expired_by_server: None,
            created_by: None,
            value_type: None,
            team: None,
            account: None,
        }
    }

    fn name(text: &str) -> TokenName {
        text.parse().unwrap()
    }

    #[test]
    fn names_follow_the_server_rule() {
        for valid in ["abc", "ci-pipeline", "a1b", "a--b", &"a".repeat(36)] {
            assert!(valid.parse::<TokenName>().is_ok(), "{valid}");
        }
        for invalid in ["", "ab", "1ab", "-ab", "ab-", "Abc", "a_b", "a b", "äbc", &"a".repeat(37)] {
            assert!(invalid.parse::<TokenName>().is_err(), "{invalid}");
        }
    }

    #[test]
    fn invalid_name_is_explained() {
        let rule = "starts with a letter, and ends with a letter or digit";
        for (text, details) in [
            ("CI Run_81", "; `C` is not allowed; try `ci-run-81`"),
            ("ci\r", "; a line break is not allowed"),
            ("nightly build", "; a space is not allowed; try `nightly-build`"),
            ("na\u{301}me", "; the character U+0301 is not allowed; try `na-me`"),
            ("ab", "; this one has 2"),
            (&"x".repeat(40), &format!("; this one has 40; try `{}`", "x".repeat(36))),
            ("ci-", "; this one ends with `-`"),
            ("2nd-laptop-", "; this one starts with `2`; try `nd-laptop`"),
            ("", ""),
            ("tfy_abcdefgh", ""),
        ] {
            let error = text.parse::<TokenName>().unwrap_err().to_string();
            assert_eq!(error.split_once(rule).unwrap().1, details, "{text}");
        }
    }

    #[test]
    fn successors_count_up() {
        let long = "a".repeat(36);
        for (text, expected) in [
            ("ci", "ci-2 ci-3"),
            ("ci-2", "ci-3 ci-4"),
            ("ci-9", "ci-10 ci-11"),
            ("ci-run-81", "ci-run-81-2 ci-run-81-3"),
            ("ci-1", "ci-1-2 ci-1-3"),
            ("a-2", "a-2-2 a-2-3"),
            (&long, &format!("{0}-2 {0}-3", "a".repeat(34))),
        ] {
            let names: Vec<String> = TokenName(text.to_owned()).successors().take(2).map(|name| name.0).collect();
            assert_eq!(names.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn unsafe_ids_are_not_path_segments() {
        for id in ["revoke/all", "../x", ".", "..", "..;x", "%2e%2e", "a\\b", "a\nb", &"x".repeat(1025)] {
            assert_eq!(TokenId::parse(id).unwrap().as_path_segment(), None, "{id:?}");
        }
        for id in ["cm3k1x9qf0001", "a?b", "a#b", "...", "a.b", "né"] {
            assert_eq!(TokenId::parse(id).unwrap().as_path_segment(), Some(id));
        }
    }

    #[test]
    fn name_for_command_keeps_plain_characters() {
        let long = "a".repeat(40);
        for (command, expected) in [
            ("python3.12", "run-python3-12-"),
            ("My Tool.EXE", "run-my-tool-exe-"),
            ("日本", "run-"),
            (&long, &format!("run-{}-", "a".repeat(23))),
            ("aaaaaaaaaaaaaaaaaaaaaa--b", "run-aaaaaaaaaaaaaaaaaaaaaa-"),
        ] {
            let name = TokenName::for_command(command).0;
            assert_eq!(name.split_at(name.len() - 8).0, expected);
            assert!(name.parse::<TokenName>().is_ok(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn successors_are_valid_and_distinct(text in "[a-z][a-z0-9-]{1,34}[a-z0-9]") {
            let name = name(&text);
            let names: Vec<TokenName> = name.successors().take(12).collect();
            for (index, next) in names.iter().enumerate() {
                prop_assert!(next.0.parse::<TokenName>().is_ok() && *next != name && !names[..index].contains(next), "{}", next);
            }
        }
    }
}
