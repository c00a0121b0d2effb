//! What led to a failure, and what to do next.

use super::{Error, Fate};
use crate::text::Untrusted;
use crate::token::Token;

impl Error {
    /// What the platform itself said of it.
    fn said(&self) -> Option<&Untrusted> {
        match self {
            Self::KeyRefused { said, .. }
            | Self::Forbidden { said }
            | Self::MayNotCreate { said }
            | Self::TokenGone { said }
            | Self::NoSuchUser { said, .. }
            | Self::NameTaken { said }
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
        let mut causes: Vec<String> = self
            .said()
            .map(|said| format!("the platform says: {said}"))
            .into_iter()
            .collect();
        let mut source = std::error::Error::source(self);
        while let Some(cause) = source {
            causes.push(cause.to_string());
            if let Some(error) = cause.downcast_ref::<Self>() {
                causes.extend(error.causes());
                break;
            }
            source = cause.source();
        }
        causes.dedup();
        causes
    }

    /// What to do next, where there is something to do.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::BadInput { hint, .. } => return hint.clone(),
            Self::Missing { hint, .. } | Self::SignIn { hint, .. } => hint,
            Self::Unconfirmed { .. } => "add --yes to do it without being asked",
            Self::CurrentToken { .. } => {
                "add --include-current as well as --yes; this client cannot sign in with its key afterwards"
            }
            Self::Ambiguous { .. } => "name it by its id, as `tfy-tokens list` shows it",
            Self::UnsafeId { .. } => "delete it in the platform's web page",
            Self::SavePlace { .. } => "name a file that does not exist yet, in a folder you can write to",
            Self::SplitPair { hint, .. } | Self::NotSignedIn { hint, .. } => return Some(hint.clone()),
            Self::KeyRefused { .. } => {
                "set another key there, or sign in again (`tfy login --relogin`); `tfy-tokens status` shows what is in use"
            }
            Self::MayNotCreate { .. } => "sign in (`tfy login`) or use the web page",
            Self::NoSuchToken { near: Some(near), .. } => return Some(format!("there is one named `{near}`")),
            Self::NoSuchToken { .. } => "List tokens first to find the correct ID.",
            Self::Unreachable { hint, .. } => return hint.map(str::to_owned),
            Self::TimedOut { .. } => "try again, or allow more with --timeout",
            Self::Busy { .. } | Self::Lost { .. } => "try again in a while",
            Self::Redirected {
                base_url: Some(url), ..
            } => return Some(format!("set the base URL to {url}")),
            Self::Redirected { .. } => "set the base URL to the platform's own address",
            Self::Listing(_) => "try again",
            Self::Undelivered {
                fate: Fate::Exists { id, .. },
                ..
            } => {
                return Some(format!(
                    "its value cannot be shown again: delete it with `tfy-tokens delete {id}` and create a new one"
                ));
            }
            Self::Undelivered {
                name,
                fate: Fate::Absent,
                ..
            } => {
                return Some(format!(
                    "run `tfy-tokens list --search {name}` to be sure, then create it again"
                ));
            }
            Self::Undelivered {
                fate: Fate::AnotherUsers(email),
                ..
            } => {
                return Some(format!(
                    "have {email} look for it, or delete all of theirs with `tfy-tokens revoke-all {email}`"
                ));
            }
            Self::Undelivered { name, .. } => {
                return Some(format!(
                    "once the platform answers, run `tfy-tokens delete {name}` and create it again"
                ));
            }
            Self::NotAllDeleted { failed, .. } => return failed.first().and_then(|(_, error)| error.hint()),
            Self::OldTokenLives { id, .. } => return Some(format!("delete it with `tfy-tokens delete {id}`")),
            _ => return None,
        };
        Some(hint.to_owned())
    }
}

/// One token that was not deleted, and why, on a line.
fn failure_line(token: &Token, error: &Error) -> String {
    let mut line = format!("{} ({}): {error}", token.shown_name(), token.id);
    for cause in error.causes() {
        line.push_str(": ");
        line.push_str(&cause);
    }
    line
}
