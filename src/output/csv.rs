//! CSV output (RFC 4180), for spreadsheets and scripts.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};
use jiff::Timestamp;

use super::json::whole_seconds;
use crate::token::{Expiry, Token};
use crate::untrusted::{Untrusted, is_visible, sanitize};

/// Column names: those of the JSON fields.
const HEADER: [&str; 11] = [
    "name",
    "id",
    "createdAt",
    "expiresAt",
    "neverExpires",
    "lastUsedAt",
    "expired",
    "createdBy",
    "type",
    "team",
    "account",
];

/// Returns a header row and one row per token. Sanitizes text only for a terminal.
pub fn document(tokens: &[Token], now: Timestamp, is_terminal: bool) -> anyhow::Result<String> {
    let time = |time: Option<Timestamp>| time.map_or_else(String::new, whole_seconds);
    let text = |text: &Option<Untrusted>| cell(text.as_ref().map(Untrusted::raw), is_terminal).into_owned();
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for token in tokens {
        writer.write_record([
            &*text(&token.name),
            &*cell(Some(token.id.raw()), is_terminal),
            &time(token.created_at),
            &time(token.expiry.time()),
            &(token.expiry == Expiry::Never).to_string(),
            &time(token.last_used_at),
            &token.expired(now).map_or_else(String::new, |expired| expired.to_string()),
            &text(&token.created_by),
            &text(&token.value_type),
            &text(&token.team),
            &text(&token.account),
        ])?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// Adds `'` before text that a spreadsheet would evaluate as a formula, also if it splits the text at a semicolon.
fn cell(text: Option<&str>, is_terminal: bool) -> Cow<'_, str> {
    let text = text.unwrap_or_default();
    let text = if is_terminal { sanitize(text) } else { Cow::Borrowed(text) };
    if text.starts_with(['\t', '\r']) || text.split(';').any(is_formula) {
        Cow::Owned(format!("'{text}"))
    } else {
        text
    }
}

/// Judges the first visible character. Spreadsheets also accept full-width forms.
fn is_formula(text: &str) -> bool {
    let first = text.chars().find(|&character| !character.is_whitespace() && is_visible(character));
    first.is_some_and(|first| matches!(first, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'))
}
