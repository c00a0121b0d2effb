//! What led to a failure, and what to do next.

use super::wording::{capitalized, quoted};
use super::{Error, Fate, Found};
use crate::text::{Untrusted, shell_word};
use crate::token::{Token, TokenId};

impl Error {
    /// The platform's own message.
    fn said(&self) -> Option<&Untrusted> {
        match self {
            Self::KeyRefused { said, .. }
            | Self::Forbidden(said)
            | Self::MayNotCreate { said, .. }
            | Self::TokenGone(said)
            | Self::NoSuchUser { said, .. }
            | Self::NameTaken(said)
            | Self::Busy { said, .. }
            | Self::Refused { said, .. } => said.as_ref(),
            _ => None,
        }
    }

    /// What led to the failure, outermost first: a line each.
    pub fn causes(&self) -> Vec<String> {
        if let Self::NotAllDeleted { failed, .. } = self {
            return failed.iter().map(|(token, error)| failure_line(token, error)).collect();
        }
        match self {
            Self::NoSuchToken { wanted, .. } => {
                return vec![format!(
                    "no token has the name or id {}: nothing was deleted",
                    quoted(wanted)
                )];
            }
            Self::NoTokenMade(why) | Self::MaybeDeleted(why) => return why.causes(),
            Self::NotReplaced { name, id, why } => {
                let mut causes = why.causes();
                causes.push(format!("the old token was kept: {name} ({id})"));
                return causes;
            }
            _ => {}
        }
        let mut causes: Vec<String> = self
            .said()
            .map(|said| format!("the platform says: {said}"))
            .into_iter()
            .collect();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            causes.push(cause.to_string());
            let boxed = || cause.downcast_ref::<Box<Self>>().map(AsRef::as_ref);
            if let Some(error) = cause.downcast_ref::<Self>().or_else(boxed) {
                causes.extend(error.causes());
                break;
            }
            source = cause.source();
        }
        causes.dedup();
        causes
    }

    /// What happened, and what led to it.
    pub fn on_one_line(&self) -> String {
        self.causes().iter().fold(self.to_string(), |line, cause| {
            if line.ends_with('.') {
                line + " " + &capitalized(cause)
            } else {
                line + ": " + cause
            }
        })
    }

    /// What to do next, where there is something to do.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::BadInput { hint, .. } | Self::CommandLine { hint, .. } => return hint.clone(),
            Self::Missing { hint, .. } => hint,
            Self::Unconfirmed { .. } => "add --yes to do it without being asked",
            Self::CurrentToken { .. } => {
                "add --include-current as well as --yes; this client cannot sign in with its key afterwards"
            }
            Self::CurrentUnknown(_) => "try again, or add --include-current to delete it all the same",
            Self::Ambiguous { .. } => "name it by its id, as `tfy-tokens list` shows it",
            Self::UnsafeId { .. } => "delete it on the platform's web page",
            Self::SavePlace { .. } => "name a file that does not exist yet, in a folder you can write to",
            Self::SplitPair { hint, .. }
            | Self::NotSignedIn { hint, .. }
            | Self::SignIn { hint, .. }
            | Self::KeyRefused { hint, .. }
            | Self::MayNotCreate { hint, .. } => return Some(hint.clone()),
            Self::NoSuchToken { near, .. } => return near.as_ref().map(|near| format!("there is one named `{near}`")),
            Self::Unreachable { hint, .. } => return hint.map(str::to_owned),
            Self::TimedOut { .. } => "try again, or allow more with --timeout",
            Self::Busy { .. } | Self::Lost { .. } => "try again in a while",
            Self::Refused { status: 404, .. } => "check the base URL: the platform does not answer there",
            Self::Redirected {
                base_url: Some(url), ..
            } => return Some(format!("set the base URL to {url}")),
            Self::Redirected { .. } => "set the base URL to the platform's own address",
            Self::Listing(_) => "try again",
            Self::Undelivered {
                name, fate, base_url, ..
            } => return Some(after_losing(name, fate, base_url.as_deref())),
            Self::NoTokenMade(why)
            | Self::MaybeDeleted(why)
            | Self::NotReplaced { why, .. }
            | Self::Untold { why, .. } => return why.hint(),
            Self::NotAllDeleted { failed, .. } => return failed.first().and_then(|(_, error)| error.hint()),
            Self::OldTokenLives { id, base_url, .. } => {
                return Some(format!("delete it with {}", deletion(id, "", base_url.as_deref())));
            }
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// What to do about a token whose value is lost.
fn after_losing(name: &str, fate: &Fate, base_url: Option<&str>) -> String {
    let command = |words: &str| command(words, base_url);
    match &fate.found {
        Found::Token { id, is_it: true, .. } => format!(
            "its value cannot be shown again: delete it with {} and create a new one",
            deletion(id, name, base_url)
        ),
        Found::Token { id, .. } => format!(
            "if it was there before, use another name; else its value is lost: delete it with {} and create a new one",
            deletion(id, name, base_url)
        ),
        Found::Nothing if !fate.is_made => format!(
            "run {} to be sure, then create it again",
            command(&format!("list --search {name}"))
        ),
        Found::Nothing | Found::Unknown(_) if fate.is_made => format!(
            "once the platform answers, run {} and create it again",
            command(&format!("delete {name}"))
        ),
        Found::Nothing | Found::Unknown(_) => format!(
            "once the platform answers, run {}: if it is there and new, delete it with {}",
            command(&format!("list --search {name}")),
            command(&format!("delete {name}"))
        ),
        Found::AnotherUsers(email) => format!(
            "have {email} look for it and delete it with {}, then create it again",
            command(&format!("delete {name}"))
        ),
    }
}

/// The command that deletes the token, by its id unless only its name can be typed, or neither.
fn deletion(id: &TokenId, name: &str, base_url: Option<&str>) -> String {
    let token = if id.is_plain() { id.exact() } else { name };
    command(format!("delete {token}").trim_end(), base_url)
}

/// A command of this program, as it can be typed.
fn command(words: &str, base_url: Option<&str>) -> String {
    let base_url = base_url.map(|url| format!(" --base-url {}", shell_word(url)));
    let base_url = base_url.unwrap_or_default();
    format!("`tfy-tokens {words}{base_url}`")
}

/// One token that was not deleted, and why, on a line.
fn failure_line(token: &Token, error: &Error) -> String {
    format!("{} ({}): {}", token.shown_name(), token.id, error.on_one_line())
}
