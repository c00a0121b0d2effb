//! Plans the deletion of all tokens of a user.

use email_address::EmailAddress;

use crate::api::Client;
use crate::error::{Failure, Kind};
use crate::token::Token;

/// The user whose tokens will be deleted.
pub struct Plan {
    /// Whether it is the user of the API key.
    pub is_own: bool,
    /// `None` if they are not known: the server lists only the tokens of the user of the API key.
    pub tokens: Option<Vec<Token>>,
    /// Reason why the tokens are not known, if a request failed.
    pub problem: Option<String>,
}

/// Fails only if the server rejects the API key. In an emergency, a listing that fails must not stop the deletion.
pub async fn plan(
    email: &EmailAddress,
    client: &Client,
    progress: impl Fn(usize, Option<usize>),
) -> Result<Plan, Failure> {
    let session = match client.session().await {
        Ok(session) => session,
        Err(failure) if failure.kind == Kind::NotSignedIn => return Err(failure),
        Err(failure) => return Ok(Plan { is_own: false, tokens: None, problem: Some(failure.line()) }),
    };
    let is_own = session.user.is_some_and(|user| user.raw().eq_ignore_ascii_case(email.as_str()));
    if !is_own {
        return Ok(Plan { is_own, tokens: None, problem: None });
    }
    Ok(match client.list(None, progress).await {
        Ok(tokens) => Plan { is_own, tokens: Some(tokens), problem: None },
        Err(failure) => Plan { is_own, tokens: None, problem: Some(failure.line()) },
    })
}
