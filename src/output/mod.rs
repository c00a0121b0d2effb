//! Prints results to standard output and messages to standard error.

mod csv;
mod json;
mod spinner;
mod stream;
mod table;

use std::fmt::Display;
use std::io;
use std::process::ExitCode;
use std::time::Duration;

use console::Style;
use jiff::Timestamp;

pub use json::{TokenJson, array as json_array, line as json_line, whole_seconds};
use spinner::RetryStatus;
pub use spinner::Spinner;
pub use stream::{ColorChoice, Stream, write_stderr, write_stdout};
pub use table::Table;

use crate::api::Attempt;
use crate::error::{Failure, Kind};
use crate::redact;
use crate::token::Token;
use crate::untrusted::sanitize;

/// Minimum wait before a retry that is announced if there is no spinner.
const LONG_WAIT: Duration = Duration::from_secs(2);

/// Output format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Aligned table
    Table,
    /// A single JSON document
    Json,
    /// One JSON object per line (`list` only)
    Jsonl,
    /// Comma-separated values with a header row (`list` only)
    Csv,
    /// One token ID per line (`list` only)
    Id,
}

impl Format {
    /// Returns `false` if the format is for lists of tokens only.
    pub fn is_document(self) -> bool {
        match self {
            Self::Table | Self::Json => true,
            Self::Jsonl | Self::Csv | Self::Id => false,
        }
    }
}

/// Output options from the command line.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    pub format: Format,
    pub color: ColorChoice,
    pub quiet: bool,
    pub verbose: bool,
}

/// Standard output and standard error, with the options for writing to them.
#[derive(Debug, Clone)]
pub struct Output {
    options: Options,
    retry: RetryStatus,
    pub stdout: Stream,
    pub stderr: Stream,
}

impl Output {
    pub fn new(options: Options) -> Self {
        Self {
            stdout: Stream::stdout(options.color),
            stderr: Stream::stderr(options.color),
            retry: RetryStatus::default(),
            options,
        }
    }

    pub fn is_json(&self) -> bool {
        self.options.format == Format::Json
    }

    /// Returns `true` if errors are written as JSON.
    pub fn reports_json(&self) -> bool {
        matches!(self.options.format, Format::Json | Format::Jsonl)
    }

    /// Fails if the format is for lists of tokens only.
    pub fn ensure_document_format(&self) -> Result<(), Failure> {
        if self.options.format.is_document() {
            return Ok(());
        }
        Err(Failure::invalid("--output", "only `list` supports this format; use table or json"))
    }

    /// Writes a list of tokens in the chosen format.
    pub async fn tokens(&self, tokens: &[Token], now: Timestamp) -> anyhow::Result<()> {
        let json = |token| TokenJson::new(token, now);
        let text = match self.options.format {
            Format::Table if tokens.is_empty() => String::new(),
            Format::Table => Table::new(tokens, now, self.stdout).text(),
            Format::Json => json_array(tokens.iter().map(json))?,
            Format::Jsonl => tokens.iter().map(|token| json_line(&json(token))).collect::<Result<_, _>>()?,
            Format::Csv => csv::document(tokens, now, self.stdout.is_terminal)?,
            Format::Id => tokens.iter().map(id_line).collect::<Result<_, _>>()?,
        };
        self.text(text).await
    }

    /// Writes a result that may be lost. A closed pipe is not an error: `head` closes it early.
    pub async fn text(&self, text: String) -> anyhow::Result<()> {
        ignore_closed_pipe(stream::write_stdout(redact::exact(text)).await)
    }

    /// Writes the result of a command that changes something. A closed pipe is an error.
    pub async fn data(&self, text: String) -> Result<(), Failure> {
        stream::write_stdout(redact::exact(text)).await.map_err(not_written)
    }

    /// Writes the value of a new token, the only text that is not redacted. Fails if standard output is closed.
    pub async fn value(&self, text: String) -> Result<(), Failure> {
        let written = match stream::ensure_writable() {
            Ok(()) => stream::write_stdout(text).await,
            Err(error) => Err(error),
        };
        written.map_err(not_written)
    }

    /// Returns `true` unless `--quiet` or `-o json` suppresses notes.
    pub fn shows_notes(&self) -> bool {
        !self.options.quiet && !self.is_json()
    }

    /// Writes a note on one line. `--quiet` and `-o json` suppress notes.
    pub fn note(&self, text: impl Display) {
        if self.shows_notes() {
            show(text);
        }
    }

    /// Writes a note that must not be missed.
    pub fn important_note(&self, text: impl Display) {
        if self.shows_notes() {
            let text = self.tag(&printable(&text.to_string()), Style::new().bold());
            stream::write_stderr(&format!("{text}\n"));
        }
    }

    /// Writes a warning on one line. `--quiet` suppresses warnings, and so does `-o json` if standard error is not a terminal,
    /// because a script may read each line as JSON.
    pub fn warn(&self, text: impl Display) {
        if !self.options.quiet && (self.stderr.is_terminal || !self.is_json()) {
            self.alert(text);
        }
    }

    /// Writes a warning on one line, even with `--quiet`.
    pub fn alert(&self, text: impl Display) {
        let tag = self.tag("warning:", Style::new().yellow().bold());
        stream::write_stderr(&format!("{tag} {}\n", printable(&text.to_string())));
    }

    /// Writes a line with `--verbose`.
    pub fn detail(&self, text: impl Display) {
        if self.options.verbose {
            show(text);
        }
    }

    /// Writes an error, as text or, with `-o json` or `-o jsonl`, as a line of JSON, and returns the exit code.
    pub fn report(&self, failure: &Failure) -> ExitCode {
        let exit_code = ExitCode::from(failure.exit_code());
        if failure.kind == Kind::Declined {
            return exit_code;
        }
        let text = if self.reports_json() {
            json_line(&failure.json(redact::redact)).unwrap_or_default()
        } else {
            let error = self.tag("error:", Style::new().red().bold());
            let hint = self.tag("hint:", Style::new().cyan().bold());
            failure_text(failure, &error, &hint)
        };
        stream::write_stderr(&text);
        exit_code
    }

    /// Shows an attempt of a request in the spinner if it is retried, and with `--verbose` on a line. Without a spinner, a note
    /// announces a long wait.
    pub fn trace(&self, attempt: &Attempt<'_>) {
        let retry = self.retry.update(attempt);
        let wait = attempt.wait.filter(|wait| *wait >= LONG_WAIT && !self.stderr.can_redraw);
        if let (Some(retry), Some(wait)) = (retry, wait) {
            self.note(format_args!("Waiting {} s: {retry}", wait.as_secs()));
        }
        let status = attempt.status.map_or_else(|| "no response".to_owned(), |status| status.to_string());
        self.detail(format_args!(
            "{} {}: {status} in {} ms, attempt {}",
            attempt.method,
            attempt.path,
            attempt.elapsed.as_millis(),
            attempt.number
        ));
    }

    pub fn spinner(&self, label: &'static str) -> Spinner {
        let is_visible = self.stderr.can_redraw && !self.options.quiet && !self.options.verbose;
        Spinner::start(label, &self.retry, is_visible)
    }

    fn tag(&self, text: &str, style: Style) -> String {
        style.for_stderr().force_styling(self.stderr.is_colored).apply_to(text).to_string()
    }
}

/// The text of a failure: its message, its causes and its hint.
pub fn failure_text(failure: &Failure, error_tag: &str, hint_tag: &str) -> String {
    let mut lines = vec![format!("{error_tag} {}", printable(&failure.message))];
    lines.extend(failure.causes.iter().map(|cause| format!("  {}", printable(cause))));
    lines.extend(failure.hint.iter().map(|hint| format!("{hint_tag} {}", printable(hint))));
    lines.join("\n") + "\n"
}

/// Writes text that does not depend on the server, such as help. A closed pipe is not an error.
pub fn print(text: &str) -> anyhow::Result<()> {
    ignore_closed_pipe(stream::write_stdout_blocking(&redact::exact(text.to_owned())))
}

/// Writes a message on one line, even with `--quiet`.
pub fn show(text: impl Display) {
    stream::write_stderr(&format!("{}\n", printable(&text.to_string())));
}

/// Writes several lines that are safe to print, even with `--quiet`. They may be colored.
pub fn show_lines(text: &str) {
    stream::write_stderr(&format!("{}\n", redact::redact(text.trim_end())));
}

/// Fails if another program could mistake the ID for two IDs or for an option.
fn id_line(token: &Token) -> Result<String, Failure> {
    if token.id.is_plain() {
        return Ok(format!("{}\n", token.id.raw()));
    }
    let message = format!("token `{}` has an ID that is not safe to pass to a program", token.display_name());
    Err(Failure::new(Kind::Failed, message).hint("use -o json"))
}

/// Makes a message safe to print: on one line, without control characters and without secrets.
fn printable(text: &str) -> String {
    redact::redact(&sanitize(text))
}

fn not_written(error: io::Error) -> Failure {
    Failure::new(Kind::Failed, "cannot write to standard output").caused_by(error)
}

fn ignore_closed_pipe(written: io::Result<()>) -> anyhow::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written.map_err(not_written)?),
    }
}
