//! A list to pick from: type to filter, space to mark, enter to go on.

use std::collections::BTreeSet;
use std::pin::pin;

use console::{Key, Term};
use dialoguer::theme::{SimpleTheme, Theme};
use unicode_width::UnicodeWidthStr;

use super::drawn;
use super::keyboard::{ERASE_LINE, Keyboard};
use super::screen::Screen;
use crate::output::Table;
use crate::text::{clean, cut};

/// Lines of the window that are not for the rows: question, header and count.
const OTHER_LINES: usize = 3;

/// Stands above the pointer and the mark before each row.
const MARGIN: &str = "      ";

/// What there is to pick from.
pub struct Choices<'a> {
    /// What to pick for.
    pub question: &'a str,
    /// Draws the rows for so many columns, in the same order each time. What is wider is cut at the right.
    pub table: &'a dyn Fn(usize) -> Table,
}

struct Picker<'a> {
    choices: &'a Choices<'a>,
    table: Table,
    /// Lines for the rows.
    room: usize,
    /// Columns of a line. The last of the window stays free: some terminals go on to the next line behind it.
    width: usize,
    filter: String,
    marked: BTreeSet<usize>,
    /// Which of the rows that fit the filter is pointed at.
    at: usize,
    /// Which of them is the first one shown.
    top: usize,
    /// The last key was to go on, with nothing to go on with.
    lacks_mark: bool,
}

/// The indices that were picked; `None` where the user left.
pub async fn pick(choices: &Choices<'_>, term: &Term, keyboard: &mut Keyboard<'_>) -> Option<Vec<usize>> {
    let mut screen = Screen::take(term);
    let mut picker = Picker::new(choices, screen.size());
    loop {
        let mut key = pin!(keyboard.key());
        let key = loop {
            screen.draw(&picker.lines());
            tokio::select! {
                // A key that is half read by then is still waited for.
                key = &mut key => break key?,
                () = screen.resized() => picker.resize(screen.size()),
            }
        };
        match key {
            Key::Enter if !picker.marked.is_empty() => return Some(picker.marked.into_iter().collect()),
            key => picker.take(&key),
        }
    }
}

impl<'a> Picker<'a> {
    fn new(choices: &'a Choices<'a>, size: (usize, usize)) -> Self {
        let (room, width) = room(size);
        Self {
            choices,
            table: (choices.table)(width.saturating_sub(MARGIN.len())),
            room,
            width,
            filter: String::new(),
            marked: BTreeSet::new(),
            at: 0,
            top: 0,
            lacks_mark: false,
        }
    }

    /// Takes on a window's size, and the columns that fit it.
    fn resize(&mut self, size: (usize, usize)) {
        (self.room, self.width) = room(size);
        self.table = (self.choices.table)(self.width.saturating_sub(MARGIN.len()));
    }

    /// Does what a key says.
    fn take(&mut self, key: &Key) {
        let fitting = self.fitting();
        let last = fitting.len().saturating_sub(1);
        self.lacks_mark = *key == Key::Enter;
        self.at = match key {
            Key::ArrowDown => self.at + 1,
            Key::ArrowUp => self.at.saturating_sub(1),
            Key::PageDown => self.at + self.room,
            Key::PageUp => self.at.saturating_sub(self.room),
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
            Key::Char(ERASE_LINE) => {
                self.filter.clear();
                self.at = 0;
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
        let rows = self.table.rows().iter().enumerate();
        let fitting = rows.filter(|(_, row)| row.to_lowercase().contains(&filter));
        fitting.map(|(index, _)| index).collect()
    }

    /// All that is shown.
    fn lines(&mut self) -> Vec<String> {
        let fitting = self.fitting();
        self.at = self.at.min(fitting.len().saturating_sub(1));
        self.top = self.top.clamp((self.at + 1).saturating_sub(self.room), self.at);
        self.top = self.top.min(fitting.len().saturating_sub(self.room));
        let mut lines = vec![self.question(), format!("{MARGIN}{}", self.table.header())];
        for (position, &row) in fitting.iter().enumerate().skip(self.top).take(self.room) {
            let (is_marked, is_at) = (self.marked.contains(&row), position == self.at);
            let choice = &self.table.rows()[row];
            lines.push(drawn(|text| {
                SimpleTheme.format_multi_select_prompt_item(text, choice, is_marked, is_at)
            }));
        }
        lines.push(self.footer(fitting.len()));
        for line in &mut lines {
            *line = cut(line, self.width);
        }
        lines
    }

    /// The question and the filter; where both do not fit, what was typed counts for more.
    fn question(&self) -> String {
        let question = self.choices.question;
        let filter = clean(&self.filter);
        let both = format!("{question} Type to filter: {filter}_");
        if both.width() <= self.width {
            return both;
        }
        if filter.is_empty() {
            return question.to_owned();
        }
        let mut end = filter.into_owned();
        while end.width() + 2 > self.width && !end.is_empty() {
            end.remove(0);
        }
        format!("/{end}_")
    }

    /// How many are shown and marked, where `fitting` fit the filter, and what the keys do.
    fn footer(&self, fitting: usize) -> String {
        if self.lacks_mark {
            return "nothing is marked: space marks, esc leaves".to_owned();
        }
        let marked = self.marked.len();
        let all = self.table.rows().len();
        let shown = format!("{}-{} of {fitting}", self.top + 1, self.top + self.room);
        let count = match (fitting > self.room, self.filter.is_empty()) {
            (false, true) => format!("{marked} of {all} marked"),
            (false, false) => format!("{marked} of {all} marked, {fitting} fit"),
            (true, true) => format!("{shown}, {marked} marked"),
            (true, false) => format!("{shown} that fit, {marked} of {all} marked"),
        };
        let on = if self.marked.is_empty() { "" } else { " enter goes on," };
        format!("{count}; space marks,{on} esc leaves")
    }
}

/// Lines for the rows and columns of each, in a window.
fn room((lines, columns): (usize, usize)) -> (usize, usize) {
    (lines.saturating_sub(OTHER_LINES).max(1), columns.saturating_sub(1))
}
