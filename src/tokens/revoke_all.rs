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
}

/// Fails only if the server rejects the API key. In an emergency, a listing that fails must not stop the deletion.
pub async fn plan(
    email: &EmailAddress,
    client: &Client,
    progress: impl Fn(usize, Option<usize>),
) -> Result<Plan, Failure> {
    let session = match client.session().await {
        Err(failure) if failure.kind == Kind::NotSignedIn => return Err(failure),
        session => session.unwrap_or_default(),
    };
    let is_own = session.user.is_some_and(|user| user.raw().eq_ignore_ascii_case(email.as_str()));
    let tokens = if is_own { client.list(None, progress).await.ok() } else { None };
    Ok(Plan { is_own, tokens })
}
