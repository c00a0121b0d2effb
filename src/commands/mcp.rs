//! `tfy-tokens mcp`

mod actions;
mod approval;
mod arguments;
mod call;
mod questions;
mod server;
mod tools;
mod transport;
mod values;

use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use rmcp::ServiceExt as _;
use tokio::sync::RwLock;
use tokio::task::LocalSet;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use self::server::Server;
use self::transport::{Delivery, Input, Output, Undelivered};
use super::{Context, cannot_start};
use crate::cli::Mcp;
use crate::error::{Failure, Kind};
use crate::output::show;
use crate::signals::Signals;
use crate::tokens::undelivered::undelivered;

/// Time limit for the calls that are being answered at the end of input. The library gives them 5 s.
const ANSWER_LIMIT: Duration = Duration::from_secs(6);

/// Time limit for closing the streams. The client may not read.
const CLOSE_LIMIT: Duration = Duration::from_secs(3);

/// Reason why the server stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    OfInput,
    /// By a signal, or because nobody reads standard output.
    Now,
}

pub async fn run(arguments: Mcp, context: &Context<'_>) -> anyhow::Result<()> {
    LocalSet::new().run_until(Box::pin(serve(arguments, context))).await
}

/// Serves until the end of input or a signal. Then waits for the calls that create tokens.
async fn serve(arguments: Mcp, context: &Context<'_>) -> anyhow::Result<()> {
    let [ended, broken] = [CancellationToken::new(), CancellationToken::new()];
    let delivery = Delivery::default();
    let creating = Rc::new(RwLock::new(()));
    let input = Input::start(ended.clone()).map_err(cannot_start)?;
    let output = Output::new(delivery.clone(), broken.clone());
    let server = Server::new(arguments, context, delivery.clone(), Rc::clone(&creating), ended.clone());
    let mut end = pin!(async {
        tokio::select! {
            _ = context.signals.next() => End::Now,
            () = broken.cancelled() => End::Now,
            () = ended.cancelled() => End::OfInput,
        }
    });
    let running = tokio::select! {
        biased;
        running = server.serve((input, output)) => running.ok(),
        _ = &mut end => None,
    };
    // The library fails if the first message is not a request, or if there is none. That is not an error.
    let Some(running) = running else {
        return Ok(());
    };
    let stop = running.cancellation_token();
    let mut closed = pin!(running.waiting());
    let end = tokio::select! {
        biased;
        _ = &mut closed => None,
        end = end => Some(end),
    };
    if creating.try_write().is_err() {
        show("A token is being created. Waiting for the response of the server.");
    }
    let is_closed = match end {
        None => true,
        Some(End::Now) => false,
        Some(End::OfInput) => tokio::select! {
            _ = &mut closed => true,
            _ = context.signals.next() => false,
            () = sleep(ANSWER_LIMIT) => false,
        },
    };
    if !is_closed {
        stop.cancel();
        let _ = timeout(CLOSE_LIMIT, closed).await;
    }
    drop(creating.write().await);
    for token in delivery.take_all() {
        context.output.report(&lost(token, context).await);
    }
    Ok(())
}

/// Returns the failure of a token whose value was not written to standard output.
async fn lost(token: Undelivered, context: &Context<'_>) -> Failure {
    let Undelivered { new, .. } = token;
    match context.client().await {
        Ok(client) => {
            let cause = Failure::new(Kind::Failed, "the client did not read it");
            undelivered(&client, &new, None, cause, &Signals::none()).await
        }
        Err(error) => {
            let message = format!("the value of token `{}` was not delivered; the token was created", new.name);
            Failure::new(Kind::Undelivered, message).caused_by(error)
        }
    }
}
