//! `tfy-tokens list`

use super::Context;
use crate::cli::List;
use crate::error::{Failure, Kind};
use crate::tokens;

pub async fn run(arguments: List, context: &Context<'_>) -> anyhow::Result<()> {
    let filter = arguments.filter;
    let client = context.client().await?;
    let spinner = context.output.spinner("Reading tokens");
    let progress = |done, total| spinner.set(done, total);
    let tokens = tokens::list(&client, &filter, arguments.sort, context.now, progress);
    let mut tokens = context.signals.or_interrupt(tokens).await?;
    drop(spinner);
    if arguments.reverse {
        tokens.reverse();
    }
    context.signals.or_interrupt(context.output.tokens(&tokens, context.now)).await?;
    if tokens.is_empty() && filter.is_empty() {
        context.output.note("You have no tokens. Run `tfy-tokens create NAME` to create one.");
    } else if tokens.is_empty() {
        context.output.note(format_args!("No tokens match `{}`.", filter.describe()));
    }
    if arguments.exit_code && !tokens.is_empty() {
        return Err(Failure::new(Kind::Found, "tokens were listed").into());
    }
    Ok(())
}
