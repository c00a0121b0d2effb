//! Text from outside, made safe to show.
//!
//! Anyone who can create a token can put escape sequences into its name. Text from the server is therefore kept as
//! [`Untrusted`], whose `Display` shows sanitized text. The exact characters are available only through [`Untrusted::raw`].

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use crate::redact::redact;
use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

const REPLACEMENT: char = '\u{fffd}';

/// Maximum width of a name or ID that is shown to users, in columns. Names and IDs that the server accepts are shorter.
const MAX_WIDTH: usize = 64;

/// Maximum number of items of a list in a message.
pub const MAX_LISTED: usize = 10;

/// Some servers and editors put it at the beginning of a text.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Text that the server sent. JSON output contains the exact characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Untrusted(Box<str>);

impl Untrusted {
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The exact characters, for JSON, for requests and for comparisons. Never print them to a terminal.
    pub fn raw(&self) -> &str {
        &self.0
    }

    /// Returns the sanitized text, at most [`MAX_WIDTH`] columns wide.
    pub fn short(&self) -> String {
        let text = sanitize(&self.0);
        if text.width() <= MAX_WIDTH {
            return text.into_owned();
        }
        // Redact before the text is cut, because part of a secret would not be recognized.
        truncate(&redact(&text), MAX_WIDTH)
    }

    /// Returns the text in quotes, with escapes for unsafe characters, at most [`MAX_WIDTH`] columns wide.
    pub fn quoted(&self) -> String {
        let mut escaped = String::new();
        // Redact before the text is cut, because part of a secret would not be recognized.
        let text = redact(&self.0);
        for (index, character) in text.char_indices() {
            match character {
                '#' if begins_runner_command(&text, index) => escaped.extend(character.escape_unicode()),
                '"' | '\\' | '\n' | '\r' | '\t' => escaped.extend(character.escape_default()),
                _ if replace_unsafe(character) != character => escaped.extend(character.escape_unicode()),
                _ => escaped.push(character),
            }
            // Each character needs at most 10 bytes, and a character without a width may need 4.
            if escaped.len() > 10 * MAX_WIDTH {
                break;
            }
        }
        format!("\"{}\"", truncate(&escaped, MAX_WIDTH - 2))
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sanitize(&self.0))
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", sanitize(&self.0))
    }
}

/// Puts text on one line. Line breaks and tabs become spaces. Other control characters, direction overrides and invisible
/// characters become `U+FFFD`, so that a name with hidden characters does not look like the same name without them.
#[must_use]
pub fn sanitize(text: &str) -> Cow<'_, str> {
    // Almost all text is of this kind, and a long list contains much of it.
    if text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic() && byte != b'#') {
        return Cow::Borrowed(text);
    }
    let replaced = |(index, character)| {
        if begins_runner_command(text, index) { REPLACEMENT } else { replace_unsafe(character) }
    };
    if text.char_indices().all(|(index, character)| replaced((index, character)) == character) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.char_indices().map(replaced).collect())
    }
}

/// Returns `true` for the first character of `##[` and `##vso[`. CI runners of Azure and GitHub obey these commands anywhere in a line.
fn begins_runner_command(text: &str, index: usize) -> bool {
    let rest = &text.as_bytes()[index..];
    rest.starts_with(b"##[") || rest.get(..6).is_some_and(|start| start.eq_ignore_ascii_case(b"##vso["))
}

pub fn remove_byte_order_mark(text: &mut Vec<u8>) {
    if text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len());
    }
}

pub fn display_path(path: &Path) -> String {
    sanitize(&path.to_string_lossy()).into_owned()
}

/// Quotes text for a shell (on Windows: PowerShell), so that a user can safely paste a hint with text from a hostile file.
pub fn shell_word(text: &str) -> Cow<'_, str> {
    let is_plain =
        |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | ':' | '.' | '-' | '_' | '%' | '[' | ']' | '@' | '=');
    if !text.is_empty() && text.chars().all(is_plain) {
        Cow::Borrowed(text)
    } else {
        let quote = if cfg!(windows) { "''" } else { r"'\''" };
        Cow::Owned(format!("'{}'", text.replace('\'', quote)))
    }
}

/// Joins the items of a list for a sentence. Of a long list, only the first ones are shown.
pub fn enumerate(items: &[String]) -> String {
    match items.get(..MAX_LISTED) {
        Some(first) if items.len() > MAX_LISTED => {
            format!("{} and {} more", first.join(", "), items.len() - MAX_LISTED)
        }
        _ => items.join(", "),
    }
}

/// Truncates text to `width` columns, including the ellipsis. Does not split graphemes.
pub fn truncate(text: &str, width: usize) -> String {
    let mut columns = 0;
    let mut end = 0;
    for (start, grapheme) in text.grapheme_indices(true) {
        columns += grapheme.width();
        if columns > width {
            return format!("{}…", &text[..end]);
        }
        if columns < width {
            end = start + grapheme.len();
        }
    }
    text.to_owned()
}

/// Returns `true` unless the character is a control character or has no glyph.
pub fn is_visible(character: char) -> bool {
    replace_unsafe(character) == character
}

fn replace_unsafe(character: char) -> char {
    match character {
        '\t' | '\n' | '\r' | '\u{0b}' | '\u{0c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => ' ',
        _ if character.is_control() || is_direction(character) || is_invisible(character) => REPLACEMENT,
        _ => character,
    }
}

/// Characters that reorder the text around them (Unicode Standard Annex 9).
fn is_direction(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Characters without a visible glyph: the default-ignorable ones, and the blank Hangul and Braille letters.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200d}'
            | '\u{2060}'..='\u{2065}'
            | '\u{206a}'..='\u{206f}'
            | '\u{2800}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sanitize_replaces_control_characters() {
        for (text, sanitized) in [
            ("ci-pipeline", "ci-pipeline"),
            ("名前", "名前"),
            ("e\u{301}té", "e\u{301}té"),
            ("a\u{1b}[31mb\u{9b}2Jc\u{7}", "a\u{fffd}[31mb\u{fffd}2Jc\u{fffd}"),
            ("one\r\ntwo\tthree\u{2028}four", "one  two three four"),
            ("a ##vso[task.x]y ##[group] #[x]", "a \u{fffd}#vso[task.x]y \u{fffd}#[group] #[x]"),
            ("safe\u{202e}gpj.exe\u{200b}", "safe\u{fffd}gpj.exe\u{fffd}"),
        ] {
            assert_eq!(sanitize(text), sanitized);
        }
    }

    #[test]
    fn long_secret_is_redacted_and_not_cut() {
        let jwt = format!("eyJ{0}.eyJ{0}.{0}", "a".repeat(40));
        assert_eq!(Untrusted::new(jwt).short(), "(redacted)");
    }

    #[test]
    fn truncate_keeps_graphemes_whole() {
        for (text, width, truncated) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("名前名前", 5, "名前…"),
            ("名前名前", 4, "名…"),
            ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
            ("", 0, ""),
            ("a", 0, "…"),
        ] {
            assert_eq!(truncate(text, width), truncated, "{text} {width}");
        }
    }

    #[test]
    fn shell_word_quotes_special_characters() {
        for (text, word) in [
            ("https://acme.test:8443/team_x", "https://acme.test:8443/team_x"),
            ("https://acme.test/$TFY_API_KEY", "'https://acme.test/$TFY_API_KEY'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(text), word);
        }
    }

    proptest! {
        #[test]
        fn sanitized_text_is_harmless_and_stable(text in any::<String>()) {
            let once = sanitize(&text).into_owned();
            for character in once.chars() {
                prop_assert!(!character.is_control() && !is_direction(character) && !is_invisible(character));
            }
            prop_assert_eq!(sanitize(&once), once.as_str());
            prop_assert_eq!(once.chars().count(), text.chars().count());
        }
    }
}
