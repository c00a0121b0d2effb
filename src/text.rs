//! Text that came from the platform, and what makes it safe to show to a person.
//!
//! A name, an id, an error message: whoever can make a token can write anything into them, escape sequences included. They are
//! held as [`Untrusted`], whose `Display` is always the harmless form; the exact characters are had only by asking for them.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Stands where a character was that must not reach a terminal.
const REPLACEMENT: char = '\u{fffd}';

/// Text that the platform sent, exactly as it sent it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Untrusted(Box<str>);

impl Untrusted {
    /// Takes text as it came.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// The exact characters: for machines (JSON, CSV, a request's path) and for comparing, never for a terminal.
    pub fn exact(&self) -> &str {
        &self.0
    }

    /// The text on one line, with nothing in it that a terminal would obey or a reader could not see.
    pub fn clean(&self) -> Cow<'_, str> {
        clean(&self.0)
    }
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.clean())
    }
}

impl fmt::Debug for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.clean())
    }
}

/// Makes any text harmless to show: line breaks and tabs become spaces, and each control character, direction override or
/// invisible character becomes `\u{fffd}`, so that two texts that differ only in those can still be told apart from a plain one.
pub fn clean(text: &str) -> Cow<'_, str> {
    if text.chars().all(|character| as_shown(character) == character) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(as_shown).collect())
    }
}

/// A path as a person is shown it.
pub fn shown(path: &Path) -> String {
    clean(&path.to_string_lossy()).into_owned()
}

/// The text as a shell takes it for one word, whatever is in it: a hint is there to be copied, and the host in it may have been
/// named by somebody else.
pub fn shell_word(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | ':' | '.' | '-' | '_' | '%' | '[' | ']');
    if !text.is_empty() && text.chars().all(is_plain) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
    }
}

/// The text in at most `room` columns, cut between what a reader takes for characters.
pub fn cut(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut short = String::new();
    for grapheme in text.graphemes(true) {
        if short.width() + grapheme.width() + 1 > room {
            break;
        }
        short.push_str(grapheme);
    }
    short.push('…');
    short
}

fn as_shown(character: char) -> char {
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

/// Characters with no glyph of their own (the standard's default-ignorable ones, and the blank Hangul and Braille letters).
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
    fn plain_text_is_shown_as_it_is() {
        for text in ["ci-pipeline", "名前", "e\u{301}té", "🦀", ""] {
            assert_eq!(clean(text), text);
        }
    }

    #[test]
    fn what_a_terminal_would_obey_is_not_shown() {
        assert_eq!(clean("a\u{1b}[31mb\u{9b}2Jc\u{7}"), "a\u{fffd}[31mb\u{fffd}2Jc\u{fffd}");
        assert_eq!(clean("one\r\ntwo\tthree\u{2028}four"), "one  two three four");
        assert_eq!(clean("safe\u{202e}gpj.exe\u{200b}"), "safe\u{fffd}gpj.exe\u{fffd}");
    }

    #[test]
    fn a_shell_takes_any_text_for_one_word_and_evaluates_nothing_in_it() {
        for (text, word) in [
            ("https://acme.test:8443/team_x", "https://acme.test:8443/team_x"),
            ("https://acme.test/$TFY_API_KEY", "'https://acme.test/$TFY_API_KEY'"),
            ("https://acme.test/;id", "'https://acme.test/;id'"),
            ("it's", r"'it'\''s'"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(text), word);
        }
    }

    #[test]
    fn display_and_debug_are_the_clean_text_and_exact_is_the_sent_one() {
        let text = Untrusted::new("x\u{1b}c");
        assert_eq!((text.to_string().as_str(), text.exact()), ("x\u{fffd}c", "x\u{1b}c"));
        assert_eq!(format!("{text:?}"), "\"x\u{fffd}c\"");
    }

    proptest! {
        #[test]
        fn clean_text_has_no_control_direction_or_invisible_character(text in any::<String>()) {
            for character in clean(&text).chars() {
                prop_assert!(!character.is_control() && !is_direction(character) && !is_invisible(character));
            }
        }

        #[test]
        fn cleaning_twice_changes_nothing_more_and_no_character_is_dropped(text in any::<String>()) {
            let once = clean(&text).into_owned();
            prop_assert_eq!(clean(&once), once.as_str());
            prop_assert_eq!(once.chars().count(), text.chars().count());
        }
    }
}
