//! A line of text, typed and mended.

use console::{Key, Term};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::keyboard::{ERASE_LINE, Keyboard};
use super::{OpenLine, put};
use crate::text::clean;

/// Asks for a line; `None` where the user left.
pub async fn read(question: &str, term: &Term, keyboard: &mut Keyboard<'_>) -> Option<String> {
    let _line = OpenLine::begin(term, question);
    let mut text = String::new();
    loop {
        match keyboard.key().await? {
            Key::Enter => return Some(text),
            Key::Char(ERASE_LINE) => {
                erase(&text, question, "", term);
                text.clear();
            }
            Key::Backspace => {
                let end = text.grapheme_indices(true).next_back().map_or(0, |(start, _)| start);
                let erased = text.split_off(end);
                erase(&erased, question, &text, term);
            }
            Key::Char(character) if !character.is_control() => {
                text.push(character);
                put(term, &clean(character.encode_utf8(&mut [0; 4])));
            }
            _ => {}
        }
    }
}

/// Takes the end of the line off the screen. A line that goes over several is written again: a cursor does not go back up.
fn erase(erased: &str, question: &str, left: &str, term: &Term) {
    let columns = usize::from(term.size().1);
    let (left, erased) = (clean(left), clean(erased));
    if question.width() + left.width() + erased.width() < columns {
        put(term, &"\u{8} \u{8}".repeat(erased.width()));
    } else {
        put(term, &format!("\n{question}{left}"));
    }
}
