//! Personal access tokens, as the server lists them.

use std::fmt;

use jiff::Timestamp;
use serde::Serialize;

use crate::token_name::is_plain_name;
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
        self.raw_name().is_some_and(is_plain_name)
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
const NEVER_AFTER: i64 = 50 * 365 * 86_400;

/// Expiry of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    Never,
    At(Timestamp),
    /// The server sent a date that cannot be read.
    Unknown,
}

impl Expiry {
    /// The expiry of a JWT that ends at `end`. Servers write a time more than 50 years after `now` for never.
    pub fn of_jwt(end: Timestamp, now: Timestamp) -> Self {
        if end.as_second() - now.as_second() > NEVER_AFTER { Self::Never } else { Self::At(end) }
    }

    /// Returns the time at which a value expires, if that is earlier than this expiry.
    pub fn limited_to(self, end: Timestamp, now: Timestamp) -> Option<Timestamp> {
        match self {
            // The server may have rounded the time.
            Self::At(time) => (end.as_second() < time.as_second() - 60).then_some(end),
            Self::Never | Self::Unknown => Self::of_jwt(end, now).time(),
        }
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

#[cfg(test)]
pub mod tests {
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

    #[test]
    fn unsafe_ids_are_not_path_segments() {
        for id in ["revoke/all", "../x", ".", "..", "..;x", "%2e%2e", "a\\b", "a\nb", &"x".repeat(1025)] {
            assert_eq!(TokenId::parse(id).unwrap().as_path_segment(), None, "{id:?}");
        }
        for id in ["cm3k1x9qf0001", "a?b", "a#b", "...", "a.b", "né"] {
            assert_eq!(TokenId::parse(id).unwrap().as_path_segment(), Some(id));
        }
    }
}
