//! Tokens as a table: for a person at a terminal, or for `grep` and `awk` behind a pipe.

mod row;

use comfy_table::{Cell, ContentArrangement, Table as Grid, presets};
use jiff::Timestamp;
use unicode_width::UnicodeWidthStr;

use super::Stream;
use crate::text::cut;
use crate::token::Token;
use row::{Distances, Row};

/// Columns between two cells.
const GAP: u16 = 2;

/// A name is cut to fit the window, but not below this many columns.
const NAME_AT_LEAST: usize = 8;

/// A name to pick is cut where it is longer than any the platform takes, so that it does not push everything else off the window.
const NAME_TO_PICK_AT_MOST: usize = 40;

/// What a table is drawn for.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    /// The time that expiry and distances are told by.
    pub now: Timestamp,
    /// Columns of the window, where there is one.
    pub width: Option<usize>,
    /// Whether to colour.
    pub is_coloured: bool,
    /// Whether a person reads it.
    pub is_terminal: bool,
}

impl Look {
    /// What a stream takes.
    pub(super) fn on(stream: Stream, now: Timestamp) -> Self {
        Self {
            now,
            width: stream.width,
            is_coloured: stream.is_coloured,
            is_terminal: stream.is_terminal,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    Id,
    Created,
    Expires,
    LastUsed,
}

use Column::{Created, Expires, Id, LastUsed, Name};

static COLUMNS: [Column; 5] = [Name, Id, Created, Expires, LastUsed];

/// What there is to pick by, the most columns first.
const PICKING_COLUMNS: [&[Column]; 3] = [
    &[Name, Expires, LastUsed, Created, Id],
    &[Name, Expires, LastUsed, Id],
    &[Name, Expires, Id],
];

impl Column {
    fn header(self) -> &'static str {
        match self {
            Name => "NAME",
            Id => "ID",
            Created => "CREATED AT",
            Expires => "EXPIRES AT",
            LastUsed => "LAST USED",
        }
    }

    fn of(self, row: &Row) -> &str {
        match self {
            Name => &row.name,
            Id => &row.id,
            Created => &row.created,
            Expires => &row.expires,
            LastUsed => &row.last_used,
        }
    }

    fn width(self, rows: &[Row]) -> usize {
        let cells = rows.iter().map(|row| self.of(row).width());
        cells.chain([self.header().width()]).max().unwrap_or(0)
    }
}

/// A table of tokens, drawn.
pub struct Table {
    lines: Vec<String>,
}

impl Table {
    /// Draws tokens for a look: at a terminal with names cut where they do not fit. Ids are never cut.
    pub fn new(tokens: &[Token], look: &Look) -> Self {
        Self::or_stacked(tokens, look, NAME_AT_LEAST)
    }

    /// Draws tokens that a question is about, with their names whole.
    pub fn to_ask_about(tokens: &[Token], look: &Look) -> Self {
        Self::or_stacked(tokens, look, usize::MAX)
    }

    /// Draws tokens to pick from: names whole, fewer columns in a narrow window and, where it cuts in the end, at the right what
    /// helps least with picking.
    pub fn to_pick_from(tokens: &[Token], look: &Look) -> Self {
        let fitted = |columns| Fitted::new(tokens, look, columns, NAME_TO_PICK_AT_MOST);
        let [widest, wider, narrowest] = PICKING_COLUMNS;
        let mut wide = [widest, wider].into_iter().map(fitted);
        let fits = |fitted: &Fitted| fitted.too_wide == 0;
        Self::drawn(&wide.find(fits).unwrap_or_else(|| fitted(narrowest)), look)
    }

    /// Draws a table with the names cut as far as that takes or, where they would become shorter than `shortest`, a few lines a
    /// token.
    fn or_stacked(tokens: &[Token], look: &Look, shortest: usize) -> Self {
        let mut fitted = Fitted::new(tokens, look, &COLUMNS, usize::MAX);
        let room = Name.width(&fitted.rows).saturating_sub(fitted.too_wide);
        match look.width {
            Some(window) if fitted.too_wide > 0 && room < shortest => Self::stacked(tokens, look, window),
            _ => {
                fitted.cut_names(room);
                Self::drawn(&fitted, look)
            }
        }
    }

    /// A token's cells under each other, the name as long as the window is wide, with the distances that fit their lines.
    fn stacked(tokens: &[Token], look: &Look, window: usize) -> Self {
        let mut lines = Vec::new();
        for token in tokens {
            let [full, brief] = [Distances::All, Distances::Soon].map(|distances| Row::new(token, look.now, distances));
            lines.push(cut(&full.name, window));
            lines.push(format!("  id {}", full.id));
            for (column, title) in [(Created, "created"), (Expires, "expires"), (LastUsed, "last used")] {
                let fits = title.width() + column.of(&full).width() + 3 <= window;
                let row = if fits { &full } else { &brief };
                let cell = match column {
                    Expires => row.painted_expiry(look.is_coloured),
                    _ => column.of(row).to_owned(),
                };
                lines.push(format!("  {title} {cell}"));
            }
        }
        Self { lines }
    }

    fn drawn(fitted: &Fitted, look: &Look) -> Self {
        let Fitted { columns, rows, .. } = fitted;
        let mut grid = Grid::new();
        grid.load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(columns.iter().map(|column| column.header()))
            .add_rows(
                rows.iter()
                    .map(|row| columns.iter().map(|column| Cell::new(column.of(row)))),
            );
        for column in grid.column_iter_mut() {
            column.set_padding((0, GAP));
        }
        let mut lines: Vec<String> = grid.lines().map(|line| line.trim_end().to_owned()).collect();
        if look.is_coloured {
            for (line, row) in lines.iter_mut().skip(1).zip(rows) {
                paint(line, row);
            }
        }
        Self { lines }
    }

    /// The line with the names of the columns.
    pub fn header(&self) -> &str {
        self.lines.first().map_or("", String::as_str)
    }

    /// A line a token, in the tokens' order.
    pub fn rows(&self) -> &[String] {
        self.lines.get(1..).unwrap_or_default()
    }

    /// All lines, each with its line break.
    pub fn text(&self) -> String {
        self.lines.iter().flat_map(|line| [line, "\n"]).collect()
    }
}

/// What is to be drawn.
struct Fitted {
    columns: &'static [Column],
    rows: Vec<Row>,
    /// By how many columns it is wider than the window.
    too_wide: usize,
}

impl Fitted {
    /// Tokens with as many distances beside their dates as fit the window. What must be said stays, whether it fits or not.
    fn new(tokens: &[Token], look: &Look, columns: &'static [Column], longest_name: usize) -> Self {
        let with = |distances| {
            let rows = tokens.iter().map(|token| Row::new(token, look.now, distances));
            let mut fitted = Self {
                columns,
                rows: rows.collect(),
                too_wide: 0,
            };
            fitted.cut_names(longest_name);
            fitted.too_wide = look.width.map_or(0, |window| fitted.width().saturating_sub(window));
            fitted
        };
        if !look.is_terminal {
            return with(Distances::None);
        }
        [Distances::All, Distances::LastUse, Distances::Expiry]
            .into_iter()
            .map(with)
            .find(|fitted| fitted.too_wide == 0)
            .unwrap_or_else(|| with(Distances::Soon))
    }

    fn cut_names(&mut self, room: usize) {
        for row in &mut self.rows {
            row.name = cut(&row.name, room);
        }
    }

    fn width(&self) -> usize {
        let cells: usize = self.columns.iter().map(|column| column.width(&self.rows)).sum();
        cells + usize::from(GAP) * (self.columns.len() - 1)
    }
}

/// Colours a row's expiry. It is found from the end of the line: what stands behind it is plain ASCII.
fn paint(line: &mut String, row: &Row) {
    let end = line
        .strip_suffix(row.last_used.as_str())
        .unwrap_or(line)
        .trim_end()
        .len();
    line.replace_range(end - row.expires.len()..end, &row.painted_expiry(true));
}
