//! Failures: the messages that users read, and the kinds that scripts and callers match on.
//!
//! Functions that talk to the server or read settings return a [`Failure`]. On its way up it becomes an [`anyhow::Error`], to
//! which callers add context.

use std::error::Error as StdError;
use std::fmt;

use serde::Serialize;

/// Kind of a failure. It decides the exit code and the name in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Any other failure.
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
    /// The command of `run` cannot be executed.
    NotExecutable,
    /// The command of `run` does not exist.
    CommandNotFound,
    /// The user answered no. Prints no message.
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
            Self::NotExecutable => ("not-executable", 126),
            Self::CommandNotFound => ("command-not-found", 127),
            Self::Declined => ("cancelled", 130),
        }
    }
}

/// A failure, as the user sees it. Its texts never contain an API key or a token value.
#[derive(Debug)]
pub struct Failure {
    pub kind: Kind,
    pub message: String,
    /// Outermost first.
    pub causes: Vec<String>,
    pub hint: Option<String>,
    /// HTTP status of the response that caused the failure, if any.
    pub status: Option<u16>,
}

/// Hint for a program that cannot open another file or connection.
pub const RAISE_LIMIT: &str = "raise the limit, for example with `ulimit -n 1024`";

impl Failure {
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), causes: Vec::new(), hint: None, status: None }
    }

    /// Combines a chain of errors. The kind, hint and status are those of the outermost [`Failure`] in the chain.
    pub fn from_error(error: &anyhow::Error) -> Self {
        let failure = error.chain().find_map(|error| error.downcast_ref::<Self>());
        let combined = Self::new(failure.map_or(Kind::Failed, |failure| failure.kind), error.to_string());
        let chain = error.chain().skip(1).map(ToString::to_string);
        let inner = failure.into_iter().flat_map(|failure| failure.causes.clone());
        let combined = combined.with_causes(chain.chain(inner));
        let hint = failure.and_then(|failure| failure.hint.clone());
        Self { hint, status: failure.and_then(|failure| failure.status), ..combined }
    }

    /// An invalid option, argument, variable or file.
    pub fn invalid(input: impl fmt::Display, reason: impl fmt::Display) -> Self {
        Self::new(Kind::Usage, format!("invalid {input}: {reason}"))
    }

    /// No token has the name or ID.
    pub fn token_not_found() -> Self {
        Self::new(Kind::NotFound, "Token ID not found. List tokens first to find the correct ID.")
    }

    pub fn name_taken() -> Self {
        let message = "A token with this name already exists. Use a different name.";
        Self::new(Kind::NameTaken, message)
    }

    /// A token whose ID could be mistaken for another path of the API.
    pub fn unsafe_id(token: &str) -> Self {
        let message = format!("token `{token}` has an ID that is not safe to use in a URL; nothing was deleted");
        Self::new(Kind::Usage, message).hint("delete it on the TrueFoundry website")
    }

    /// A successful response that does not follow the API.
    pub fn unexpected_response(problem: &str) -> Self {
        Self::new(Kind::Failed, format!("unexpected response from the server: {problem}"))
    }

    pub fn declined() -> Self {
        Self::new(Kind::Declined, "cancelled")
    }

    /// Sets the hint: an imperative, with the exact command if there is one.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub fn status(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    /// Adds causes, except for those that the message or another cause already contains.
    pub fn with_causes(mut self, causes: impl IntoIterator<Item = String>) -> Self {
        for cause in causes {
            let is_known = self.message.contains(&cause) || self.causes.iter().any(|known| known.contains(&cause));
            if !is_known {
                self.causes.push(cause);
            }
        }
        self
    }

    /// Adds an error and its causes. Its hint and its status are used if this failure has none.
    pub fn caused_by(self, error: impl Into<anyhow::Error>) -> Self {
        let cause = Self::from_error(&error.into());
        let caused = self.with_causes([cause.message]).with_causes(cause.causes);
        Self { hint: caused.hint.or(cause.hint), status: caused.status.or(cause.status), ..caused }
    }

    /// Adds a fact to the message or, if the message ends with a full stop, as a cause.
    pub fn with_fact(self, fact: &str) -> Self {
        if self.message.ends_with('.') {
            return self.with_causes([fact.to_owned()]);
        }
        Self { message: format!("{}; {fact}", self.message), ..self }
    }

    pub fn exit_code(&self) -> u8 {
        self.kind.name_and_exit_code().1
    }

    /// The message and the causes in one line.
    pub fn line(&self) -> String {
        self.causes.iter().fold(self.message.clone(), |line, cause| {
            if line.ends_with('.') { format!("{line} {}", capitalized(cause)) } else { format!("{line}; {cause}") }
        })
    }

    /// The failure as a JSON document. `redact` is applied to each text.
    pub fn json(&self, redact: impl Fn(&str) -> String) -> impl Serialize {
        let (kind, exit_code) = self.kind.name_and_exit_code();
        ErrorJson {
            error: ErrorFields {
                kind,
                message: redact(&self.line()),
                hint: self.hint.as_deref().map(redact),
                status: self.status,
                exit_code,
            },
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Failure {}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect()
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
    use anyhow::{Context, anyhow};

    use super::*;

    #[test]
    fn chain_is_gathered_around_failure() {
        let inner = Failure::new(Kind::Forbidden, "Inner.").status(403).hint("ask").with_causes(["cause".to_owned()]);
        let outer = Err::<(), _>(inner).context("outer").unwrap_err();
        let failure = Failure::from_error(&outer);
        assert_eq!(failure.line(), "outer; Inner. Cause");
        assert_eq!((failure.kind, failure.exit_code()), (Kind::Forbidden, 3));
        assert_eq!((failure.hint.as_deref(), failure.status), (Some("ask"), Some(403)));

        let failure = Failure::new(Kind::Undelivered, "lost").hint("delete it").caused_by(outer);
        assert_eq!(failure.causes, ["outer", "Inner.", "cause"]);
        assert_eq!(
            (failure.kind, failure.hint.as_deref(), failure.status),
            (Kind::Undelivered, Some("delete it"), Some(403))
        );
    }

    #[test]
    fn repeated_causes_are_dropped() {
        let failure = Failure::new(Kind::Failed, "cannot list: disk full").caused_by(anyhow!("disk full"));
        assert_eq!(failure.line(), "cannot list: disk full");
    }
}
