//! Tokens as a table: for a person at a terminal, or for `grep` and `awk` behind a pipe.

use comfy_table::{Cell, ContentArrangement, Table as Grid, presets};
use console::Style;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use unicode_width::UnicodeWidthStr;

use crate::age::relative;
use crate::text::cut;
use crate::token::{Expiry, Token};

const HEADER: [&str; 5] = ["NAME", "ID", "CREATED AT", "EXPIRES AT", "LAST USED"];

const ALL_COLUMNS: [usize; HEADER.len()] = [0, 1, 2, 3, 4];

const PICKING_COLUMNS: [usize; HEADER.len()] = [0, 3, 4, 2, 1];

/// Columns between two cells.
const GAP: u16 = 2;

/// A name is cut to fit the window, but not below this many columns.
const NAME_AT_LEAST: usize = 8;

/// A name to pick is cut where it is longer than any the platform takes, not to push everything else off the window.
const NAME_TO_PICK_AT_MOST: usize = 40;

/// A token that expires within this many days is marked.
const SOON_DAYS: i64 = 14;

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

/// How a token's expiry stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Soon,
    Expired,
}

type Row = [String; HEADER.len()];

/// A table of tokens, drawn.
pub struct Table {
    lines: Vec<String>,
}

impl Table {
    /// Draws tokens for a look: at a terminal with distances beside the dates as far as they fit, and with names cut where even
    /// the dates alone would not. Ids are never cut.
    pub fn new(tokens: &[Token], look: &Look) -> Self {
        let mut rows: Vec<Row> = tokens
            .iter()
            .map(|token| row(token, look.now, look.is_terminal))
            .collect();
        if let Some(window) = look.width {
            if width(&rows) > window {
                rows = tokens.iter().map(|token| row(token, look.now, false)).collect();
            }
            let too_wide = width(&rows).saturating_sub(window);
            let room = widest(&rows, 0).saturating_sub(too_wide).max(NAME_AT_LEAST);
            for row in &mut rows {
                row[0] = cut(&row[0], room);
            }
        }
        Self::drawn(&rows, ALL_COLUMNS, tokens, look)
    }

    /// Draws tokens to pick from: names whole, and what helps least with picking at the right, where a narrow window cuts.
    pub fn to_pick_from(tokens: &[Token], look: &Look) -> Self {
        let rows = |is_relative| -> Vec<Row> { tokens.iter().map(|token| row(token, look.now, is_relative)).collect() };
        let mut all = rows(look.is_terminal);
        if look.width.is_some_and(|window| width(&all) > window) {
            all = rows(false);
        }
        for row in &mut all {
            row[0] = cut(&row[0], NAME_TO_PICK_AT_MOST);
        }
        Self::drawn(&all, PICKING_COLUMNS, tokens, look)
    }

    /// Draws tokens that a question is about: where the table would not fit without names being cut, as a few lines a token.
    pub fn to_ask_about(tokens: &[Token], look: &Look) -> Self {
        let plain = tokens
            .iter()
            .map(|token| row(token, look.now, false))
            .collect::<Vec<Row>>();
        match look.width {
            Some(window) if width(&plain) > window => Self {
                lines: plain.iter().flat_map(|row| stacked(row, window)).collect(),
            },
            _ => Self::new(tokens, look),
        }
    }

    fn drawn(rows: &[Row], columns: [usize; HEADER.len()], tokens: &[Token], look: &Look) -> Self {
        let mut grid = Grid::new();
        grid.load_style(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Disabled)
            .set_header(columns.map(|column| HEADER[column]))
            .add_rows(rows.iter().map(|row| columns.map(|column| Cell::new(&row[column]))));
        for column in grid.column_iter_mut() {
            column.set_padding((0, GAP));
        }
        let mut lines: Vec<String> = grid.lines().map(|line| line.trim_end().to_owned()).collect();
        if look.is_coloured {
            for ((line, row), token) in lines.iter_mut().skip(1).zip(rows).zip(tokens) {
                paint(line, row, mark(token, look.now));
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

/// A token's cells; with distances from now where `is_relative`.
fn row(token: &Token, now: Timestamp, is_relative: bool) -> Row {
    let day = |at: Timestamp| at.to_zoned_datetime(TimeZone::UTC).date().to_string();
    let dated = |at: Option<Timestamp>| match at {
        Some(at) if is_relative => format!("{} ({})", day(at), relative(at, now)),
        Some(at) => day(at),
        None => "-".to_owned(),
    };
    let expires = match token.expiry {
        Expiry::Never => "Never".to_owned(),
        Expiry::Unknown => "-".to_owned(),
        Expiry::At(at) if token.is_expired(now) => format!("{} (expired)", day(at)),
        at @ Expiry::At(_) => dated(at.instant()),
    };
    let expires = match token.expiry {
        Expiry::Never | Expiry::Unknown if token.is_expired(now) => format!("{expires} (expired)"),
        _ => expires,
    };
    [
        token.shown_name(),
        token.id.to_string(),
        dated(token.created_at),
        expires,
        dated(token.last_used_at),
    ]
}

/// A token's cells under each other, the name as long as the window is wide.
fn stacked(row: &Row, window: usize) -> Vec<String> {
    let [name, id, created, expires, last_used] = row;
    vec![
        cut(name, window),
        format!("  id {id}"),
        format!("  created {created}"),
        format!("  expires {expires}"),
        format!("  last used {last_used}"),
    ]
}

fn mark(token: &Token, now: Timestamp) -> Mark {
    let soon = now.checked_add((24 * SOON_DAYS).hours()).unwrap_or(Timestamp::MAX);
    match token.expiry {
        _ if token.is_expired(now) => Mark::Expired,
        Expiry::At(at) if at <= soon => Mark::Soon,
        _ => Mark::None,
    }
}

/// Colours a row's expiry. It is found from the end of the line: what stands behind it is plain ASCII.
fn paint(line: &mut String, [.., expires, last_used]: &Row, mark: Mark) {
    let style = match mark {
        Mark::None => return,
        Mark::Soon => Style::new().yellow(),
        Mark::Expired => Style::new().red(),
    };
    let end = line.strip_suffix(last_used.as_str()).unwrap_or(line).trim_end().len();
    let painted = style.force_styling(true).apply_to(expires).to_string();
    line.replace_range(end - expires.len()..end, &painted);
}

fn widest(rows: &[Row], column: usize) -> usize {
    rows.iter()
        .map(|row| row[column].width())
        .chain([HEADER[column].width()])
        .max()
        .unwrap_or(0)
}

fn width(rows: &[Row]) -> usize {
    let columns: usize = (0..HEADER.len()).map(|column| widest(rows, column)).sum();
    columns + usize::from(GAP) * (HEADER.len() - 1)
}
