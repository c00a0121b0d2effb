//! `tfy-tokens revoke-all`

use email_address::EmailAddress;

use super::Context;
use super::confirm::{ADVICE, DeletedJson, not_printed, show_tokens, would_delete};
use crate::api::Client;
use crate::cli::RevokeAll;
use crate::error::Failure;
use crate::output::{Output, json_array, show};
use crate::prompt::{self, Prompt};
use crate::signals::Interrupted;
use crate::tokens::revoke_all::{self, Plan};

const UNKNOWN_TOKENS: &str =
    "The server does not list the tokens of other users, so their number and names are unknown.";

pub async fn run(arguments: RevokeAll, context: &Context<'_>) -> anyhow::Result<()> {
    let output = context.output;
    let email = &arguments.email;
    let is_confirmed = arguments.yes.yes || arguments.dry_run;
    let confirmation = context.confirmation(is_confirmed, "deleting all tokens of a user")?;
    let client = context.client().await?;
    if arguments.dry_run {
        let plan = read_plan(email, &client, context).await?;
        return context.signals.or_interrupt(print_plan(&plan, email, output)).await;
    }
    if let Some(prompt) = confirmation {
        ask(email, &prompt, &client, context).await?;
    }
    let revoked = context.signals.or_interrupt(client.revoke_all(email)).await;
    revoked.inspect_err(|error| {
        if error.is::<Interrupted>() {
            output.alert("interrupted; the tokens may have been deleted");
        }
    })?;
    let text = if output.is_json() {
        json_array([DeletedJson { email: Some(email.as_str()), deleted: true, ..DeletedJson::default() }])?
    } else {
        format!("Deleted all tokens of {email}\n")
    };
    let printed = context.signals.or_interrupt(output.data(text)).await;
    output.note(ADVICE);
    printed.map_err(|error| {
        let failure = not_printed(&format!("all tokens of {email}"), &error);
        if error.is::<Interrupted>() {
            output.alert(failure);
            return error;
        }
        failure.into()
    })
}

async fn read_plan(email: &EmailAddress, client: &Client, context: &Context<'_>) -> anyhow::Result<Plan> {
    let spinner = context.output.spinner("Reading tokens");
    let progress = |done, total| spinner.set(done, total);
    let plan = context.signals.or_interrupt(revoke_all::plan(email, client, progress)).await?;
    drop(spinner);
    if let Some(problem) = &plan.problem {
        context.output.warn(format_args!("cannot read the tokens of {email}: {problem}"));
    }
    Ok(plan)
}

/// Prints what would be deleted.
async fn print_plan(plan: &Plan, email: &EmailAddress, output: &Output) -> anyhow::Result<()> {
    let json = |json| DeletedJson { email: Some(email.as_str()), ..json };
    let text = match (&plan.tokens, output.is_json()) {
        (Some(tokens), true) => json_array(tokens.iter().map(|token| json(DeletedJson::new(token, false))))?,
        (None, true) => json_array([json(DeletedJson::default())])?,
        (Some(tokens), false) => would_delete(tokens),
        (None, false) => format!("Would delete all tokens of {email}\n"),
    };
    if plan.tokens.as_ref().is_some_and(Vec::is_empty) {
        output.note(format_args!("{email} has no tokens."));
    } else if !plan.is_own && plan.problem.is_none() {
        output.note(UNKNOWN_TOKENS);
    }
    Ok(output.data(text).await?)
}

async fn ask(email: &EmailAddress, prompt: &Prompt, client: &Client, context: &Context<'_>) -> anyhow::Result<()> {
    let plan = read_plan(email, client, context).await?;
    let base_url = &client.account().base_url;
    let count = match plan.tokens.as_ref().map(Vec::len) {
        Some(1) => "the only token".to_owned(),
        Some(count) if count > 1 => format!("all {count} tokens"),
        _ => "all tokens".to_owned(),
    };
    show(format_args!("This deletes {count} of {email} on {base_url}."));
    if let Some(tokens) = plan.tokens.filter(|tokens| !tokens.is_empty()) {
        show_tokens(&tokens, client, context);
    } else if !plan.is_own && plan.problem.is_none() {
        show(UNKNOWN_TOKENS);
    }
    if plan.is_own {
        show("They are your own tokens. After deletion you may need another API key.");
    }
    show("This cannot be undone. Services that use them will stop working.");
    let typed: String = prompt.line(prompt::REPEAT_EMAIL, &context.signals).await?;
    if typed == email.as_str() {
        return Ok(client.reconnect()?);
    }
    show(format_args!("The address does not match {email}. No tokens were deleted."));
    Err(Failure::declined().into())
}
