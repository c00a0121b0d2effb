//! Creates tokens.

use jiff::Timestamp;

use super::refused::with_next_step;
use super::undelivered::undelivered;
use crate::api::{Applied, Client, NewToken};
use crate::error::{Failure, Kind};
use crate::secret::TokenValue;
use crate::signals::Signals;

/// Creates a token and returns its value.
///
/// If the server may have created the token but its value did not arrive, looks the token up and returns a failure of
/// [`Kind::Undelivered`]. Calls `on_interrupt` before it looks the token up because of a signal. `is_rotation` is `true` if the new
/// token replaces another one.
pub async fn create(
    client: &Client,
    new: &NewToken,
    is_rotation: bool,
    signals: &Signals,
    on_interrupt: impl FnOnce(),
) -> anyhow::Result<TokenValue> {
    let requested_at = Timestamp::now();
    let creation = client.creation(new)?;
    let result = tokio::select! {
        // If the value and a signal arrived at the same time, the value is used.
        biased;
        result = creation.send() => result,
        interrupted = signals.next() => match creation.applied() {
            Applied::No => return Err(interrupted.into()),
            Applied::Maybe => {
                on_interrupt();
                Err(unanswered())
            }
        }
    };
    let failure = match result {
        Ok(value) => return Ok(value),
        Err(failure) => failure,
    };
    Err(match creation.applied() {
        Applied::Maybe => undelivered(client, new, Some(requested_at), failure, signals).await,
        Applied::No => with_next_step(not_created(failure), new, is_rotation, client, signals).await,
    }
    .into())
}

/// The failure of a request that was not answered before a signal arrived.
pub fn unanswered() -> Failure {
    Failure::new(Kind::Failed, "interrupted; the server may have received the request")
}

/// Adds to a failure that no token was created, unless a response says so.
pub fn not_created(failure: Failure) -> Failure {
    if failure.kind == Kind::Unreachable { failure.with_fact("no token was created") } else { failure }
}
