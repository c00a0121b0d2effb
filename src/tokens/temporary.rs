//! Creates and deletes a token that exists only while a command runs.

use std::pin::pin;
use std::time::Duration;

use jiff::Timestamp;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::create::{not_created, unanswered};
use super::find_by_name;
use super::undelivered::{self, Lookup, look_up};
use crate::api::{Applied, Client, NewToken};
use crate::error::{Failure, Kind};
use crate::secret::TokenValue;
use crate::signals::{Interrupted, Signals};
use crate::token::TokenId;
use crate::token_name::TokenName;

/// Time limit for all requests after a signal. A CI runner kills a cancelled job after about 10 s.
const INTERRUPTED_LIMIT: Duration = Duration::from_secs(10);

/// Part of [`INTERRUPTED_LIMIT`] for the response to the creating request. The rest is for looking the token up.
const RESPONSE_LIMIT: Duration = Duration::from_secs(7);

/// Number of times that a token without a known ID is looked up before it is deleted.
const MAX_LOOKUPS: u32 = 4;

/// Wait between two of these lookups.
const LOOKUP_PAUSE: Duration = Duration::from_secs(1);

/// A new token.
pub struct Created {
    pub value: TokenValue,
    /// A signal that arrived before the value.
    pub interrupted: Option<(Interrupted, Instant)>,
}

/// Creates a token. After a signal, still waits for the response, so that the token can be deleted.
///
/// If the server may have created the token but its value did not arrive, deletes the token and returns a failure of
/// [`Kind::Undelivered`].
pub async fn create(client: &Client, new: &NewToken, signals: &Signals) -> anyhow::Result<Created> {
    let requested_at = Timestamp::now();
    let creation = client.creation(new)?;
    let mut response = pin!(creation.send());
    let mut interrupted = None;
    let result = tokio::select! {
        biased;
        result = &mut response => result,
        signal = signals.next() => {
            if creation.applied() == Applied::No {
                return Err(signal.into());
            }
            interrupted = Some((signal, Instant::now()));
            timeout(RESPONSE_LIMIT, &mut response).await.unwrap_or_else(|_| Err(unanswered()))
        }
    };
    let failure = match (result, interrupted) {
        (Ok(value), _) => return Ok(Created { value, interrupted }),
        (Err(failure), _) if creation.applied() == Applied::Maybe => failure,
        (Err(_), Some((signal, _))) => return Err(signal.into()),
        (Err(failure), None) => return Err(not_created(failure).into()),
    };
    let discarding = async {
        let lookup = look_up(client, new, Some(requested_at), &Signals::none()).await;
        match &lookup {
            Lookup::Found { id, .. } if client.delete(id).await.is_ok() => Ok(()),
            _ => Err(lookup),
        }
    };
    let lookup = match within_limit(discarding, interrupted.map(|(_, time)| time), signals).await {
        Ok(Ok(())) => {
            let message = format!("the value of token `{}` was not delivered; the token was deleted", new.name);
            return Err(Failure::new(Kind::Undelivered, message).caused_by(failure).into());
        }
        Ok(Err(lookup)) => lookup,
        Err(late) => Lookup::Failed(late.line()),
    };
    Err(undelivered::failure(client, new, &lookup, false, failure).into())
}

/// Returns the ID of the token, or `None` if no token has this name.
pub async fn find(client: &Client, name: &TokenName) -> Result<Option<TokenId>, Failure> {
    Ok(find_by_name(client, name).await?.map(|token| token.id))
}

/// Deletes the token. Looks it up by its name if its ID is unknown. Returns `false` if it was already gone.
pub async fn delete(client: &Client, name: &TokenName, id: Option<TokenId>) -> Result<bool, Failure> {
    let id = match id {
        Some(id) => id,
        None => match find_late(client, name).await? {
            Some(id) => id,
            None => return Ok(false),
        },
    };
    match client.delete(&id).await {
        Err(failure) if failure.kind == Kind::NotFound => Ok(false),
        result => result.map(|()| true),
    }
}

/// As [`find`], for a list that does not contain a new token at once, because the server reads it from a replica.
async fn find_late(client: &Client, name: &TokenName) -> Result<Option<TokenId>, Failure> {
    for _ in 1..MAX_LOOKUPS {
        let found = find(client, name).await?;
        if found.is_some() {
            return Ok(found);
        }
        sleep(LOOKUP_PAUSE).await;
    }
    find(client, name).await
}

/// Runs `work` until it finishes or until [`INTERRUPTED_LIMIT`] has passed since `interrupted_at` or, if it is `None`, since the
/// next signal.
pub async fn within_limit<T>(
    work: impl Future<Output = T>,
    interrupted_at: Option<Instant>,
    signals: &Signals,
) -> Result<T, Failure> {
    let limit = async {
        if interrupted_at.is_none() {
            signals.next().await;
        }
        let interrupted_at = interrupted_at.unwrap_or_else(Instant::now);
        sleep_until(interrupted_at + INTERRUPTED_LIMIT).await;
    };
    tokio::select! {
        biased;
        result = work => Ok(result),
        () = limit => {
            let message = format!("no response within {} s after the signal", INTERRUPTED_LIMIT.as_secs());
            Err(Failure::new(Kind::Unreachable, message))
        }
    }
}
