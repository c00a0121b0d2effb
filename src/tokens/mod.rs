//! Reads, creates and deletes tokens.
//!
//! A command *plans*, *asks*, *applies* and *prints*. This module plans and applies; [`crate::commands`] asks and prints.

pub mod create;
pub mod delete;
pub mod refused;
pub mod revoke_all;
pub mod rotate;
pub mod save;
pub mod temporary;
pub mod undelivered;

use crate::api::Client;
use crate::error::Failure;
use crate::select::{Filter, Order, sort};
use crate::token::Token;

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
