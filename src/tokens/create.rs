//! Creates tokens.

use jiff::Timestamp;

use super::undelivered::undelivered;
use crate::api::{Applied, Client, NewToken};
use crate::error::{Failure, Kind};
use crate::secret::TokenValue;
use crate::signals::Signals;

/// Creates a token and returns its value.
///
/// If the server may have created the token but its value did not arrive, looks the token up and returns a failure of
/// [`Kind::Undelivered`]. Calls `on_interrupt` before it looks the token up because of a signal.
pub async fn create(
    client: &Client,
    new: &NewToken,
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
                Err(Failure::new(Kind::Failed, "interrupted; the server may have received the request"))
            }
        }
    };
    let failure = match result {
        Ok(value) => return Ok(value),
        Err(failure) => failure,
    };
    Err(match creation.applied() {
        Applied::Maybe => undelivered(client, new, Some(requested_at), failure, signals).await,
        Applied::No if failure.kind == Kind::Unreachable => failure.with_fact("no token was created"),
        Applied::No => failure,
    }
    .into())
}
