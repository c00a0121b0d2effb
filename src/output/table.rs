//! Tokens as a table: for people at a terminal, or for `grep` and `awk` in a pipe.

use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Row, Table as Grid, Width, presets};
use jiff::{Timestamp, ToSpan};
use unicode_width::UnicodeWidthStr;

use super::Stream;
use crate::time::{day, relative};
use crate::token::{Expiry, Token};
use crate::untrusted::truncate;

/// Tokens that expire within this number of days are highlighted.
const SOON_DAYS: i64 = 14;

/// Distance between two cells, in columns.
const GAP: u16 = 2;

/// Minimum width of names that wrap, in columns.
const MIN_NAME_WIDTH: usize = 12;

/// Number of tokens that are drawn at once. Drawing all of them would take several times the memory of the text.
const CHUNK_SIZE: usize = 32;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    Id,
    Created,
    /// If `is_long`, the date and the relative time; otherwise a shorter text.
    Expires {
        is_long: bool,
    },
    LastUsed,
}

use Column::{Created, Expires, Id, LastUsed, Name};

const LONG: Column = Expires { is_long: true };
const SHORT: Column = Expires { is_long: false };

/// Columns for a terminal, in order of preference. The first set that fits the window is used.
const LAYOUTS: [&[Column]; 5] = [
    &[Name, Id, Created, LONG, LastUsed],
    &[Name, Id, LONG, LastUsed],
    &[Name, Id, SHORT, LastUsed],
    &[Name, Id, LONG],
    &[Name, Id, SHORT],
];

/// Columns for a narrower window, in which names wrap.
const NARROW_LAYOUTS: [&[Column]; 2] = [&[Name, Id, SHORT], &[Name, Id]];

/// Columns for a narrower picker, whose rows cannot wrap.
const PICKER_LAYOUTS: [&[Column]; 2] = [&[Name, SHORT], &[Name]];

/// Columns if the output is not a terminal.
const PLAIN_LAYOUT: &[Column] = &[Name, Id, Created, SHORT, LastUsed];

/// Urgency of a token's expiry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ExpiryState {
    Expired,
    Soon,
    Later,
}

impl ExpiryState {
    fn new(token: &Token, now: Timestamp) -> Self {
        let soon = now.checked_add((24 * SOON_DAYS).hours()).unwrap_or(Timestamp::MAX);
        match token.expiry {
            _ if token.is_expired(now) => Self::Expired,
            Expiry::At(time) if time <= soon => Self::Soon,
            _ => Self::Later,
        }
    }

    /// Colors of the terminal's theme, the same as those of errors and warnings.
    fn color(self) -> Option<Color> {
        match self {
            Self::Expired => Some(Color::DarkRed),
            Self::Soon => Some(Color::DarkYellow),
            Self::Later => None,
        }
    }
}

/// The lines of a table.
pub struct Table {
    lines: Vec<String>,
}

impl Table {
    /// Draws tokens for a stream. If a table is too wide for the window, leaves out columns, then wraps names. Never cuts IDs.
    pub fn new(tokens: &[Token], now: Timestamp, stream: Stream) -> Self {
        let layout = match stream.width {
            _ if !stream.is_terminal => PLAIN_LAYOUT,
            None => LAYOUTS[0],
            Some(window) => {
                let fits = |layout: &&[Column]| total(&widths(tokens, layout, now, true)) <= window;
                let wrapped = |layout: &&[Column]| {
                    let widths = widths(tokens, layout, now, true);
                    total(&widths) - widths[0] + MIN_NAME_WIDTH.min(widths[0]) <= window
                };
                let layout = LAYOUTS.into_iter().find(fits).or(NARROW_LAYOUTS.into_iter().find(wrapped));
                layout.unwrap_or(NARROW_LAYOUTS[1])
            }
        };
        Self::draw(tokens, now, stream, layout)
    }

    /// Draws one line per token, for a picker of `width` columns.
    pub fn one_line_each(tokens: &[Token], now: Timestamp, width: usize, is_colored: bool) -> Self {
        let stream = Stream { is_terminal: true, width: None, is_colored, can_redraw: true };
        let fits = |layout: &&[Column]| total(&widths(tokens, layout, now, true)) <= width;
        let layout = LAYOUTS.into_iter().chain(PICKER_LAYOUTS).find(fits);
        Self::draw(tokens, now, stream, layout.unwrap_or(PICKER_LAYOUTS[1]))
    }

    fn draw(tokens: &[Token], now: Timestamp, stream: Stream, layout: &[Column]) -> Self {
        let mut widths = widths(tokens, layout, now, stream.is_terminal);
        if let Some(window) = stream.width {
            let excess = total(&widths).saturating_sub(window);
            widths[0] = widths[0].min(widths[0].saturating_sub(excess).max(MIN_NAME_WIDTH));
        }
        let mut lines = Vec::with_capacity(tokens.len() + 1);
        let header = layout.iter().map(|column| Cell::new(column.header()).add_attribute(Attribute::Bold));
        lines.extend(draw_rows([Row::from(header)], &widths, stream));
        for chunk in tokens.chunks(CHUNK_SIZE) {
            let rows = chunk.iter().map(|token| row(token, layout, widths[0], now, stream.is_terminal));
            lines.extend(draw_rows(rows, &widths, stream));
        }
        Self { lines }
    }

    pub fn header(&self) -> &str {
        self.lines.first().map_or("", String::as_str)
    }

    pub fn rows(&self) -> &[String] {
        self.lines.get(1..).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        self.lines.iter().flat_map(|line| [line, "\n"]).collect()
    }
}

impl Column {
    fn header(self) -> &'static str {
        match self {
            Name => "NAME",
            Id => "ID",
            Created => "CREATED AT",
            Expires { .. } => "EXPIRES AT",
            LastUsed => "LAST USED",
        }
    }

    fn text(self, token: &Token, now: Timestamp, is_terminal: bool) -> String {
        let date = |time: Option<Timestamp>| time.map_or_else(|| "-".to_owned(), day);
        match self {
            Name => token.display_name(),
            Id => token.id.to_string(),
            Created => date(token.created_at),
            LastUsed => date(token.last_used_at),
            Expires { is_long } => {
                let expiry = match token.expiry {
                    Expiry::Never => "Never".to_owned(),
                    expiry => date(expiry.time()),
                };
                match (ExpiryState::new(token, now), token.expiry) {
                    (ExpiryState::Expired, _) if is_long || !is_terminal => format!("{expiry} (expired)"),
                    (ExpiryState::Expired, _) => "expired".to_owned(),
                    (_, Expiry::At(time)) if is_long => format!("{expiry} ({})", relative(time, now)),
                    (ExpiryState::Soon, Expiry::At(time)) if is_terminal => relative(time, now),
                    _ => expiry,
                }
            }
        }
    }
}

fn row(token: &Token, layout: &[Column], name_width: usize, now: Timestamp, is_terminal: bool) -> Row {
    let color = ExpiryState::new(token, now).color();
    Row::from(layout.iter().map(|column| {
        let mut text = column.text(token, now, is_terminal);
        // If a quoted name wrapped, one of its lines could look like another row.
        if *column == Name && !token.has_plain_name() {
            text = truncate(&text, name_width);
        }
        let cell = Cell::new_owned(text);
        match (column, color) {
            (Expires { .. }, Some(color)) => cell.fg(color),
            _ => cell,
        }
    }))
}

/// Draws rows whose columns have the given widths. Longer text wraps.
fn draw_rows(rows: impl IntoIterator<Item = Row>, widths: &[usize], stream: Stream) -> Vec<String> {
    let mut grid = Grid::new();
    grid.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).add_rows(rows);
    for (column, width) in grid.column_iter_mut().zip(widths) {
        let width = u16::try_from(*width).unwrap_or(u16::MAX).saturating_add(GAP);
        column.set_padding((0, GAP)).set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
    }
    if stream.is_colored {
        grid.enforce_styling().style_text_only();
        // Otherwise NO_COLOR would override `--color always`.
        crossterm::style::force_color_output(true);
    } else {
        grid.force_no_tty();
    }
    grid.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Widths of the columns, without wrapping.
fn widths(tokens: &[Token], layout: &[Column], now: Timestamp, is_terminal: bool) -> Vec<usize> {
    let width = |column: &Column| {
        let cells = tokens.iter().map(|token| column.text(token, now, is_terminal).width());
        cells.max().unwrap_or(0).max(column.header().width())
    };
    layout.iter().map(width).collect()
}

/// Width of a table whose columns have these widths.
fn total(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + usize::from(GAP) * (widths.len() - 1)
}
