//! Secrets: the API key, refresh tokens, and the values of new tokens.
//!
//! They do not implement `Display`, and their `Debug` output hides the text. Only `expose` returns it. Each secret is
//! registered with [`crate::redact`] when it is created, so that it is removed from every line that the program prints.

use std::fmt;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};

use crate::claims::Claims;
use crate::redact;

/// Text that must never be printed. The only exception is the value of a new token, which is delivered once.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    pub fn new(text: impl Into<SecretString>) -> Self {
        let secret = text.into();
        redact::remember(without_quotes(secret.expose_secret()));
        Self(secret)
    }

    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(redacted)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SecretString::deserialize(deserializer).map(Self::new)
    }
}

/// An API key: a personal access token, or the access token of a login session (a JWT).
#[derive(Debug, Clone, PartialEq)]
pub struct Key(Secret);

/// Error returned when parsing a [`Key`] fails. It does not contain the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidKey {
    #[error("it is empty")]
    Empty,
    #[error("it is a variable that was not replaced by its value")]
    Variable,
    #[error("it is a placeholder; replace it by a key from the page Access → Personal Access Tokens")]
    Placeholder,
    #[error("it contains the name of the variable; set only the text after `TFY_API_KEY=`")]
    Assignment,
    #[error("it contains the word `Bearer`; set only the text after that word")]
    Bearer,
    #[error("it contains a line break, a space or a control character")]
    Whitespace,
    #[error("it contains a character that is not ASCII")]
    NotAscii,
    #[error("it contains a quote or a backslash")]
    Quote,
}

impl Key {
    /// Parses an API key, without the whitespace and quotes around it.
    pub fn parse(text: &Secret) -> Result<Self, InvalidKey> {
        let text = without_quotes(text.expose());
        if text.is_empty() {
            return Err(InvalidKey::Empty);
        }
        let is_within = |start, end| text.starts_with(start) && text.ends_with(end);
        if text.starts_with('$') || text.starts_with("{{") || is_within('%', '%') {
            return Err(InvalidKey::Variable);
        }
        if is_within('<', '>') {
            return Err(InvalidKey::Placeholder);
        }
        if text.contains("TFY_API_KEY") {
            return Err(InvalidKey::Assignment);
        }
        if text.to_ascii_lowercase().contains("bearer ") {
            return Err(InvalidKey::Bearer);
        }
        if !text.is_ascii() {
            return Err(InvalidKey::NotAscii);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidKey::Whitespace);
        }
        // No server issues such a key. JSON output would escape it, and redaction would then not find it.
        if text.contains(['"', '\\']) {
            return Err(InvalidKey::Quote);
        }
        Ok(Self(Secret::new(text)))
    }

    /// Returns `true` if the key is a personal access token. On most servers it cannot create another token.
    pub fn is_personal_access_token(&self) -> bool {
        self.expose().starts_with(redact::TOKEN_PREFIX)
    }

    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// Removes the whitespace around a setting, the byte order mark before it, and one pair of quotes: `docker --env-file` passes on the
/// quotes of its file.
pub fn without_quotes(text: &str) -> &str {
    let text = text.trim().trim_start_matches('\u{feff}').trim_start();
    let inside = |quote| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inside('"').or_else(|| inside('\'')).map_or(text, str::trim)
}

/// The value of a new token. It cannot be cloned, so it can be delivered only once.
#[derive(Debug)]
#[must_use = "a dropped value is lost: the server does not show it again"]
pub struct TokenValue(Secret);

impl TokenValue {
    /// Returns `None` unless the text is printable ASCII without spaces, as every value is. Trims surrounding whitespace.
    pub fn parse(value: &Secret) -> Option<Self> {
        let text = value.expose().trim();
        let is_value = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_value.then(|| Self(Secret::new(text)))
    }

    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The expiry in the claims, if the value is a JWT that has one.
    pub fn expiry(&self) -> Option<Timestamp> {
        Claims::of(self.expose())?.expiry()
    }
}

/// Error returned when [`parse_public_text`] fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidArgument {
    #[error("it is empty")]
    Empty,
    #[error("it looks like an API key or a token value, which must not be passed as an argument")]
    Secret,
}

/// Parses an argument. Rejects secrets, because other users may see command lines and URLs.
pub fn parse_public_text(text: &str) -> Result<String, InvalidArgument> {
    if text.is_empty() {
        Err(InvalidArgument::Empty)
    } else if redact::contains_secret(text) {
        Err(InvalidArgument::Secret)
    } else {
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Result<Key, InvalidKey> {
        Key::parse(&Secret::new(text))
    }

    #[test]
    fn key_is_trimmed_or_rejected() {
        assert_eq!(key(" tfy_abcdefgh\r\n").unwrap().expose(), "tfy_abcdefgh");
        assert_eq!(key("").unwrap_err(), InvalidKey::Empty);
        assert_eq!(key(" \t\n").unwrap_err(), InvalidKey::Empty);
        assert_eq!(key("tfy_a\r\nHost: b").unwrap_err(), InvalidKey::Whitespace);
        assert_eq!(key("tfy_é").unwrap_err(), InvalidKey::NotAscii);
        assert_eq!(key("tfy_\"abcdefgh").unwrap_err(), InvalidKey::Quote);
        assert_eq!(key(" \"tfy_abcdefgh \"\n").unwrap().expose(), "tfy_abcdefgh");
        assert_eq!(key("'tfy_abcdefgh'").unwrap().expose(), "tfy_abcdefgh");
        assert_eq!(key("\"\"").unwrap_err(), InvalidKey::Empty);
        assert_eq!(key("\u{feff}tfy_abcdefgh").unwrap().expose(), "tfy_abcdefgh");
        for text in ["$KEY", "${KEY}", "${{ secrets.KEY }}", "'$KEY'", "%TFY_API_KEY%", "{{ key }}"] {
            assert_eq!(key(text).unwrap_err(), InvalidKey::Variable, "{text}");
        }
        for text in ["Bearer tfy_a", "Authorization: bearer tfy_a"] {
            assert_eq!(key(text).unwrap_err(), InvalidKey::Bearer, "{text}");
        }
        assert_eq!(key("openshell:resolve:env:KEY").unwrap().expose(), "openshell:resolve:env:KEY");
    }

    #[test]
    fn debug_hides_secrets() {
        let value = TokenValue::parse(&Secret::new("tfy_abcdefgh")).unwrap();
        assert_eq!(format!("{:?} {value:?}", key("tfy_abcdefgh").unwrap()), "Key((redacted)) TokenValue((redacted))");
    }

    #[test]
    fn value_must_be_one_printable_line() {
        assert_eq!(TokenValue::parse(&Secret::new(" tfy_abcdefgh\r\n")).unwrap().expose(), "tfy_abcdefgh");
        for text in ["tfy_\u{1b}[2J", "two\nlines", ""] {
            assert!(TokenValue::parse(&Secret::new(text)).is_none(), "{text:?}");
        }
    }
}
