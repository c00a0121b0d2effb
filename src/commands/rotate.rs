//! `tfy-tokens rotate`

use super::Context;
use super::confirm::{ADVICE, DeletedJson, ask, current_warning, read_tokens, show_plan};
use super::create::{CreatedJson, create_and_deliver, describe, echo, resolve_expiry};
use crate::api::{Client, NewToken};
use crate::cli::Rotate;
use crate::error::{Failure, Kind};
use crate::output::json_line;
use crate::prompt::{self, Prompt};
use crate::redact::redact;
use crate::select::find_one;
use crate::signals::Interrupted;
use crate::token::Token;
use crate::tokens::delete::{Plan, delete_command};
use crate::tokens::rotate::replacement;
use crate::tokens::save::TokenFile;

const MAY_BE_DELETED: &str = "interrupted; the old token may have been deleted";

/// Creates a new token, writes its value, and only then deletes the old token.
pub async fn run(arguments: Rotate, context: &Context<'_>) -> anyhow::Result<()> {
    let output = context.output;
    let is_confirmed = arguments.yes.yes || arguments.keep_old || arguments.dry_run;
    let confirmation = context.confirmation(is_confirmed, "deleting the old token")?;
    let resolve = |now| arguments.expires.expiry.map(|expiry| resolve_expiry(expiry, now)).transpose();
    // An invalid expiry is reported before any request.
    resolve(context.now)?;
    let file = arguments.save.file.as_deref().filter(|_| !arguments.dry_run).map(TokenFile::create).transpose()?;
    let client = context.client().await?;
    let inventory = read_tokens(&client, None, context).await?;
    let old = &find_one(&inventory.tokens, &arguments.token)?;
    let plan = inventory.plan(vec![old.clone()])?;
    // The clock of this machine may have been wrong.
    let expiry = resolve(client.now())?;
    let new = replacement(old, &inventory.tokens, arguments.new_name, expiry, &client)?;
    if arguments.dry_run {
        if !arguments.keep_old && output.shows_notes() {
            show_plan(&plan, &client, context);
        }
        return context.signals.or_interrupt(print_plan(&new, old, arguments.keep_old, &client, context)).await;
    }

    echo(&new, &arguments.expires, &client, context);
    let created = create_and_deliver(&new, true, file, &client, context).await;
    let interrupted = created.map_err(|error| with_kept_token(error, &new, old))?;
    let deleted = match interrupted {
        Some(interrupted) => Err(interrupted.into()),
        None if arguments.keep_old => {
            output.note(kept(old));
            Ok(false)
        }
        None => delete_old(&plan, old, confirmation, &client, context).await,
    };
    let printed = if output.is_json() { output.data(replaced(old, &deleted)?).await } else { Ok(()) };
    // An error of the deletion takes precedence over an error of printing.
    deleted?;
    Ok(printed?)
}

fn kept(old: &Token) -> String {
    format!("Kept the old token {old}.")
}

/// Returns the end of a JSON document that was left open.
fn replaced(old: &Token, deleted: &anyhow::Result<bool>) -> serde_json::Result<String> {
    let error = deleted.as_ref().err().map(|error| redact(&Failure::from_error(error).line()));
    let is_deleted = deleted.as_ref().is_ok_and(|deleted| *deleted);
    let json = json_line(&DeletedJson { error, ..DeletedJson::new(old, is_deleted) })?;
    Ok(format!(",\"replaced\":{}}}\n", json.trim_end()))
}

/// Asks whether to delete the old token, and deletes it. Returns `false` if the user answers no.
async fn delete_old(
    plan: &Plan<'_>,
    old: &Token,
    confirmation: Option<Prompt>,
    client: &Client,
    context: &Context<'_>,
) -> anyhow::Result<bool> {
    let output = context.output;
    if let Some(prompt) = confirmation {
        let answer = ask(plan, prompt::DELETE_OLD, &prompt, client, context).await;
        if !matches!(answer, Ok(true)) {
            output.note(kept(old));
            return answer;
        }
    } else if let Some(current) = plan.current() {
        output.warn(current_warning(current));
    }
    if let Err(error) = context.signals.or_interrupt(client.delete(&old.id)).await {
        if error.is::<Interrupted>() {
            output.alert(MAY_BE_DELETED);
            return Err(error.context(MAY_BE_DELETED));
        }
        let failure = Failure::from_error(&error);
        // Another client may have deleted the old token, which is the desired result.
        if failure.kind != Kind::NotFound {
            let message = "the new token was created, but the old one was not deleted";
            let hint = format!("run {}", delete_command(client, &old.id, old.raw_name()));
            return Err(Failure::new(failure.kind, message).caused_by(failure).hint(hint).into());
        }
    }
    output.note(format_args!("Deleted {old}"));
    if !old.is_expired(client.now()) {
        output.note(ADVICE);
    }
    Ok(true)
}

/// Prints what would be created and deleted.
async fn print_plan(
    new: &NewToken,
    old: &Token,
    keeps_old: bool,
    client: &Client,
    context: &Context<'_>,
) -> anyhow::Result<()> {
    let text = if context.output.is_json() {
        CreatedJson::new(new, None).text(true)? + &replaced(old, &Ok(false))?
    } else {
        let verb = if keeps_old { "Would keep" } else { "Would delete" };
        format!("Would create token {}\n{verb} {old}\n", describe(new, client))
    };
    Ok(context.output.data(text).await?)
}

/// Adds to an error what became of the two tokens. Does not change [`Interrupted`], which has no message.
fn with_kept_token(error: anyhow::Error, new: &NewToken, old: &Token) -> anyhow::Error {
    if error.is::<Interrupted>() {
        return error;
    }
    let failure = Failure::from_error(&error);
    let kept = match failure.kind {
        // The message says whether the new token exists.
        Kind::Undelivered => format!("the old token was kept: {old}"),
        _ => format!("the new token {} was not created; the old token was kept: {old}", new.name),
    };
    failure.with_causes([kept]).into()
}
