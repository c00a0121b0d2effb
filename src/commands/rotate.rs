//! `tfy-tokens rotate`

use super::create::{create_and_deliver, resolve_expiry};
use super::delete::{ADVICE, ask, current_warning, read_tokens};
use super::{Confirmation, Context};
use crate::cli::Rotate;
use crate::error::{Failure, Kind};
use crate::prompt;
use crate::signals::Interrupted;
use crate::token::Token;
use crate::tokens::delete::{Selection, apply, command};
use crate::tokens::rotate::replacement;
use crate::tokens::save::TokenFile;

/// Creates a new token, delivers its value, and only then deletes the old token.
pub async fn run(arguments: Rotate, context: &Context<'_>) -> anyhow::Result<()> {
    let output = context.output;
    let confirmation = context.confirmation(arguments.yes.yes, "deleting the old token")?;
    let expiry = resolve_expiry(&arguments.expires, context.now)?;
    let file = arguments.save.file.as_deref().map(TokenFile::create).transpose()?;
    let client = context.client().await?;
    let inventory = read_tokens(&client, context).await?;
    let plan = inventory.plan(&Selection::Names(std::slice::from_ref(&arguments.token)), context.now)?;
    // A plan for one name has exactly one token.
    let old = &plan.tokens[0];
    let new = replacement(old, &inventory.tokens, arguments.new_name, expiry, context.now)?;

    create_and_deliver(&new, Some(old), file, &client, context).await.map_err(|error| with_kept_token(error, old))?;

    let kept = format!("Kept the old token {old}.");
    match (&confirmation, plan.current()) {
        (Confirmation::Ask(prompt), _) => {
            let answer = ask(&plan, prompt::DELETE_OLD, prompt, &client, context).await;
            if !answer.inspect_err(|_| output.note(&kept))? {
                output.note(kept);
                return Ok(());
            }
        }
        (Confirmation::Given, Some(current)) => output.warn(current_warning(current)),
        (Confirmation::Given, None) => {}
    }
    let deleted = apply(vec![old.clone()], &client, &context.signals, |_| ()).await;
    if let Some(interrupted) = deleted.interrupted {
        output.warn("interrupted; the old token may have been deleted");
        return Err(interrupted.into());
    }
    match deleted.into_failure() {
        // Another client has already deleted the old token, which is the desired result.
        Some(failure) if failure.kind != Kind::NotFound => {
            let message = "the new token was created, but the old one was not deleted";
            let hint = format!("run {}", command(&client, &old.id, old.raw_name()));
            Err(Failure::new(failure.kind, message).caused_by(failure).hint(hint).into())
        }
        _ => {
            output.note(format_args!("Deleted {old}"));
            output.note(ADVICE);
            Ok(())
        }
    }
}

/// Adds to an error that the old token was kept. A signal ends the program without a message.
fn with_kept_token(error: anyhow::Error, old: &Token) -> anyhow::Error {
    if error.is::<Interrupted>() {
        return error;
    }
    Failure::from_error(&error).with_causes([format!("the old token was kept: {old}")]).into()
}
