//! Removes secrets from everything that the program prints, except when a new token's value is delivered.
//!
//! Two rules apply: the exact secrets that are in use, and a pattern for text that looks like a token or a JWT. Both take time
//! linear in the length of the text.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};

/// Prefix of personal access tokens.
pub const TOKEN_PREFIX: &str = "tfy_";

const REDACTED: &str = "(redacted)";

/// Minimum length of an exact secret, in bytes. Shorter strings occur in other text by chance.
const MIN_LENGTH: usize = 8;

/// Prefix of every JWT: base64 of `{"`.
const JWT_PREFIX: &str = "eyJ";

/// Minimum length of a JWT, in bytes. Host names and file names with three parts are shorter.
const MIN_JWT_LENGTH: usize = 40;

/// Secrets in use. The list is global, so that a secret is also removed from lines that are printed by code that does not hold
/// it.
static SECRETS: Mutex<Vec<SecretString>> = Mutex::new(Vec::new());

/// Removes this secret from all text that is printed from now on.
pub fn remember(secret: &str) {
    let mut secrets = SECRETS.lock().unwrap_or_else(PoisonError::into_inner);
    if secret.len() >= MIN_LENGTH && !secrets.iter().any(|known| known.expose_secret() == secret) {
        secrets.push(secret.into());
    }
}

/// Removes the exact secrets that are in use. For results on standard output, in which all other text must stay unchanged.
pub fn exact(mut text: String) -> String {
    for secret in SECRETS.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        if text.contains(secret.expose_secret()) {
            text = text.replace(secret.expose_secret(), REDACTED);
        }
    }
    text
}

/// Removes the secrets in use, and everything that looks like a secret. For messages.
#[must_use]
pub fn redact(text: &str) -> String {
    redact_patterns(&exact(text.to_owned())).into_owned()
}

/// Returns `true` if the text contains something that looks like a secret.
pub fn contains_secret(text: &str) -> bool {
    matches!(redact_patterns(text), Cow::Owned(_))
}

/// Removes everything that looks like a personal access token or a JWT.
fn redact_patterns(text: &str) -> Cow<'_, str> {
    let mut redacted = String::new();
    let mut rest = text;
    while let Some((start, end)) = find_secret(rest) {
        redacted.push_str(&rest[..start]);
        redacted.push_str(REDACTED);
        rest = &rest[end..];
    }
    if rest.len() == text.len() {
        return Cow::Borrowed(text);
    }
    redacted.push_str(rest);
    Cow::Owned(redacted)
}

/// Returns the byte range of the first secret.
fn find_secret(text: &str) -> Option<(usize, usize)> {
    let mut searched_to = 0;
    for (start, _) in text.match_indices(['t', 'e']) {
        let rest = &text[start..];
        if start < searched_to {
            continue;
        }
        if rest.starts_with(TOKEN_PREFIX) {
            let length = rest.find(|c: char| !c.is_ascii_graphic() || matches!(c, '\'' | '"' | '`'));
            // Punctuation at the end belongs to the sentence.
            let run = rest[..length.unwrap_or(rest.len())].trim_end_matches([':', ';', ',', '.', ')']);
            return Some((start, start + run.len()));
        }
        if rest.starts_with(JWT_PREFIX) {
            let is_jwt_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            let length = rest.find(|c| !is_jwt_part(c)).unwrap_or(rest.len());
            let length = rest[..length].find(TOKEN_PREFIX).unwrap_or(length);
            let run = rest[..length].trim_end_matches('.');
            if run.len() > MIN_JWT_LENGTH && run.split('.').count() >= 3 {
                return Some((start, start + length));
            }
            // A JWT that began later in this run would have fewer parts. Skipping the run keeps the search linear.
            searched_to = start + length;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn patterns_are_redacted_anywhere() {
        let jwt = format!("eyJhbGciOiJSUzI1NiJ9.{}.sig-na_ture", "a".repeat(30));
        for (text, redacted) in [
            ("ci-pipeline", "ci-pipeline"),
            ("eyes.on.you", "eyes.on.you"),
            ("tfy_abc", "(redacted)"),
            (" 'tfy_a+b/c=' for", " '(redacted)' for"),
            ("-otfy_abc", "-o(redacted)"),
            ("invalid /x/tfy_abc: no", "invalid /x/(redacted): no"),
            ("https://tfy_a@b two tfy_c", "https://(redacted) two (redacted)"),
            (&format!("Bearer {jwt}, please"), "Bearer (redacted), please"),
            (&format!("https://a.test/{jwt}."), "https://a.test/(redacted)"),
            (&format!("{jwt}tfy_abc"), "(redacted)(redacted)"),
            (&format!("eyJeyJ{jwt}"), "(redacted)"),
        ] {
            assert_eq!(redact_patterns(text), redacted);
            assert_eq!(contains_secret(text), text != redacted, "{text}");
        }
    }

    #[test]
    fn known_secrets_are_redacted_exactly() {
        remember("a-key-of-no-known-kind");
        remember("short");
        assert_eq!(redact("a-key-of-no-known-kind, short"), "(redacted), short");
        assert_eq!(exact("tfy_abc a-key-of-no-known-kind".to_owned()), "tfy_abc (redacted)");
    }

    #[test]
    fn redacting_takes_linear_time() {
        // A quadratic search would take minutes here.
        for text in ["eyJ", "eyJ.", "tfy_ ", "eyJtfy_ ", "eyJ a.b "] {
            assert!(!redact(&text.repeat(1_000_000)).is_empty());
        }
    }

    proptest! {
        #[test]
        fn no_secret_survives(before in any::<String>(), secret in "tfy_[A-Za-z0-9]{4,40}", after in any::<String>()) {
            let redacted = redact(&format!("{before}{secret}{after}"));
            prop_assert!(!redacted.contains(&secret) && !contains_secret(&redacted), "{}", redacted);
        }

        #[test]
        fn other_text_stays(text in "[a-z .:/]{0,80}") {
            prop_assert_eq!(redact_patterns(&text), text.as_str());
        }
    }
}
