//! CSV after RFC 4180, for spreadsheets and scripts.

use std::borrow::Cow;

use csv::{Terminator, WriterBuilder};
use jiff::Timestamp;

use crate::text::{Untrusted, clean};
use crate::token::Token;

/// The names of the columns: those of the JSON fields.
pub const HEADER: &str = "name,id,createdAt,expiresAt,lastUsedAt,expired,createdBy\r\n";

/// A token as a row. At a terminal its texts are shown harmless; elsewhere they are exact, but for a `'` before what a
/// spreadsheet would take for a formula.
pub fn row(token: &Token, now: Timestamp, is_terminal: bool) -> String {
    let time = |time: Option<Timestamp>| time.map_or_else(String::new, |time| time.to_string());
    let cells = [
        &*cell(token.exact_name(), is_terminal),
        &*cell(Some(token.id.exact()), is_terminal),
        &time(token.created_at),
        &time(token.expiry.instant()),
        &time(token.last_used_at),
        if token.is_expired(now) { "true" } else { "false" },
        &*cell(token.created_by.as_ref().map(Untrusted::exact), is_terminal),
    ];
    let mut writer = WriterBuilder::new()
        .terminator(Terminator::CRLF)
        .from_writer(Vec::new());
    // Writing to memory cannot fail, nor can a record of the first row's length.
    let written = writer
        .write_record(cells)
        .map_err(drop)
        .and_then(|()| writer.into_inner().map_err(drop));
    String::from_utf8_lossy(&written.unwrap_or_default()).into_owned()
}

fn cell(text: Option<&str>, is_terminal: bool) -> Cow<'_, str> {
    let text = text.unwrap_or_default();
    let text = if is_terminal { clean(text) } else { Cow::Borrowed(text) };
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        text
    }
}
