//! JSON: views whose fields stay as they are, written so that a terminal obeys nothing in them.

use std::io;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::ser::Formatter;

use crate::text::{Untrusted, clean};
use crate::token::Token;

/// A token as scripts see it. Fields are added now and then, never renamed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    name: Option<&'a str>,
    id: &'a str,
    created_at: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    last_used_at: Option<Timestamp>,
    expired: bool,
    created_by: Option<&'a str>,
}

/// A token as a line of JSON.
pub fn token(token: &Token, now: Timestamp) -> String {
    object(&View {
        name: token.exact_name(),
        id: token.id.exact(),
        created_at: token.created_at,
        expires_at: token.expiry.instant(),
        last_used_at: token.last_used_at,
        expired: token.is_expired(now),
        created_by: token.created_by.as_ref().map(Untrusted::exact),
    })
}

/// An array of documents, a line each.
pub fn lines(documents: &[String]) -> String {
    if documents.is_empty() {
        "[]\n".to_owned()
    } else {
        format!("[\n{}\n]\n", documents.join(",\n"))
    }
}

/// A document on one line. Characters that a terminal would obey or a person could not see are escaped; what is read back is
/// exactly what was written.
pub fn object(document: &impl Serialize) -> String {
    object_with_room(document, 0)
}

/// The same in a buffer that has room for so many bytes from the start.
pub fn object_with_room(document: &impl Serialize, room: usize) -> String {
    let mut bytes = Vec::with_capacity(room);
    let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, Exact);
    // Our own views have neither maps with keys that are no strings nor writers that fail.
    let written = document.serialize(&mut serializer);
    debug_assert!(written.is_ok());
    String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Compact JSON that escapes what [`clean`] would replace.
struct Exact;

impl Formatter for Exact {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        if fragment.is_ascii() && !fragment.contains('\u{7f}') {
            return writer.write_all(fragment.as_bytes());
        }
        let mut buffer = [0; 4];
        for character in fragment.chars() {
            let text = character.encode_utf8(&mut buffer);
            if clean(text) == *text {
                writer.write_all(text.as_bytes())?;
            } else {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04x}")?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_is_read_back_exactly_and_is_harmless_as_written(text in any::<String>()) {
            let written = object(&text);
            prop_assert_eq!(clean(&written), written.as_str());
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }
    }
}
