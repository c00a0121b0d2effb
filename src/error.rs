//! Failures: the messages that users read, and the kinds that scripts and callers match on.
//!
//! Functions that talk to the server or read settings return a [`Failure`]. On its way up it becomes an [`anyhow::Error`], to
//! which callers add context. [`Report`] turns the whole chain into text or JSON.

use std::error::Error as StdError;
use std::{fmt, io};

use serde::Serialize;

/// Kind of a failure. It decides the exit code and the name in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any failure that has no kind of its own.
    Failed,
    /// The command line, a setting or another input is invalid.
    Usage,
    /// Confirmation is required, but the user cannot be asked.
    Unconfirmed,
    NotSignedIn,
    Forbidden,
    NotFound,
    NameTaken,
    /// The server could not be reached or was too busy, after all retries.
    Unreachable,
    /// A token exists, or may exist, whose value was not delivered.
    Undelivered,
    /// The user answered no. This prints no message.
    Declined,
}

impl Kind {
    const fn name_and_exit_code(self) -> (&'static str, u8) {
        match self {
            Self::Failed => ("failed", 1),
            Self::Usage => ("usage", 2),
            Self::Unconfirmed => ("unconfirmed", 2),
            Self::NotSignedIn => ("not-signed-in", 3),
            Self::Forbidden => ("forbidden", 3),
            Self::NotFound => ("not-found", 4),
            Self::NameTaken => ("name-taken", 5),
            Self::Unreachable => ("unreachable", 6),
            Self::Undelivered => ("undelivered", 7),
            Self::Declined => ("cancelled", 130),
        }
    }
}

/// One failure. Its message never contains an API key or a token value.
#[derive(Debug)]
pub struct Failure {
    pub kind: Kind,
    message: String,
    hint: Option<String>,
    /// HTTP status of the response that caused the failure, if any.
    pub status: Option<u16>,
    source: Option<anyhow::Error>,
}

impl Failure {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None, status: None, source: None }
    }

    /// A failure of [`Kind::Usage`] for an option, argument, variable or file.
    pub fn invalid(what: impl fmt::Display, reason: impl fmt::Display) -> Self {
        Self::new(Kind::Usage, format!("invalid {what}: {reason}"))
    }

    /// A name, an ID or a deleted token that the server does not have.
    pub fn token_not_found() -> Self {
        Self::new(Kind::NotFound, "Token ID not found. List tokens first to find the correct ID.")
    }

    pub fn name_taken() -> Self {
        let message = "A token with this name already exists. Use a different name.";
        Self::new(Kind::NameTaken, message)
    }

    /// A token whose ID could be taken for another path of the API.
    pub fn unsafe_id(token: &str) -> Self {
        let message = format!("token `{token}` has an ID that is not safe to use in a URL; nothing was deleted");
        Self::new(Kind::Usage, message).hint("delete it on the TrueFoundry website")
    }

    /// A successful response that does not follow the API.
    pub fn unexpected_response(problem: &str) -> Self {
        Self::new(Kind::Failed, format!("unexpected response from the server: {problem}"))
    }

    /// The user answered no.
    pub fn declined() -> Self {
        Self::new(Kind::Declined, "cancelled")
    }

    /// Adds what the user should do next: an imperative and the exact command.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub fn status(self, status: impl Into<Option<u16>>) -> Self {
        Self { status: status.into(), ..self }
    }

    pub fn caused_by(self, source: impl Into<anyhow::Error>) -> Self {
        Self { source: Some(source.into()), ..self }
    }

    /// Adds causes that are printed one per line.
    pub fn with_lines(self, lines: impl IntoIterator<Item = String, IntoIter: DoubleEndedIterator>) -> Self {
        let chain = lines.into_iter().rev().fold(None, |inner: Option<anyhow::Error>, line| {
            Some(match inner {
                None => anyhow::Error::msg(line),
                Some(inner) => inner.context(line),
            })
        });
        Self { source: chain.or(self.source), ..self }
    }

    /// Returns `true` if the reader of standard output has closed it.
    pub fn is_closed_pipe(&self) -> bool {
        let error = self.source.as_ref().and_then(|source| source.downcast_ref::<io::Error>());
        error.is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Appends a second fact to the message.
    pub fn and(self, fact: &str) -> Self {
        Self { message: format!("{}; {fact}", self.message), ..self }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Failure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// A chain of errors, gathered for the user.
pub struct Report {
    pub kind: Kind,
    pub message: String,
    /// Outermost first.
    pub causes: Vec<String>,
    pub hint: Option<String>,
    /// HTTP status of a response, if one caused the failure.
    pub status: Option<u16>,
}

impl Report {
    /// The kind, the hint and the status are those of the outermost failure that has one.
    pub fn new(error: &(dyn StdError + 'static)) -> Self {
        let chain = || std::iter::successors(Some(error), |&error| error.source());
        let failures = || chain().filter_map(|error| error.downcast_ref::<Failure>());
        let message = error.to_string();
        let mut causes: Vec<String> = Vec::new();
        for cause in chain().skip(1).map(ToString::to_string) {
            let is_repeated = message.contains(&cause) || causes.iter().any(|earlier| earlier.contains(&cause));
            if !is_repeated {
                causes.push(cause);
            }
        }
        Self {
            kind: failures().next().map_or(Kind::Failed, |failure| failure.kind),
            message,
            causes,
            hint: failures().find_map(|failure| failure.hint.clone()),
            status: failures().find_map(|failure| failure.status),
        }
    }

    /// Turns the report back into a failure with the same text, for example after adding a cause.
    pub fn into_failure(self) -> Failure {
        let failure = Failure::new(self.kind, self.message).with_lines(self.causes);
        Failure { hint: self.hint, status: self.status, ..failure }
    }

    pub fn exit_code(&self) -> u8 {
        self.kind.name_and_exit_code().1
    }

    /// The message and the causes in one line.
    pub fn line(&self) -> String {
        self.causes.iter().fold(self.message.clone(), |line, cause| {
            let separator = if line.ends_with('.') { " " } else { "; " };
            line + separator + cause
        })
    }

    /// The failure as a JSON document. `sanitize` is applied to each text.
    pub fn json(&self, sanitize: impl Fn(&str) -> String) -> impl Serialize {
        let (kind, exit_code) = self.kind.name_and_exit_code();
        ErrorJson {
            error: ErrorFields {
                kind,
                message: sanitize(&self.line()),
                hint: self.hint.as_deref().map(sanitize),
                status: self.status,
                exit_code,
            },
        }
    }
}

#[derive(Serialize)]
struct ErrorJson {
    error: ErrorFields,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorFields {
    kind: &'static str,
    message: String,
    hint: Option<String>,
    status: Option<u16>,
    exit_code: u8,
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn report_uses_outermost_kind_and_hint() {
        let inner = Failure::new(Kind::Forbidden, "inner").status(403).hint("ask an admin");
        let outer = Err::<(), _>(inner).context("doing something").unwrap_err();
        let report = Report::new(outer.as_ref());
        assert_eq!(report.line(), "doing something; inner");
        assert_eq!((report.kind, report.exit_code()), (Kind::Forbidden, 3));
        assert_eq!((report.hint.as_deref(), report.status), (Some("ask an admin"), Some(403)));

        let outer = Failure::new(Kind::Undelivered, "outer").caused_by(outer).hint("delete it");
        let report = Report::new(&outer);
        assert_eq!((report.kind, report.hint.as_deref()), (Kind::Undelivered, Some("delete it")));
    }

    #[test]
    fn report_drops_repeated_causes() {
        let failure = Failure::new(Kind::Failed, "cannot list: disk full").caused_by(anyhow::anyhow!("disk full"));
        assert_eq!(Report::new(&failure).line(), "cannot list: disk full");
    }

    #[test]
    fn lines_become_causes_in_order() {
        let failure = Failure::new(Kind::Failed, "two").with_lines(["a".to_owned(), "b".to_owned()]);
        assert_eq!(Report::new(&failure).causes, ["a", "b"]);
    }
}
