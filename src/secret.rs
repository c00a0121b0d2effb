//! Values that cannot be printed by accident: the key we sign in with, and the value of a token just created.
//!
//! Neither has a `Display`, both say `redacted` in `Debug`, and both are wiped from memory when dropped. The only way to the
//! characters is `expose`, so that a search for that word finds every place they are used.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// How a personal access token begins, on every deployment that issues opaque ones.
const PERSONAL_ACCESS_TOKEN_PREFIX: &str = "tfy_";

/// The key that signs requests: a personal access token, or the access token of a sign-in session (a JWT).
#[derive(Clone)]
pub struct Key(SecretString);

/// Why a text cannot be a key. The text itself is in none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// Nothing is left once white space at the ends is gone.
    #[error("it is set, but empty")]
    Empty,
    /// A line break, space or other control character inside the key.
    #[error("it has a line break, a space or a control character in it")]
    Broken,
    /// A character that no key has.
    #[error("it has a character that is not ASCII in it")]
    NotAscii,
}

impl Key {
    /// Reads a key; white space around it, as a pasted line break, is dropped.
    pub fn parse(text: &str) -> Result<Self, BadKey> {
        let text = text.trim();
        if text.is_empty() {
            return Err(BadKey::Empty);
        }
        if !text.is_ascii() {
            return Err(BadKey::NotAscii);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(BadKey::Broken);
        }
        Ok(Self(SecretString::from(text)))
    }

    /// Whether the key is itself a personal access token, which most platforms do not let create another.
    pub fn is_personal_access_token(&self) -> bool {
        self.expose().starts_with(PERSONAL_ACCESS_TOKEN_PREFIX)
    }

    /// The key's characters, for the `Authorization` header and for reading the claims of a JWT.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(redacted)")
    }
}

/// The value of a token just created. It can be neither copied nor cloned, so it can be handed over once.
#[must_use = "a value that is dropped is lost: the platform never shows it again"]
pub struct TokenValue(SecretString);

impl TokenValue {
    /// Takes a value as the platform answered it; `None` when it is not one line of printable ASCII, as every value is.
    pub fn parse(text: String) -> Option<Self> {
        let text = SecretString::from(text);
        let value = text.expose_secret();
        (!value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic())).then_some(Self(text))
    }

    /// The value's characters, for the one place it is delivered to.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for TokenValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenValue(redacted)")
    }
}

/// Whether a text that someone typed where a name belongs looks like a key or value, and so must not be said back.
pub fn looks_secret(text: &str) -> bool {
    let is_jwt = text.len() > 40 && text.starts_with("ey") && text.matches('.').count() == 2;
    text.trim_start().starts_with(PERSONAL_ACCESS_TOKEN_PREFIX) || is_jwt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_loses_the_white_space_around_it() {
        assert_eq!(Key::parse(" tfy_abc\r\n").unwrap().expose(), "tfy_abc");
    }

    #[test]
    fn a_key_that_could_split_a_header_is_refused() {
        assert_eq!(Key::parse("").unwrap_err(), BadKey::Empty);
        assert_eq!(Key::parse(" \t\n").unwrap_err(), BadKey::Empty);
        assert_eq!(Key::parse("tfy_a\r\nHost: b").unwrap_err(), BadKey::Broken);
        assert_eq!(Key::parse("tfy_a b").unwrap_err(), BadKey::Broken);
        assert_eq!(Key::parse("tfy_é").unwrap_err(), BadKey::NotAscii);
    }

    #[test]
    fn debug_shows_neither_keys_nor_values() {
        let key = Key::parse("tfy_abc").unwrap();
        let value = TokenValue::parse("tfy_def".to_owned()).unwrap();
        assert_eq!(format!("{key:?} {value:?}"), "Key(redacted) TokenValue(redacted)");
    }

    #[test]
    fn a_value_that_could_drive_a_terminal_is_no_value() {
        assert!(TokenValue::parse("tfy_\u{1b}[2J".to_owned()).is_none());
        assert!(TokenValue::parse("two\nlines".to_owned()).is_none());
        assert!(TokenValue::parse(String::new()).is_none());
    }
}
