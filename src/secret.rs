//! Values that cannot be printed by accident: the key we sign in with, and the value of a token just created.
//!
//! Neither has a `Display`, both say `redacted` in `Debug`, and both are wiped from memory when dropped. The only way to the
//! characters is `expose`, so that a search for that word finds every place they are used.

use std::borrow::Cow;
use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// How a personal access token begins, on every deployment that issues opaque ones.
const PERSONAL_ACCESS_TOKEN_PREFIX: &str = "tfy_";

/// Stands where a secret was.
const HIDDEN: &str = "(hidden)";

/// Shorter texts are no secret worth the name, and stand in other texts by chance. In bytes.
const SHORTEST_SECRET: usize = 8;

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
    pub fn parse(text: SecretString) -> Option<Self> {
        let value = text.expose_secret();
        (!value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic())).then_some(Self(text))
    }

    /// The value as a line, in a buffer that it does not outgrow: a copy would stay behind in memory.
    pub fn line(&self) -> Zeroizing<String> {
        let mut line = Zeroizing::new(String::with_capacity(self.expose().len() + 1));
        line.push_str(self.expose());
        line.push('\n');
        line
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

/// Why a text cannot stand in a request's address or be said back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotPublic {
    /// Nothing.
    #[error("it is empty")]
    Empty,
    /// A key or value.
    #[error("it looks like a key or a token's value, which does not belong here")]
    Secret,
}

/// Reads an argument that will be seen by others.
pub fn text_in_public(text: &str) -> Result<String, NotPublic> {
    if text.is_empty() {
        Err(NotPublic::Empty)
    } else if looks_secret(text) {
        Err(NotPublic::Secret)
    } else {
        Ok(text.to_owned())
    }
}

/// Whether there is something in the text that looks like a key or value, so that it must not be said back.
pub fn looks_secret(text: &str) -> bool {
    matches!(hidden(text), Cow::Owned(_))
}

/// The text without what looks like a key or value in it, whatever stands around that.
pub fn hidden(text: &str) -> Cow<'_, str> {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((start, end)) = first_secret(rest) {
        shown.push_str(&rest[..start]);
        shown.push_str(HIDDEN);
        rest = &rest[end..];
    }
    if rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// The text without this secret, unless that is too short to be one.
pub fn without(text: &str, secret: &str) -> String {
    let secret = secret.trim();
    if secret.len() < SHORTEST_SECRET {
        return text.to_owned();
    }
    text.replace(secret, HIDDEN)
}

/// Where the first thing that looks secret begins and ends.
fn first_secret(text: &str) -> Option<(usize, usize)> {
    let end_of = |start: usize, is_part: fn(char) -> bool| {
        let length = text[start..].find(|c| !is_part(c));
        length.map_or(text.len(), |length| start + length)
    };
    let prefixed = text
        .find(PERSONAL_ACCESS_TOKEN_PREFIX)
        .map(|start| (start, end_of(start, |c| c.is_ascii_graphic() && !is_quote(c))));
    let jwt = text
        .match_indices("ey")
        .map(|(start, _)| (start, end_of(start, |c| is_base64url(c) || c == '.')))
        .find(|&(start, end)| is_jwt(&text[start..end]));
    [prefixed, jwt].into_iter().flatten().min()
}

fn is_quote(character: char) -> bool {
    matches!(character, '\'' | '"' | '`')
}

fn is_base64url(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_')
}

/// Whether base64 that begins as a JSON object does has the three parts and the length of a JWT.
fn is_jwt(text: &str) -> bool {
    let text = text.trim_end_matches('.');
    text.len() > 40 && text.split('.').count() == 3
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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
        let value = TokenValue::parse("tfy_def".into()).unwrap();
        assert_eq!(format!("{key:?} {value:?}"), "Key(redacted) TokenValue(redacted)");
    }

    #[test]
    fn what_looks_secret_is_found_wherever_it_stands() {
        let jwt = format!("eyJhbGciOiJSUzI1NiJ9.{}.sig-na_ture", "a".repeat(30));
        for (text, shown) in [
            ("ci-pipeline", "ci-pipeline"),
            ("eyes.on.you", "eyes.on.you"),
            ("tfy_abc", "(hidden)"),
            (" 'tfy_a+b/c=' for", " '(hidden)' for"),
            ("-otfy_abc", "-o(hidden)"),
            ("https://tfy_a@b two tfy_c", "https://(hidden) two (hidden)"),
            (&format!("Bearer {jwt}, please"), "Bearer (hidden), please"),
            (&format!("https://a.test/{jwt}."), "https://a.test/(hidden)"),
        ] {
            assert_eq!(hidden(text), shown);
            assert_eq!(looks_secret(text), text != shown, "{text}");
        }
    }

    #[test]
    fn a_value_that_could_drive_a_terminal_is_no_value() {
        assert!(TokenValue::parse("tfy_\u{1b}[2J".into()).is_none());
        assert!(TokenValue::parse("two\nlines".into()).is_none());
        assert!(TokenValue::parse("".into()).is_none());
    }

    proptest! {
        #[test]
        fn no_secret_is_left_whatever_stands_around_it(before in any::<String>(), secret in "tfy_[A-Za-z0-9]{4,40}", after in any::<String>()) {
            let shown = hidden(&format!("{before}{secret}{after}")).into_owned();
            prop_assert!(!shown.contains(&secret) && !looks_secret(&shown), "{}", shown);
        }

        #[test]
        fn what_is_hidden_is_all_that_changes(text in "[a-z .:/]{0,80}") {
            prop_assert_eq!(hidden(&text), text.as_str());
        }
    }
}
