//! Creates tokens.

use jiff::Timestamp;

use super::undelivered::{Lookup, Undelivered, look_up};
use crate::api::{Applied, Client, NewToken, NotCreated};
use crate::error::{Failure, Kind};
use crate::secret::TokenValue;
use crate::signals::Signals;

/// Creates a token and returns its value.
///
/// If the server may have created the token but its value did not arrive, looks the token up. The failure then has
/// [`Kind::Undelivered`], and says whether the token exists and how to delete it.
pub async fn create(client: &Client, new: &NewToken, signals: &mut Signals) -> anyhow::Result<TokenValue> {
    let requested_at = Timestamp::now();
    let creation = client.creation(new)?;
    let result = tokio::select! {
        // A value that has arrived is used, even if a signal arrived at the same time.
        biased;
        result = creation.send() => result,
        interrupted = signals.next() => {
            if creation.applied() == Applied::No {
                return Err(interrupted.into());
            }
            Err(NotCreated {
                failure: Failure::new(Kind::Failed, "interrupted; the server may have received the request"),
                applied: Applied::Maybe,
            })
        }
    };
    match result {
        Ok(value) => Ok(value),
        Err(NotCreated {
            failure,
            applied: Applied::No,
        }) if failure.kind == Kind::Unreachable => Err(failure.and("no token was created").into()),
        Err(NotCreated {
            failure,
            applied: Applied::No,
        }) => Err(failure.into()),
        Err(NotCreated {
            failure,
            applied: Applied::Maybe,
        }) => {
            let lookup = look_up(client, new, Some(requested_at), signals).await;
            Err(undelivered(client, new, false, lookup).into_failure(&failure).into())
        }
    }
}

/// Returns the failure of a token that was created, but whose value could not be delivered because of `cause`. Looks the token up
/// first.
pub async fn not_delivered(client: &Client, new: &NewToken, cause: Failure, signals: &mut Signals) -> Failure {
    let lookup = look_up(client, new, None, signals).await;
    undelivered(client, new, true, lookup).into_failure(&cause)
}

fn undelivered<'a>(client: &Client, new: &'a NewToken, is_created: bool, lookup: Lookup) -> Undelivered<'a> {
    Undelivered {
        name: new.name.as_str(),
        is_created,
        lookup,
        base_url_flag: client.account().base_url_flag(),
    }
}
