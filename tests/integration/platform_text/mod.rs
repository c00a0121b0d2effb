//! Whatever the platform sends, it is shown harmless, told exactly to programs, and never taken for more than it is.

mod hostile;
mod nonsense;
mod odd_items;
mod spreadsheet;
mod wide;

use crate::support::platform::{Platform, TokenSeed};
use crate::support::program::Program;
#[cfg(unix)]
use crate::support::terminal::Terminal;

/// An account whose tokens have these names, whatever the platform would let a name be; they are listed in this order.
fn named(names: &[&str]) -> Platform {
    let platform = Platform::start();
    for name in names.iter().rev() {
        platform.add(TokenSeed::named(*name));
    }
    platform
}

/// `list` in a format, in a hurry.
fn list(platform: &Platform, format: &str) -> Program {
    let program = Program::against(platform.url(), platform.key());
    program
        .args(["list", "--retries", "0", "-o", format])
        .env("NO_COLOR", "1")
}

/// What a listing writes to a terminal of so many columns, which is no escape sequence at all.
#[cfg(unix)]
#[track_caller]
fn shown(platform: &Platform, format: &str, columns: u16) -> String {
    let finished = Terminal::size(columns, 60).run(&list(platform, format)).finish();
    assert_eq!(finished.code, 0);
    // CSV ends its lines like that, and the terminal adds one more.
    let text = finished.output.replace("\r\r\n", "\n").replace("\r\n", "\n");
    let odd = text
        .chars()
        .find(|character| character.is_control() && *character != '\n');
    assert_eq!(odd, None, "{text:?}");
    text
}

/// The cells of CSV, less the header.
#[track_caller]
fn cells(text: &str) -> Vec<Vec<String>> {
    let reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.into_records().map(|row| row.expect("a row of CSV"));
    rows.map(|row| row.iter().map(str::to_owned).collect()).collect()
}
