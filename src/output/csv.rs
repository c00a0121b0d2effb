//! CSV output (RFC 4180), for spreadsheets and scripts.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};
use jiff::Timestamp;

use super::json::whole_seconds;
use crate::token::Token;
use crate::untrusted::{Untrusted, sanitize};

/// Column names: those of the JSON fields.
const HEADER: [&str; 7] = ["name", "id", "createdAt", "expiresAt", "lastUsedAt", "expired", "createdBy"];

/// Returns a header row and one row per token. Sanitizes text only for a terminal.
pub fn document(tokens: &[Token], now: Timestamp, is_terminal: bool) -> anyhow::Result<String> {
    let time = |time: Option<Timestamp>| time.map_or_else(String::new, whole_seconds);
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for token in tokens {
        writer.write_record([
            &*cell(token.raw_name(), is_terminal),
            &*cell(Some(token.id.raw()), is_terminal),
            &time(token.created_at),
            &time(token.expiry.time()),
            &time(token.last_used_at),
            if token.is_expired(now) { "true" } else { "false" },
            &*cell(token.created_by.as_ref().map(Untrusted::raw), is_terminal),
        ])?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// Adds `'` before text that a spreadsheet would evaluate as a formula.
fn cell(text: Option<&str>, is_terminal: bool) -> Cow<'_, str> {
    let text = text.unwrap_or_default();
    let text = if is_terminal { sanitize(text) } else { Cow::Borrowed(text) };
    if text.starts_with(['\t', '\r']) || text.trim_start().starts_with(['=', '+', '-', '@']) {
        Cow::Owned(format!("'{text}"))
    } else {
        text
    }
}
