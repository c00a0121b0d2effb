//! Questions at a terminal, written to standard error.
//!
//! Except in the picker and while a secret is typed, the terminal stays in line mode: its line editing, Ctrl-C and Ctrl-Z work as
//! usual.

mod input;
mod terminal;

use std::collections::HashMap;
use std::fmt::{self, Display};
use std::io::{self, BufRead, IsTerminal};
use std::str::FromStr;
#[cfg(unix)]
use std::sync::Arc;

use console::Term;
use dialoguer::MultiSelect;
use dialoguer::theme::{SimpleTheme, Theme};
#[cfg(unix)]
use input::Typed;
pub use input::wait_for_input;
use terminal::TerminalGuard;

use crate::error::{Failure, Kind};
use crate::output::{Stream, Table, write_stderr as write};
use crate::redact::redact;
use crate::secret::Secret;
use crate::signals::{Signals, block_suspend};
use crate::thread;
use crate::untrusted::truncate;

pub const HOST: &str = "Address of the TrueFoundry website, such as https://YOUR-TENANT.truefoundry.cloud:";

pub const KEY: &str = "API key (it is not shown):";

pub const NEW_NAME: &str = "Name of the new token:";

pub const REPEAT_EMAIL: &str = "Type the email address again to confirm:";

pub const DELETE_OLD: &str = "Delete the old token? This cannot be undone and breaks whatever uses it. [y/N]";

const PICK: &str = "Which tokens do you want to delete? Space selects, a selects all, Enter confirms, Esc cancels.";

const NONE_SELECTED: &str = "No token selected. Press Space to select, Esc to cancel.";

/// Width of the cursor and the check box before each row of the picker, in columns.
const PICKER_MARGIN: usize = 6;

/// Number of lines around the rows of the picker, if the question does not wrap: question, number of pages, header and cursor.
const PICKER_LINES: usize = 4;

/// Minimum height of a window for the picker, in lines. dialoguer panics in a smaller window.
const MIN_PICKER_LINES: u16 = 3;

/// Maximum number of tokens that the answer `y` deletes. For more tokens, the answer is their number.
pub const MAX_UNCOUNTED: usize = 10;

pub fn delete(count: usize) -> String {
    let (tokens, them) = match count {
        1 => ("this token".to_owned(), "it"),
        count => (format!("{count} tokens"), "them"),
    };
    let answers = if count > MAX_UNCOUNTED { format!("Type {count} to confirm:") } else { "[y/N]".to_owned() };
    format!("Delete {tokens}? This cannot be undone and breaks whatever uses {them}. {answers}")
}

/// Returns `true` if the terminal can draw a picker.
pub fn can_pick(stderr: Stream) -> bool {
    stderr.can_redraw && Term::stderr().size().0 >= MIN_PICKER_LINES
}

/// Returns the width for the rows of a picker, in columns.
pub fn picker_width(stderr: Stream) -> usize {
    // The last column stays free: some terminals move to the next line after it.
    stderr.width.unwrap_or(80).saturating_sub(PICKER_MARGIN + 1)
}

/// Draws the rows of a picker in color: maps each row to the same row with colors.
#[derive(Clone)]
struct Colors(HashMap<String, String>);

impl Theme for Colors {
    fn format_multi_select_prompt_item(
        &self,
        f: &mut dyn fmt::Write,
        text: &str,
        checked: bool,
        active: bool,
    ) -> fmt::Result {
        let row = self.0.get(text).map_or(text, String::as_str);
        SimpleTheme.format_multi_select_prompt_item(f, row, checked, active)
    }
}

/// A terminal at which the user can answer.
pub struct Prompt(());

impl Prompt {
    /// Returns `None` unless standard input and standard error are terminals.
    pub fn open() -> Option<Self> {
        (io::stdin().is_terminal() && io::stderr().is_terminal()).then_some(Self(()))
    }

    /// Asks a question. Returns `true` for `y` and `yes`, and `false` for any other answer and the end of input.
    pub async fn confirm(&self, question: &str, signals: &Signals) -> anyhow::Result<bool> {
        let answer = read_line(question, signals).await?;
        Ok(answer.is_some_and(|answer| matches!(answer.trim().to_lowercase().as_str(), "y" | "yes")))
    }

    /// Asks a question whose answer is a number of tokens. Returns `false` for any other answer and the end of input.
    pub async fn confirm_count(&self, question: &str, count: usize, signals: &Signals) -> anyhow::Result<bool> {
        let answer = read_line(question, signals).await?;
        Ok(answer.is_some_and(|answer| answer.trim() == count.to_string()))
    }

    /// Repeats a question until the answer can be parsed. The end of input is an error.
    pub async fn line<T: FromStr<Err: Display>>(&self, question: &str, signals: &Signals) -> anyhow::Result<T> {
        loop {
            let answer = read_line(question, signals).await?.ok_or_else(Failure::declined)?;
            match answer.trim().parse() {
                Ok(answer) => return Ok(answer),
                Err(error) => write(&format!("invalid answer: {error}\n")),
            }
        }
    }

    /// Reads a secret without showing it. The end of input is an error.
    #[cfg(unix)]
    pub async fn secret(&self, question: &str, signals: &Signals) -> anyhow::Result<Secret> {
        let (typed, question) = (Arc::new(Typed::default()), format!("{question} "));
        let redraw = {
            let (typed, question) = (Arc::clone(&typed), question.clone());
            move || {
                // The terminal, too, forgets a line when the program is stopped.
                typed.clear();
                write(&question);
            }
        };
        let _terminal = TerminalGuard::hide_input(redraw)?;
        let answer = ask(&question, signals, move || typed.read_line()).await?;
        // The terminal does not show the line break either.
        write("\n");
        Ok(Secret::new(answer.ok_or_else(Failure::declined)?))
    }

    /// Reads a secret without showing it.
    #[cfg(not(unix))]
    pub async fn secret(&self, question: &str, signals: &Signals) -> anyhow::Result<Secret> {
        write(&format!("{question} "));
        let line = thread::start(|| Term::stderr().read_secure_line())?;
        let line = signals.or_interrupt(line).await?;
        Ok(Secret::new(line.map_err(read_failure)?))
    }

    /// Lets the user select rows of a table with one line for each token, which are cut to `width` columns, and returns their
    /// indices. `colored` is the same table with colors. Fails if two tokens look the same.
    pub async fn pick(
        &self,
        table: &Table,
        colored: &Table,
        width: usize,
        signals: &Signals,
    ) -> anyhow::Result<Vec<usize>> {
        // dialoguer clears the wrong lines if a row has more bytes than the window has columns.
        let fitted = |row: &String| {
            let row = truncate(&redact(row), width);
            row[..row.floor_char_boundary(width)].to_owned()
        };
        let rows: Vec<String> = table.rows().iter().map(fitted).collect();
        let drawn = rows.iter().zip(table.rows()).zip(colored.rows());
        // A row that was cut has no colors.
        let drawn = drawn
            .map(|((fitted, row), colored)| (fitted.clone(), if fitted == row { colored } else { fitted }.clone()));
        let theme = Colors(drawn.collect());
        if theme.0.len() < rows.len() {
            let message = "the window is too narrow to tell the tokens apart";
            return Err(Failure::new(Kind::Usage, message).hint("widen the window, or pass names or IDs").into());
        }
        let margin = " ".repeat(PICKER_MARGIN);
        let (lines, columns) = Term::stderr().size();
        let used = PICKER_LINES + PICK.len() / usize::from(columns);
        let page = usize::from(lines).saturating_sub(used).max(1);
        let mut heading = format!("{PICK}\n");
        if rows.len() > page {
            let pages = rows.len().div_ceil(page);
            let note = format!("{} tokens on {pages} pages. Left and Right change the page.", rows.len());
            heading = format!("{heading}{}\n", truncate(&note, width + PICKER_MARGIN));
        }
        let header =
            if table.header().len() <= width { colored.header().to_owned() } else { truncate(table.header(), width) };
        heading = format!("{heading}{margin}{header}\n");
        write(&heading);
        let shown = rows.len().min(page);
        let _terminal = TerminalGuard::open_picker(move || {
            // dialoguer draws the rows at the next key, over as many lines above the cursor.
            let note = truncate("Up and Down show the tokens.", width);
            write(&format!("{heading}{margin}{note}{}", "\n".repeat(shown)));
        })?;
        loop {
            let (rows, theme) = (rows.clone(), theme.clone());
            let mut picking = thread::start(move || {
                block_suspend();
                MultiSelect::with_theme(&theme)
                    .items(&rows)
                    .report(false)
                    .max_length(page)
                    .interact_on_opt(&Term::stderr())
            })?;
            let picked = signals.or_interrupt(&mut picking).await;
            if picked.is_err() {
                TerminalGuard::wait_for_read(&picking);
            }
            match picked? {
                Ok(Some(picked)) if picked.is_empty() => write(&format!("{NONE_SELECTED}\n")),
                Ok(Some(picked)) => return Ok(picked),
                Ok(None) => return Err(Failure::declined().into()),
                // dialoguer turns Ctrl-C into this error and a signal, which may arrive a moment later.
                Err(dialoguer::Error::IO(error)) if error.kind() == io::ErrorKind::Interrupted => {
                    return Err(signals.next().await.into());
                }
                Err(dialoguer::Error::IO(error)) => return Err(read_failure(error).into()),
            }
        }
    }
}

/// Writes a question and reads a line. Returns `None` if the input ends before the line does.
async fn read_line(question: &str, signals: &Signals) -> anyhow::Result<Option<String>> {
    let read = || {
        let mut line = Vec::new();
        wait_for_input(|| io::stdin().lock().read_until(b'\n', &mut line))?;
        Ok(line.ends_with(b"\n").then_some(line))
    };
    let answer = ask(&format!("{question} "), signals, read).await?;
    if answer.is_none() {
        write("\n");
    }
    Ok(answer)
}

/// Writes a question and reads the answer on another thread.
async fn ask(
    question: &str,
    signals: &Signals,
    read: impl FnOnce() -> io::Result<Option<Vec<u8>>> + Send + 'static,
) -> anyhow::Result<Option<String>> {
    // A key that was pressed before the question appeared does not answer it.
    discard_input();
    write(question);
    let answer = match thread::start(read) {
        Ok(answer) => signals.or_interrupt(answer).await,
        Err(failure) => Err(failure.into()),
    };
    let answer = answer.and_then(|answer| Ok(answer.map_err(read_failure)?));
    if answer.is_err() {
        write("\n");
    }
    // Input after the answer must not reach the shell.
    discard_input();
    Ok(answer?.map(|line| String::from_utf8_lossy(&line).into_owned()))
}

/// Returns the failure of a read. A terminal that was closed counts as declining.
fn read_failure(error: io::Error) -> Failure {
    if Prompt::open().is_none() {
        return Failure::declined();
    }
    Failure::new(Kind::Failed, "cannot read from the terminal").caused_by(error)
}

#[cfg(unix)]
fn discard_input() {
    use rustix::termios::{QueueSelector, tcflush};
    let _ = tcflush(io::stdin(), QueueSelector::IFlush);
}

#[cfg(not(unix))]
fn discard_input() {}
