//! JSON output. Characters that could control a terminal are escaped.

use std::borrow::Cow;
use std::io;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::ser::Formatter;

use crate::token::{Expiry, Token, TokenId};
use crate::untrusted::{Untrusted, sanitize};

/// JSON view of a token. Fields may be added, but are never renamed or removed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenJson<'a> {
    name: Option<&'a Untrusted>,
    id: &'a TokenId,
    created_at: Option<String>,
    expires_at: Option<String>,
    /// `false` if the expiry is unknown.
    never_expires: bool,
    last_used_at: Option<String>,
    /// `None` if it is unknown.
    expired: Option<bool>,
    created_by: Option<&'a Untrusted>,
    #[serde(rename = "type")]
    value_type: Option<&'a Untrusted>,
    team: Option<&'a Untrusted>,
    account: Option<&'a Untrusted>,
}

impl<'a> TokenJson<'a> {
    pub fn new(token: &'a Token, now: Timestamp) -> Self {
        Self {
            name: token.name.as_ref(),
            id: &token.id,
            created_at: token.created_at.map(whole_seconds),
            expires_at: token.expiry.time().map(whole_seconds),
            never_expires: token.expiry == Expiry::Never,
            last_used_at: token.last_used_at.map(whole_seconds),
            expired: token.expired(now),
            created_by: token.created_by.as_ref(),
            value_type: token.value_type.as_ref(),
            team: token.team.as_ref(),
            account: token.account.as_ref(),
        }
    }
}

/// Formats a time without fractions of a second, which `jq` cannot parse.
pub fn whole_seconds(time: Timestamp) -> String {
    format!("{time:.0}")
}

/// Serializes a document to one line.
pub fn line(document: &impl Serialize) -> serde_json::Result<String> {
    let mut bytes = Vec::new();
    document.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, EscapeControls))?;
    bytes.push(b'\n');
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Serializes an array, with one document per line.
pub fn array(documents: impl IntoIterator<Item = impl Serialize>) -> serde_json::Result<String> {
    let mut text = String::from("[");
    for document in documents {
        text.push_str(if text.len() == 1 { "\n" } else { ",\n" });
        text.push_str(line(&document)?.trim_end());
    }
    text.push_str(if text.len() == 1 { "]\n" } else { "\n]\n" });
    Ok(text)
}

/// Compact JSON that escapes the characters that [`sanitize`] would replace.
struct EscapeControls;

impl Formatter for EscapeControls {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        writer.write_all(escape_controls(fragment).as_bytes())
    }
}

/// Escapes the characters of a JSON document that [`sanitize`] would replace. ASCII control characters stay: inside strings they
/// are escaped already, and between the documents they are line breaks.
fn escape_controls(json: &str) -> Cow<'_, str> {
    if json.is_ascii() && !json.contains('\u{7f}') {
        return json.into();
    }
    let mut escaped = String::with_capacity(json.len());
    let mut buffer = [0; 4];
    for character in json.chars() {
        let text = character.encode_utf8(&mut buffer);
        if character.is_ascii() && character != '\u{7f}' || sanitize(text) == *text {
            escaped.push_str(text);
        } else {
            escaped.extend(character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    escaped.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_escaped_and_read_back(text in any::<String>()) {
            let written = line(&text).unwrap();
            prop_assert_eq!(sanitize(written.trim_end()), written.trim_end());
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }
}
