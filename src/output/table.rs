//! Tokens as a table: for people at a terminal, or for `grep` and `awk` in a pipe.

use comfy_table::{Cell, Color, ColumnConstraint, ContentArrangement, Row, Table as Grid, Width, presets};
use jiff::{Timestamp, ToSpan};
use unicode_width::UnicodeWidthStr;

use super::Stream;
use crate::time::{day, relative};
use crate::token::{Expiry, Token};

/// A token that expires within this many days is marked.
const SOON_DAYS: i64 = 14;

/// Columns between two cells.
const GAP: u16 = 2;

/// A name wraps to several lines rather than becoming narrower than this.
const MIN_NAME_WIDTH: u16 = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    Id,
    Created,
    /// The date and, if `is_long`, the relative time.
    Expires {
        is_long: bool,
    },
    LastUsed,
}

use Column::{Created, Expires, Id, LastUsed, Name};

const LONG: Column = Expires { is_long: true };
const SHORT: Column = Expires { is_long: false };

/// Columns for a terminal, widest first. The first set that fits the window is used.
const LAYOUTS: [&[Column]; 5] = [
    &[Name, Id, Created, LONG, LastUsed],
    &[Name, Id, LONG, LastUsed],
    &[Name, Id, LONG],
    &[Name, Id, SHORT],
    &[Name, Id],
];

/// Columns if the output is not a terminal.
const PLAIN_LAYOUT: &[Column] = &[Name, Id, Created, SHORT, LastUsed];

/// How a token's expiry stands out.
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

    fn color(self) -> Option<Color> {
        match self {
            Self::Expired => Some(Color::Red),
            Self::Soon => Some(Color::Yellow),
            Self::Later => None,
        }
    }
}

/// A table that was drawn.
pub struct Table {
    lines: Vec<String>,
}

impl Table {
    /// Draws tokens for a stream. At a terminal, columns are left out until the rest fits the window, and names wrap if even that
    /// is too wide. IDs are never cut.
    pub fn new(tokens: &[Token], now: Timestamp, stream: Stream) -> Self {
        Self::draw(tokens, now, stream, stream.width)
    }

    /// Draws tokens in one line each, for a picker of `width` columns. The picker cuts the lines that are still too long.
    pub fn one_line_each(tokens: &[Token], now: Timestamp, width: usize) -> Self {
        let stream = Stream {
            is_terminal: true,
            width: None,
            is_colored: false,
            can_redraw: true,
        };
        Self::draw(tokens, now, stream, Some(width))
    }

    fn draw(tokens: &[Token], now: Timestamp, stream: Stream, width: Option<usize>) -> Self {
        let rows = |layout: &[Column]| -> Vec<Vec<String>> {
            let row = |token| {
                layout
                    .iter()
                    .map(|column| column.text(token, now, stream.is_terminal))
                    .collect()
            };
            tokens.iter().map(row).collect()
        };
        let layout = match (stream.is_terminal, width) {
            (false, _) => PLAIN_LAYOUT,
            (true, None) => LAYOUTS[0],
            (true, Some(width)) => {
                let fits = |layout: &&&[Column]| total_width(layout, &rows(layout)) <= width;
                LAYOUTS.iter().find(fits).copied().unwrap_or(LAYOUTS[LAYOUTS.len() - 1])
            }
        };
        let mut grid = Grid::new();
        grid.load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(layout.iter().map(|column| column.header()));
        for (token, cells) in tokens.iter().zip(rows(layout)) {
            let color = ExpiryState::new(token, now).color();
            grid.add_row(Row::from(layout.iter().zip(cells).map(|(column, text)| {
                match (column, color) {
                    (Expires { .. }, Some(color)) => Cell::new_owned(text).fg(color),
                    _ => Cell::new_owned(text),
                }
            })));
        }
        for column in grid.column_iter_mut() {
            column.set_padding((0, GAP));
        }
        if let Some(width) = stream.width {
            grid.set_content_arrangement(ContentArrangement::Dynamic)
                .set_width(u16::try_from(width).unwrap_or(u16::MAX).saturating_add(GAP));
            let mut constraints = vec![ColumnConstraint::ContentWidth; layout.len()];
            constraints[0] = ColumnConstraint::LowerBoundary(Width::Fixed(MIN_NAME_WIDTH));
            grid.set_constraints(constraints);
        }
        if stream.is_colored {
            grid.enforce_styling().style_text_only();
        } else {
            grid.force_no_tty();
        }
        Self {
            lines: grid.lines().map(|line| line.trim_end().to_owned()).collect(),
        }
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

fn total_width(layout: &[Column], rows: &[Vec<String>]) -> usize {
    let column_width = |(index, column): (usize, &Column)| {
        let cells = rows.iter().map(|row| row[index].width());
        cells.max().unwrap_or(0).max(column.header().width())
    };
    let cells: usize = layout.iter().enumerate().map(column_width).sum();
    cells + usize::from(GAP) * (layout.len() - 1)
}
