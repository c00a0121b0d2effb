//! The platform's refusals: from a status and a body to the failure a user is told of.

use serde_json::Value;
use url::Url;

use super::connection::{PROXY_ASKS, PROXY_HINT};
use super::retry::may_pass;
use super::transport::Answer;
use crate::error::Error;
use crate::secret::{Key, hidden, without};
use crate::settings::{Account, another_key, sign_in_instead};
use crate::text::Untrusted;

/// The most of a platform's message that is shown, in characters.
const MESSAGE_LIMIT: usize = 1000;

/// No body of a refusal is larger that has a message for people in it, in bytes. Taking a larger one apart would take much memory.
const BODY_LIMIT: usize = 1024 * 1024;

/// What a call was about, as far as a refusal of it reads differently.
#[derive(Clone, Copy)]
pub enum About<'a> {
    /// Nothing in particular.
    Anything,
    /// One token, by its id.
    Token,
    /// A token that shall be made for the key's own user.
    NewToken,
    /// A user, by e-mail address, whose tokens are to be deleted.
    User(&'a str),
    /// A session, by the refresh token that is to refresh it.
    Session(&'a str),
    /// A user for whom a token shall be made.
    NewTokenFor(&'a str),
}

/// The failure that an answer means, where its status is not a success.
pub fn refusal(answer: &Answer, account: &Account, about: About<'_>) -> Option<Error> {
    let status = answer.status;
    let said = || message(&answer.body, |text| without_secrets(text, account.key(), about));
    let creates = matches!(about, About::NewToken | About::NewTokenFor(_));
    Some(match (status, about) {
        (200..=299, _) => return None,
        (300..=399, _) => redirect(answer, account, about),
        (401, _) => key_refused(account, said()),
        (403, _) if creates && account.key().is_personal_access_token() => Error::MayNotCreate {
            hint: sign_in_instead(account),
            said: said(),
        },
        (403, _) => Error::Forbidden(said()),
        // Only a proxy asks for this; one that tunnels is heard of before there is an answer.
        (407, _) => Error::Unreachable {
            place: account.base_url().to_string(),
            why: anyhow::Error::msg(PROXY_ASKS),
            hint: Some(PROXY_HINT),
        },
        (404, About::Token) => Error::TokenGone(said()),
        (404, About::User(email) | About::NewTokenFor(email)) => Error::NoSuchUser {
            email: email.to_owned(),
            said: said(),
        },
        (409, _) if creates => Error::NameTaken(said()),
        _ if may_pass(status) => Error::Busy { status, said: said() },
        _ => Error::Refused { status, said: said() },
    })
}

/// The failure of a key that the platform does not accept, whichever way it says so.
pub fn key_refused(account: &Account, said: Option<Untrusted>) -> Error {
    Error::KeyRefused {
        key_from: account.key_from().to_string(),
        hint: another_key(account),
        said,
    }
}

fn redirect(answer: &Answer, account: &Account, about: About<'_>) -> Error {
    let base = account.base_url().join([]);
    let to = answer.location.as_deref().and_then(|location| base.join(location).ok());
    let shown = to.as_ref().map_or_else(|| "nowhere".to_owned(), without_ticket);
    let shown = without_secrets(&shown, account.key(), about);
    Error::Redirected {
        status: answer.status,
        base_url: base_url_behind(&shown)
            .filter(|url| *url != account.base_url().to_string())
            .map(Untrusted::new),
        to: Untrusted::new(shown),
    }
}

/// The address without what may hold a password or a ticket.
fn without_ticket(url: &Url) -> String {
    url[..url::Position::BeforeUsername].to_owned() + &url[url::Position::BeforeHost..url::Position::AfterPath]
}

/// The base URL that leads straight to where a redirect of one of our calls points; none where it points elsewhere, as to a
/// sign-in page.
fn base_url_behind(address: &str) -> Option<&str> {
    let (base, _) = address.split_once("/api/svc/v1/")?;
    Some(base)
}

/// The platform's own words, from any of the shapes they come in; `None` where there are none, or a page of HTML. A gateway may
/// say back the key that it refuses: that, and what looks like one, is left out.
fn message(body: &[u8], without_secrets: impl Fn(&str) -> String) -> Option<Untrusted> {
    if body.len() > BODY_LIMIT {
        return None;
    }
    let text = match serde_json::from_slice::<Value>(body) {
        Ok(json) => words(&json)?,
        Err(_) => std::str::from_utf8(body).ok()?.trim().to_owned(),
    };
    if text.is_empty() || text.starts_with(['<', '{', '[']) {
        return None;
    }
    // Long enough that a secret that is cut here is cut again below.
    let long: String = text.chars().take(16 * MESSAGE_LIMIT).collect();
    let shown = without_secrets(&long);
    let short: String = shown.chars().take(MESSAGE_LIMIT).collect();
    Some(Untrusted::new(short))
}

fn without_secrets(text: &str, key: &Key, about: About<'_>) -> String {
    let mut text = without(text, key.expose());
    if let About::Session(refresh_token) = about {
        text = without(&text, refresh_token);
    }
    hidden(&text).into_owned()
}

fn words(json: &Value) -> Option<String> {
    match json {
        Value::String(text) => Some(text.clone()),
        Value::Array(list) => {
            let texts: Vec<String> = list.iter().filter_map(words).collect();
            (!texts.is_empty()).then(|| texts.join("; "))
        }
        Value::Object(fields) => fields
            .get("message")
            .and_then(words)
            .or_else(|| fields.get("error").and_then(words)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::parse("a-key-of-no-known-kind").unwrap()
    }

    fn shown(text: &str) -> String {
        without_secrets(text, &key(), About::Anything)
    }

    fn said(body: &str) -> Option<String> {
        message(body.as_bytes(), shown).map(|text| text.exact().to_owned())
    }

    #[test]
    fn the_message_is_found_in_every_shape() {
        for (body, words) in [
            (r#"{"statusCode":400,"message":"no"}"#, "no"),
            (
                r#"{"message":["name is short","date is past"]}"#,
                "name is short; date is past",
            ),
            (r#"{"error":"no"}"#, "no"),
            (r#"{"error":{"message":"no"}}"#, "no"),
            (r#"{"message":null,"error":"no"}"#, "no"),
            ("no\n", "no"),
        ] {
            assert_eq!(said(body).as_deref(), Some(words), "{body}");
        }
    }

    #[test]
    fn a_page_or_nothing_is_no_message() {
        for body in [
            "",
            "{}",
            "[]",
            "null",
            "7",
            "<html>no</html>",
            r#"{"message":"#,
            r#"{"message":{}}"#,
        ] {
            assert_eq!(said(body), None, "{body}");
        }
        assert_eq!(message(b"\xff\xfe", shown), None);
    }

    #[test]
    fn a_key_that_is_said_back_is_not_passed_on() {
        let body = r#"{"message":"a-key-of-no-known-kind is not valid, nor is tfy_abc"}"#;
        assert_eq!(said(body).unwrap(), "(hidden) is not valid, nor is (hidden)");
    }
}
