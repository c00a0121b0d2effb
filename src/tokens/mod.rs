//! Reads, creates and deletes tokens.
//!
//! A command *plans*, *asks*, *applies* and *prints*. This module plans and applies; [`crate::commands`] asks and prints.

pub mod create;
pub mod delete;
mod refused;
pub mod revoke_all;
pub mod rotate;
pub mod save;
pub mod temporary;
pub mod undelivered;

use std::time::Duration;

use crate::api::Client;
use crate::error::{Failure, Kind};
use crate::select::{Filter, Order, sort};
use crate::signals::Signals;
use crate::token::Token;
use crate::token_name::TokenName;

/// Time limit for looking a token up after a failure. The user may have pressed Ctrl-C and waits for the program to end.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(10);

/// Reads the tokens that match a filter. Calls `progress` with the number of tokens read and, if known, of all tokens.
pub async fn list(
    client: &Client,
    filter: &Filter,
    order: Option<Order>,
    progress: impl Fn(usize, Option<usize>),
) -> Result<Vec<Token>, Failure> {
    let mut tokens = client.list(filter.search.as_deref(), progress).await?;
    let now = client.now();
    // The server may ignore the search, so the filter repeats it.
    tokens.retain(|token| filter.matches(token, now));
    if let Some(order) = order {
        sort(&mut tokens, order);
    }
    Ok(tokens)
}

/// Returns the token that has this name, if any.
pub async fn find_by_name(client: &Client, name: &TokenName) -> Result<Option<Token>, Failure> {
    let tokens = client.list(Some(name.as_str()), |_, _| ()).await?;
    Ok(tokens.into_iter().find(|token| token.raw_name() == Some(name.as_str())))
}

/// Returns the token that has this name, if any. Fails after [`LOOKUP_TIMEOUT`] or when a signal arrives.
async fn find_by_name_in_time(client: &Client, name: &TokenName, signals: &Signals) -> anyhow::Result<Option<Token>> {
    let token = async {
        let token = tokio::time::timeout(LOOKUP_TIMEOUT, find_by_name(client, name)).await;
        token.unwrap_or_else(|_| {
            let message = format!("no answer within {} s", LOOKUP_TIMEOUT.as_secs());
            Err(Failure::new(Kind::Unreachable, message))
        })
    };
    signals.or_interrupt(token).await
}
