//! A list to pick from: type to filter, space to mark, enter to go on.

use std::collections::BTreeSet;

use console::{Key, Term};
use dialoguer::theme::{SimpleTheme, Theme};
use unicode_width::UnicodeWidthStr;

use super::drawn;
use super::keyboard::Keyboard;
use crate::text::{clean, cut};

/// Lines of the window that are not for the rows: question, header and count, and the one that the cursor is left on.
const OTHER_LINES: usize = 4;

/// What there is to pick from.
pub struct Choices<'a> {
    /// What to pick for.
    pub question: &'a str,
    /// Stands above the rows, in the same columns.
    pub header: &'a str,
    /// One line each. What does not fit the window is cut at the right.
    pub rows: &'a [String],
}

struct Picker<'a> {
    choices: &'a Choices<'a>,
    filter: String,
    marked: BTreeSet<usize>,
    /// Which of the rows that fit the filter is pointed at.
    at: usize,
    /// Which of them is the first one shown.
    top: usize,
}

/// The indices that were picked; `None` where the user left.
pub async fn pick(choices: &Choices<'_>, term: &Term, keyboard: &mut Keyboard<'_>) -> Option<Vec<usize>> {
    let mut picker = Picker {
        choices,
        filter: String::new(),
        marked: BTreeSet::new(),
        at: 0,
        top: 0,
    };
    let mut drawing = Drawing::begin(term);
    loop {
        let (rows, columns) = term.size();
        let room = usize::from(rows).saturating_sub(OTHER_LINES).max(1);
        drawing.replace(&picker.lines(room, usize::from(columns).saturating_sub(1)));
        match keyboard.key().await? {
            Key::Enter if !picker.marked.is_empty() => return Some(picker.marked.into_iter().collect()),
            key => picker.take(&key, room),
        }
    }
}

impl Picker<'_> {
    /// Does what a key says, where `page` rows are shown at once.
    fn take(&mut self, key: &Key, page: usize) {
        let fitting = self.fitting();
        let last = fitting.len().saturating_sub(1);
        self.at = match key {
            Key::ArrowDown => self.at + 1,
            Key::ArrowUp => self.at.saturating_sub(1),
            Key::PageDown => self.at + page,
            Key::PageUp => self.at.saturating_sub(page),
            Key::Home => 0,
            Key::End => last,
            _ => self.at,
        }
        .min(last);
        match key {
            Key::Char(' ') => {
                if let Some(&row) = fitting.get(self.at)
                    && !self.marked.remove(&row)
                {
                    self.marked.insert(row);
                }
            }
            Key::Backspace => {
                self.filter.pop();
                self.at = 0;
            }
            &Key::Char(character) if !character.is_control() => {
                self.filter.push(character);
                self.at = 0;
            }
            _ => {}
        }
    }

    /// The rows that have the filter's text in them, as indices.
    fn fitting(&self) -> Vec<usize> {
        let filter = self.filter.to_lowercase();
        let rows = self.choices.rows.iter().enumerate();
        let fitting = rows.filter(|(_, row)| row.to_lowercase().contains(&filter));
        fitting.map(|(index, _)| index).collect()
    }

    /// All that is shown, in `room` lines for the rows and `width` columns.
    fn lines(&mut self, room: usize, width: usize) -> Vec<String> {
        let fitting = self.fitting();
        self.top = self.top.clamp((self.at + 1).saturating_sub(room), self.at);
        self.top = self.top.min(fitting.len().saturating_sub(room));
        let mut lines = vec![self.question(width), format!("      {}", self.choices.header)];
        for (position, &row) in fitting.iter().enumerate().skip(self.top).take(room) {
            let (is_marked, is_at) = (self.marked.contains(&row), position == self.at);
            let choice = &self.choices.rows[row];
            lines.push(drawn(|text| {
                SimpleTheme.format_multi_select_prompt_item(text, choice, is_marked, is_at)
            }));
        }
        lines.push(format!("{}; {}", self.count(fitting.len()), self.keys()));
        for line in &mut lines {
            *line = cut(line, width);
        }
        lines
    }

    /// The question and the filter; where both do not fit, what was typed counts for more.
    fn question(&self, width: usize) -> String {
        let question = self.choices.question;
        let filter = clean(&self.filter);
        let both = format!("{question} Type to filter: {filter}_");
        if both.width() <= width {
            return both;
        }
        if filter.is_empty() {
            return question.to_owned();
        }
        let mut end = filter.into_owned();
        while end.width() + 2 > width && !end.is_empty() {
            end.remove(0);
        }
        format!("/{end}_")
    }

    fn count(&self, fitting: usize) -> String {
        let marked = self.marked.len();
        let all = self.choices.rows.len();
        if self.filter.is_empty() {
            format!("{marked} of {all} marked")
        } else {
            format!("{marked} of {all} marked, {fitting} fit")
        }
    }

    fn keys(&self) -> &'static str {
        if self.marked.is_empty() {
            "space marks, esc leaves"
        } else {
            "space marks, enter goes on, esc leaves"
        }
    }
}

/// Lines on the screen that give way to each other and are gone, cursor shown again, when this is dropped.
struct Drawing<'a> {
    term: &'a Term,
    lines: usize,
}

impl<'a> Drawing<'a> {
    fn begin(term: &'a Term) -> Self {
        let _ = term.hide_cursor();
        Self { term, lines: 0 }
    }

    fn replace(&mut self, lines: &[String]) {
        self.clear();
        for line in lines {
            let _ = self.term.write_line(line);
        }
        self.lines = lines.len();
        let _ = self.term.flush();
    }

    fn clear(&mut self) {
        let _ = self.term.clear_last_lines(self.lines);
        self.lines = 0;
    }
}

impl Drop for Drawing<'_> {
    fn drop(&mut self) {
        self.clear();
        let _ = self.term.show_cursor();
        let _ = self.term.flush();
    }
}
