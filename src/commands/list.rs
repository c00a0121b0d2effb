//! `tfy-tokens list`

use std::process::ExitCode;

use super::Context;
use crate::cli::List;
use crate::tokens;

/// Exit code of `--exit-code` if tokens were listed.
const FOUND: u8 = 10;

pub async fn run(arguments: List, context: &Context<'_>) -> anyhow::Result<ExitCode> {
    let filter = arguments.filter;
    let client = context.client().await?;
    let spinner = context.output.spinner("Reading tokens");
    let progress = |done, total| spinner.set(done, total);
    let tokens = tokens::list(&client, &filter, arguments.sort, progress);
    let mut tokens = context.signals.or_interrupt(tokens).await?;
    drop(spinner);
    if arguments.reverse {
        tokens.reverse();
    }
    context.signals.or_interrupt(context.output.tokens(&tokens, client.now())).await?;
    if tokens.is_empty() && filter.is_empty() {
        let flag = client.account().base_url_flag();
        let create = format!("tfy-tokens create my-token --expires 90d{flag}");
        context.output.note(format_args!("You have no tokens. Run `{create}` to create one."));
    } else if tokens.is_empty() {
        let list = format!("tfy-tokens list{}", client.account().base_url_flag());
        context.output.note(format_args!("No tokens match `{}`. Run `{list}` to see all.", filter.describe()));
    }
    Ok(if arguments.exit_code && !tokens.is_empty() { FOUND.into() } else { ExitCode::SUCCESS })
}
