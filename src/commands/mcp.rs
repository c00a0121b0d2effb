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

use std::rc::Rc;

use rmcp::ServiceExt as _;
use tokio::sync::RwLock;
use tokio::task::LocalSet;

use self::approval::Approvals;
use self::server::Server;
use self::transport::{Connection, Outcome, Stdio};
use super::{Context, cannot_start};
use crate::api::NewToken;
use crate::cli::Mcp;
use crate::error::{Failure, Kind};
use crate::output::{show, show_lines};
use crate::signals::Signals;
use crate::tokens::undelivered::undelivered;

pub async fn run(arguments: Mcp, context: &Context<'_>) -> anyhow::Result<()> {
    LocalSet::new().run_until(Box::pin(serve(arguments, context))).await
}

/// Serves until the end of input or a signal. Then waits for the calls that change something.
async fn serve(arguments: Mcp, context: &Context<'_>) -> anyhow::Result<()> {
    let connection = Connection::default();
    let changing = Rc::new(RwLock::new(()));
    let stdio = Stdio::open(connection.clone()).map_err(cannot_start)?;
    let server = Server {
        arguments,
        global: context.global.clone(),
        output: context.output.clone(),
        connection: connection.clone(),
        changing: Rc::clone(&changing),
        deletions: Approvals::new(),
        creations: Approvals::new(),
    };
    let running = tokio::select! {
        biased;
        running = server.serve(stdio) => running.ok(),
        _ = context.signals.next() => None,
        () = connection.broken.cancelled() => None,
    };
    // The library fails if the first message is not a request, or if there is none. That is not an error.
    let Some(running) = running else {
        return Ok(());
    };
    let stop = running.cancellation_token();
    let end = async {
        tokio::select! {
            _ = context.signals.next() => stop.cancel(),
            () = connection.broken.cancelled() => stop.cancel(),
            () = connection.ended.cancelled() => {}
        }
        if changing.try_write().is_err() {
            show("A token is being created or deleted. Waiting for the response of the server.");
        }
        context.signals.next().await;
    };
    tokio::select! {
        biased;
        () = end => {}
        // The library gives the other calls a few seconds.
        _ = running.waiting() => {}
    }
    drop(changing.write().await);
    for outcome in connection.take_outcomes().into_values() {
        match outcome {
            Outcome::Text(text) => show_lines(&text),
            Outcome::Value(_, new) => drop(context.output.report(&lost(&new, context).await)),
        }
    }
    Ok(())
}

/// Returns the failure of a token whose value was not written to standard output.
async fn lost(new: &NewToken, context: &Context<'_>) -> Failure {
    match context.client().await {
        Ok(client) => {
            let cause = Failure::new(Kind::Failed, "the client did not read it");
            undelivered(&client, new, None, cause, &Signals::none()).await
        }
        Err(error) => {
            let message = format!("the value of token `{}` was not delivered; the token was created", new.name);
            Failure::new(Kind::Undelivered, message).caused_by(error)
        }
    }
}
