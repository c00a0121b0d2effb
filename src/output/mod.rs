//! All that is printed: data to standard output, talk to standard error.

mod csv;
mod failure;
mod json;
mod progress;
mod stream;
mod table;

use std::fmt::Display;
use std::io;
use std::process::ExitCode;

use console::Style;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

pub use csv::{HEADER as CSV_HEADER, row as csv_row};
pub use json::{lines as json_lines, object, object_with_room, token as token_json};
use progress::Trouble;
pub use progress::{Progress, READING};
pub use stream::{ColorChoice, Stream, is_listened_to};
pub use table::{Look, Table};

use crate::api::Try;
use crate::environment::{Environment, KEY_NAME};
use crate::error::Error;
use crate::secret::{hidden, without};
use crate::text::clean;

/// How a command's result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people
    Table,
    /// One JSON document
    Json,
    /// One JSON document per line, written as pages arrive (list)
    Jsonl,
    /// Comma-separated values with a header (list)
    Csv,
    /// One id per line, for xargs (list)
    Id,
}

/// What the command line says of output.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The format of the result.
    pub format: Format,
    /// When to colour.
    pub color: ColorChoice,
    /// No notes.
    pub quiet: bool,
    /// A line for each request.
    pub verbose: bool,
}

/// Standard output and standard error, and how to write to them.
#[derive(Debug, Clone)]
pub struct Output {
    options: Options,
    trouble: Trouble,
    /// The key that is set, which nothing that is said may have in it.
    key: Option<SecretString>,
    /// Where data goes.
    pub stdout: Stream,
    /// Where talk goes.
    pub stderr: Stream,
}

#[expect(clippy::unused_self, reason = "only who holds the streams may write to them")]
impl Output {
    /// Looks at the two streams as they are now.
    pub fn new(options: Options, environment: &Environment) -> Self {
        Self {
            stdout: Stream::stdout(options.color, environment),
            stderr: Stream::stderr(options.color, environment),
            options,
            trouble: Trouble::default(),
            key: environment.text(KEY_NAME).ok().flatten().map(SecretString::from),
        }
    }

    /// How the result is to be written.
    pub fn format(&self) -> Format {
        self.options.format
    }

    /// Writes data to standard output, whole. Where nobody reads it this waits, and may be abandoned.
    pub async fn data(&self, text: String) -> Result<(), Error> {
        stream::write_beside(text).await.map_err(Error::Output)
    }

    /// Writes a value that exists nowhere else. Unlike other data it must not vanish into a stream that was closed from the start.
    pub async fn value(&self, text: Zeroizing<String>) -> io::Result<()> {
        stream::ensure_open()?;
        stream::write_beside(text).await
    }

    /// Writes data to standard output where no runtime is needed, and a signal ends the program by itself.
    pub fn print(&self, text: &str) -> Result<(), Error> {
        stream::write(text).map_err(Error::Output)
    }

    /// Says something that is good to know, on one line; left out with `-o json`.
    pub fn note(&self, text: impl Display) {
        if !self.options.quiet && self.format() != Format::Json {
            say(&self.without_secrets(&clean(&text.to_string())));
        }
    }

    /// Says something that should be looked into, on one line; left out where a script takes each line for JSON.
    pub fn warn(&self, text: impl Display) {
        if !self.options.quiet && (self.stderr.is_terminal || self.format() != Format::Json) {
            say(&format!(
                "{} {}",
                self.tag("warning:", Style::new().yellow().bold()),
                self.without_secrets(&clean(&text.to_string()))
            ));
        }
    }

    /// Shows what `--quiet` must not hide: what a question is about, or what is wrong with the command line.
    pub fn show(&self, text: &str) {
        say(text);
    }

    /// Tells a failure: for people or, where the result would have been JSON, as a line of JSON.
    pub fn error(&self, error: &Error) {
        if self.format() == Format::Json {
            say(&failure::json(error, |text| self.without_secrets(text)));
        } else {
            let shown = |text: &str| self.without_secrets(&clean(text));
            let tags = [
                self.tag("error:", Style::new().red().bold()),
                self.tag("hint:", Style::new().cyan().bold()),
            ];
            say(&failure::told(error, &tags, shown));
        }
    }

    /// The code that a run exits with; its failure is told first.
    pub fn end(&self, result: Result<(), Error>) -> ExitCode {
        match result {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                self.error(&error);
                ExitCode::from(error.exit_code())
            }
        }
    }

    /// The text without the key and without what looks like a key or value: an argument or a path that is said back may be one.
    pub fn without_secrets(&self, text: &str) -> String {
        let key = self.key.as_ref().map_or("", ExposeSecret::expose_secret);
        hidden(&without(text, key)).into_owned()
    }

    /// Tells a try of a request: on a line where that was asked for, else to those who wait should it be repeated.
    pub fn trace(&self, one: &Try<'_>) {
        self.trouble.hear(one);
        if self.options.verbose {
            let status = one
                .status
                .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
            let path = clean(one.path);
            say(&format!(
                "{} {path}: {status} in {} ms, try {}",
                one.method,
                one.took.as_millis(),
                one.number
            ));
        }
    }

    /// What a table on standard output looks like.
    pub fn look(&self, now: Timestamp) -> Look {
        Look::on(self.stdout, now)
    }

    /// What a table on standard error looks like, as part of a question.
    pub fn look_of_talk(&self, now: Timestamp) -> Look {
        Look::on(self.stderr, now)
    }

    /// What a table on standard error looks like whose rows are picked from: plain, and as wide as there is room for them.
    pub fn look_to_pick_from(&self, now: Timestamp, width: usize) -> Look {
        Look {
            width: Some(width),
            is_coloured: false,
            ..self.look_of_talk(now)
        }
    }

    /// A line that says how far something has come, should it take long; none where nobody watches.
    pub fn progress(&self, what: &'static str) -> Progress {
        let is_watched = self.stderr.can_redraw && !self.options.quiet && !self.options.verbose;
        Progress::new(what, &self.trouble, is_watched)
    }

    fn tag(&self, text: &str, style: Style) -> String {
        style
            .for_stderr()
            .force_styling(self.stderr.is_coloured)
            .apply_to(text)
            .to_string()
    }
}

/// Writes a line to standard error.
fn say(line: &str) {
    stream::say(&format!("{line}\n"));
}
