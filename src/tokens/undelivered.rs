//! Reports a token whose value was not delivered: whether the token exists, and how to delete it.

use jiff::{SignedDuration, Timestamp};

use super::delete::delete_command;
use super::find_by_name_in_time;
use crate::api::{Client, NewToken};
use crate::error::{Failure, Kind};
use crate::signals::Signals;
use crate::token::TokenId;

/// A token that was created earlier than the request by more than this, or that much later than now, may be another token with the
/// same name. The server's clock counts, which is known to about a second.
const TOLERANCE: SignedDuration = SignedDuration::from_secs(5);

/// Result of looking up a token by its name.
pub enum Lookup {
    Found {
        id: TokenId,
        created_at: Option<Timestamp>,
    },
    /// A token with this name that may be older than the request.
    FoundOther(TokenId),
    NotFound,
    /// Contains the reason, in one line.
    Failed(String),
    /// The token belongs to the user with this email address, whose tokens cannot be listed.
    OtherUser(String),
}

/// Returns the failure of a token whose value was not delivered because of `cause`. Looks the token up first.
///
/// `requested_at` is the time of the request if the server did not confirm that it created the token, otherwise `None`.
pub async fn undelivered(
    client: &Client,
    new: &NewToken,
    requested_at: Option<Timestamp>,
    cause: Failure,
    signals: &Signals,
) -> Failure {
    let lookup = look_up(client, new, requested_at, signals).await;
    failure(client, new, &lookup, requested_at.is_none(), cause)
}

/// Returns the failure after the lookup. `is_created` means that the server confirmed that it created the token.
pub fn failure(client: &Client, new: &NewToken, lookup: &Lookup, is_created: bool, cause: Failure) -> Failure {
    let name = new.name.as_str();
    let command = |arguments: &str| format!("`tfy-tokens {arguments}{}`", client.account().base_url_flag());
    let delete_id = |id: &TokenId| delete_command(client, id, Some(name));
    let delete = command(&format!("delete {name}"));
    let search = command(&format!("list --search {name}"));
    let may_exist = if is_created { "the token was created" } else { "the token may have been created" };

    let (state, hint) = match lookup {
        Lookup::Found { id, created_at } => {
            let time = created_at.map(|time| format!(" at {time:.0}")).unwrap_or_default();
            let hint = format!("its value cannot be shown again; run {} and create it again", delete_id(id));
            (format!("the token was created with ID {id}{time}"), hint)
        }
        Lookup::FoundOther(id) => {
            let hint = "if it is an older token, choose another name; otherwise run";
            let state = format!("a token with this name exists (ID {id}); it may be an older one");
            (state, format!("{hint} {} and create it again", delete_id(id)))
        }
        Lookup::NotFound if is_created => (
            "the token was created, but it is not in the token list".to_owned(),
            format!("wait a moment, then run {delete} and create it again"),
        ),
        Lookup::NotFound => {
            ("no token with this name exists yet".to_owned(), format!("run {search} to be sure, then create it again"))
        }
        Lookup::Failed(_) if is_created => {
            (may_exist.to_owned(), format!("when the server is available again, run {delete} and create it again"))
        }
        Lookup::Failed(_) => {
            let hint =
                format!("when the server is available again, run {search}. If it lists the new token, run {delete}");
            (may_exist.to_owned(), format!("{hint} and create it again"))
        }
        Lookup::OtherUser(email) => {
            let hint = format!("ask {email} to run {delete} if the token exists, then create it again");
            (format!("{may_exist} for {email}"), hint)
        }
    };
    let message = format!("the value of token `{name}` was not delivered; {state}");
    let failure = Failure::new(Kind::Undelivered, message).hint(hint).caused_by(cause);
    match lookup {
        Lookup::Failed(reason) => failure.with_causes([format!("could not check whether `{name}` exists: {reason}")]),
        _ => failure,
    }
}

/// Looks a new token up by its name.
pub async fn look_up(client: &Client, new: &NewToken, requested_at: Option<Timestamp>, signals: &Signals) -> Lookup {
    if let Some(email) = &new.for_user {
        return Lookup::OtherUser(email.to_string());
    }
    let token = match find_by_name_in_time(client, &new.name, signals).await {
        Ok(Some(token)) => token,
        Ok(None) => return Lookup::NotFound,
        Err(error) => return Lookup::Failed(Failure::from_error(&error).line()),
    };
    let is_new = |requested_at: Timestamp| {
        token.created_at.is_some_and(|time| {
            let skew = client.clock_skew();
            let since = |local: Timestamp| time.duration_since(local) - skew;
            since(requested_at) >= -TOLERANCE && since(Timestamp::now()) <= TOLERANCE
        })
    };
    if requested_at.is_none_or(is_new) {
        Lookup::Found { id: token.id, created_at: token.created_at }
    } else {
        Lookup::FoundOther(token.id)
    }
}
