//! A list to pick from: type to filter, space to mark, enter to go on.

use std::collections::BTreeSet;
use std::io;

use console::{Key, Term};

use super::END_OF_INPUT;
use crate::text::cut;

/// Lines of the window that are not for the choices: question, header and count, and one to spare.
const OTHER_LINES: usize = 4;

/// What there is to pick from.
pub struct Choices<'a> {
    /// What to pick for.
    pub question: &'a str,
    /// Stands above the rows, in the same columns.
    pub header: &'a str,
    /// One line each.
    pub rows: &'a [String],
}

struct Picker<'a> {
    choices: &'a Choices<'a>,
    filter: String,
    marked: BTreeSet<usize>,
    /// Which of the rows that fit the filter is highlighted.
    cursor: usize,
}

/// The indices that were picked; `None` where the user left.
pub fn pick(term: &Term, choices: &Choices<'_>) -> io::Result<Option<Vec<usize>>> {
    let mut picker = Picker {
        choices,
        filter: String::new(),
        marked: BTreeSet::new(),
        cursor: 0,
    };
    let _hidden = HiddenCursor::hide(term)?;
    loop {
        let lines = picker.lines(term);
        for line in &lines {
            term.write_line(line)?;
        }
        let key = term.read_key_raw();
        term.clear_last_lines(lines.len())?;
        match key {
            Ok(Key::Enter) if !picker.marked.is_empty() => return Ok(Some(picker.marked.into_iter().collect())),
            Ok(Key::Escape | Key::CtrlC | Key::Char(END_OF_INPUT)) | Err(_) => return Ok(None),
            Ok(key) => picker.take(&key),
        }
    }
}

impl Picker<'_> {
    fn take(&mut self, key: &Key) {
        let fitting = self.fitting();
        let last = fitting.len().saturating_sub(1);
        match key {
            Key::ArrowDown => self.cursor = (self.cursor + 1).min(last),
            Key::ArrowUp => self.cursor = self.cursor.saturating_sub(1),
            Key::Home => self.cursor = 0,
            Key::End => self.cursor = last,
            Key::Char(' ') => {
                if let Some(&row) = fitting.get(self.cursor)
                    && !self.marked.remove(&row)
                {
                    self.marked.insert(row);
                }
            }
            Key::Backspace => {
                self.filter.pop();
                self.cursor = 0;
            }
            &Key::Char(character) if !character.is_control() => {
                self.filter.push(character);
                self.cursor = 0;
            }
            _ => {}
        }
    }

    /// The rows that have the filter's text in them, as indices.
    fn fitting(&self) -> Vec<usize> {
        let filter = self.filter.to_lowercase();
        let fits = |row: &&(usize, &String)| row.1.to_lowercase().contains(&filter);
        self.choices
            .rows
            .iter()
            .enumerate()
            .filter(|row| fits(&row))
            .map(|(index, _)| index)
            .collect()
    }

    fn lines(&self, term: &Term) -> Vec<String> {
        let (height, width) = term.size();
        let (height, width) = (usize::from(height), usize::from(width));
        let fitting = self.fitting();
        let shown = height.saturating_sub(OTHER_LINES).max(1);
        let first = (self.cursor + 1).saturating_sub(shown);
        let mut lines = vec![
            format!(
                "{} (type to filter, space to mark, enter to go on, esc to leave) {}",
                self.choices.question, self.filter
            ),
            format!("      {}", self.choices.header),
        ];
        for (position, &row) in fitting.iter().enumerate().skip(first).take(shown) {
            let pointer = if position == self.cursor { '>' } else { ' ' };
            let mark = if self.marked.contains(&row) { 'x' } else { ' ' };
            lines.push(format!("{pointer} [{mark}] {}", self.choices.rows[row]));
        }
        let next = if self.marked.is_empty() {
            ": mark what is meant with space"
        } else {
            ""
        };
        lines.push(format!(
            "{} of {} shown, {} marked{next}",
            fitting.len(),
            self.choices.rows.len(),
            self.marked.len()
        ));
        for line in &mut lines {
            *line = cut(line, width.saturating_sub(1));
        }
        lines
    }
}

/// Hides the cursor for as long as this lives.
struct HiddenCursor<'a>(&'a Term);

impl<'a> HiddenCursor<'a> {
    fn hide(term: &'a Term) -> io::Result<Self> {
        term.hide_cursor()?;
        Ok(Self(term))
    }
}

impl Drop for HiddenCursor<'_> {
    fn drop(&mut self) {
        let _ = self.0.show_cursor();
    }
}
