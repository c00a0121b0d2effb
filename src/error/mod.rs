//! Every failure: its words, what to do next, and the code the program exits with.

mod advice;
mod fate;
mod kind;
mod wording;

use std::path::PathBuf;

pub use fate::{Fate, Found};
use wording::for_host;
pub use wording::listed;

use crate::text::{Untrusted, shown};
use crate::token::{Token, TokenId};

/// What can go wrong, in the words a user reads. Nothing in it ever holds a key or a token's value. The [`Untrusted`] text of a
/// refusal is the platform's own message, where it sent one.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    // The command line and other input.
    /// An option or argument that cannot be taken as it is.
    #[error("{what}: {why}")]
    BadInput {
        /// The option, argument or variable.
        what: String,
        why: String,
        /// What to write instead, where that is not already said.
        hint: Option<String>,
    },
    /// A command line that cannot be parsed, in the parser's words.
    #[error("{said}")]
    CommandLine {
        said: String,
        /// What may have been meant.
        hint: Option<String>,
    },
    /// Something that is asked for at a terminal was not given, and there is no terminal or `--no-input` was given.
    #[error("{what} must be given: there is no way to ask for it here")]
    Missing { what: &'static str, hint: &'static str },
    /// A question has to be answered with yes, and cannot be asked.
    #[error("{what} needs a yes, which cannot be asked for here: nothing was done")]
    Unconfirmed { what: String },
    /// The token that signs this client in is among those to delete.
    #[error("`{name}` is the token this client signs in with: nothing was deleted")]
    CurrentToken { name: String },
    /// Whether the token that signs this client in is among those to delete could not be found out.
    #[error("cannot tell whether the token this client signs in with is among those to delete: nothing was deleted")]
    CurrentUnknown(#[source] Box<Error>),
    /// A name or id that fits more than one token.
    #[error("`{wanted}` fits more than one token: {}: nothing was deleted", listed(.fitting))]
    Ambiguous {
        /// What was asked for.
        wanted: String,
        /// The tokens it fits.
        fitting: Vec<Token>,
    },
    /// An id that cannot stand in a request's path.
    #[error("the id of `{name}` could be taken for another path of the platform: nothing was deleted")]
    UnsafeId { name: String },
    /// A file for the value that cannot be used.
    #[error("cannot save the value to {}", shown(.path))]
    SavePlace {
        path: PathBuf,
        /// What the system said.
        #[source]
        why: std::io::Error,
    },
    /// A key and a base URL that do not belong together.
    #[error("the key from {key_from}{} is not sent to {base_url}, which {base_url_from} names", for_host(.key_for.as_deref()))]
    SplitPair {
        /// Where the key is.
        key_from: String,
        /// What stands beside the key as its host, where something does.
        key_for: Option<String>,
        /// The host it would have been sent to.
        base_url: String,
        /// Who named that host.
        base_url_from: String,
        hint: String,
    },

    // Signing in.
    /// No base URL or no key anywhere.
    #[error("not signed in: there is {missing}")]
    NotSignedIn { missing: &'static str, hint: String },
    /// The vendor's sign-in is over or cannot be read.
    #[error("the sign-in in {} cannot be used: {why}", shown(.path))]
    SignIn {
        /// The file of the vendor's CLI.
        path: PathBuf,
        why: String,
        hint: String,
    },
    /// 401.
    #[error("The key was not accepted: it is invalid, expired or deleted. It came from {key_from}.")]
    KeyRefused {
        /// Where the key is.
        key_from: String,
        /// How to get another.
        hint: String,
        /// The platform's own message, where it sent one.
        said: Option<Untrusted>,
    },
    /// 403.
    #[error("Cannot manage access tokens. Check your API key permissions.")]
    Forbidden(Option<Untrusted>),
    /// 403 to a creating call that a personal access token signed.
    #[error(
        "Cannot manage access tokens. Check your API key permissions: a personal access token may not create another: \
         sign in (`tfy login`) or use the web page"
    )]
    MayNotCreate {
        /// What makes a new sign-in count.
        hint: String,
        /// The platform's own message, where it sent one.
        said: Option<Untrusted>,
    },

    // What is not there, or already is.
    /// No token fits a name or id.
    #[error("Token ID not found. List tokens first to find the correct ID.")]
    NoSuchToken {
        /// What was asked for.
        wanted: Vec<String>,
        /// A name that is nearly the first of them.
        near: Option<Untrusted>,
    },
    /// 404 to a call about a token.
    #[error("Token ID not found. List tokens first to find the correct ID.")]
    TokenGone(Option<Untrusted>),
    /// 404 to a call about a user.
    #[error("there is no user {email}")]
    NoSuchUser {
        /// Who was asked for.
        email: String,
        /// The platform's own message, where it sent one.
        said: Option<Untrusted>,
    },
    /// 409.
    #[error("A token with this name already exists. Use a different name.")]
    NameTaken(Option<Untrusted>),

    // The platform and the way to it.
    /// No connection was made, so nothing was asked of the platform.
    #[error("cannot reach {place}")]
    Unreachable {
        /// The base URL, and the proxy where there is one.
        place: String,
        #[source]
        why: anyhow::Error,
        /// What may mend it.
        hint: Option<&'static str>,
    },
    /// The connection was lost, or what came over it was no HTTP.
    #[error("the answer from {place} did not arrive in full")]
    Lost {
        /// The base URL, and the proxy where there is one.
        place: String,
        /// What happened to it.
        #[source]
        why: anyhow::Error,
    },
    /// `--timeout` ran out.
    #[error("{place} did not answer within {seconds} s")]
    TimedOut {
        /// The base URL, and the proxy where there is one.
        place: String,
        /// The limit, in seconds.
        seconds: f64,
    },
    /// A status that says "not now", after the retries.
    #[error("the platform is too busy or failing (HTTP {status})")]
    Busy {
        /// The status of the last answer.
        status: u16,
        /// The platform's own message, where it sent one.
        said: Option<Untrusted>,
    },
    /// A redirect, which is never followed.
    #[error("the platform answered with a redirect to {to} (HTTP {status}), which is not followed")]
    Redirected {
        status: u16,
        /// Where to.
        to: Untrusted,
        /// The base URL that would save the detour, where one can be told.
        base_url: Option<Untrusted>,
    },
    /// Any other status that is no success.
    #[error("the platform refused this (HTTP {status})")]
    Refused {
        status: u16,
        /// The platform's own message, where it sent one.
        said: Option<Untrusted>,
    },
    /// A successful answer that is not what the platform's contract says.
    #[error("the answer makes no sense: {0}")]
    Nonsense(String),
    /// A listing that cannot be trusted to be complete.
    #[error("the listing cannot be trusted: {0}")]
    Listing(String),

    // What became of things.
    /// A token may exist, or does, whose value nobody has.
    #[error("the value of `{name}` was not delivered: {fate}")]
    Undelivered {
        /// The name that was asked for.
        name: String,
        /// What is known of the token.
        fate: Fate,
        /// What went wrong.
        #[source]
        why: anyhow::Error,
        /// The base URL, where a command that mends this has to be told it again.
        base_url: Option<String>,
    },
    /// A value was saved, and what belongs on standard output was not written.
    #[error("the value of `{name}` is in {}, but the summary could not be written", shown(.path))]
    Unsaid {
        name: String,
        /// Where its value is.
        path: PathBuf,
        #[source]
        why: Box<Error>,
    },
    /// The request that makes a token never got there, or was turned away.
    #[error("{0}: no token was made")]
    NoTokenMade(Box<Error>),
    /// A request to delete may have been applied, though no success came back.
    #[error("{0}: whether anything was deleted is not known")]
    MaybeDeleted(Box<Error>),
    /// A token that was to be replaced is as it was.
    #[error("{why}")]
    NotReplaced {
        name: String,
        id: TokenId,
        /// Why it was not replaced.
        why: Box<Error>,
    },
    /// A token was replaced, but is still there.
    #[error("the new token works, but deleting the old one failed")]
    OldTokenLives {
        /// What deletes the old one.
        id: TokenId,
        /// The base URL, where a command that mends this has to be told it again.
        base_url: Option<String>,
        #[source]
        why: Box<Error>,
    },
    /// What was deleted could not be said.
    #[error("deleted {what}, but this could not be written to standard output")]
    Untold {
        /// What was deleted, as it is shown.
        what: String,
        #[source]
        why: Box<Error>,
    },
    /// Some of several tokens were not deleted, or it is not known.
    #[error("deleting {} of {total} tokens failed", .failed.len())]
    NotAllDeleted {
        /// How many there were.
        total: usize,
        /// Those that failed, each with its reason, in the order they were given.
        failed: Vec<(Token, Error)>,
    },
    /// Standard output did not take what was written.
    #[error("cannot write to standard output")]
    Output(#[source] std::io::Error),
    /// The terminal could not be asked.
    #[error("cannot ask at the terminal")]
    Terminal(#[source] std::io::Error),
    /// The system did not let the program do what it always may.
    #[error("the program cannot start")]
    System(#[source] std::io::Error),
    /// No, Esc, Ctrl-C.
    #[error("cancelled: {0}")]
    Cancelled(&'static str),
}

impl Error {
    /// A wrong option, argument or variable.
    pub fn bad_input(what: impl Into<String>, why: impl std::fmt::Display) -> Self {
        Self::BadInput {
            what: what.into(),
            why: why.to_string(),
            hint: None,
        }
    }
}
