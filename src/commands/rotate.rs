//! `tfy-tokens rotate`

use super::create::{create_and_deliver, resolve_expiry};
use super::delete::{ADVICE, ask, current_warning, read_tokens};
use super::{Confirmation, Context};
use crate::cli::Rotate;
use crate::error::{Failure, Kind, Report};
use crate::prompt;
use crate::select::find_one;
use crate::signals::Signals;
use crate::tokens::delete::{apply, ensure_safe, find_current};
use crate::tokens::rotate::replacement;
use crate::tokens::save::TokenFile;

/// Creates a new token, delivers its value, and only then deletes the old token.
pub async fn run(arguments: Rotate, context: &Context<'_>, signals: &mut Signals) -> anyhow::Result<()> {
    let output = context.output;
    let confirmation = context.confirmation(arguments.yes.yes, "deleting the old token")?;
    let expires_at = resolve_expiry(&arguments.expires, context.now)?;
    let file = arguments.save.file.as_deref().map(TokenFile::create).transpose()?;
    let client = context.client(signals).await?;
    let inventory = read_tokens(&client, context, signals).await?;
    let old = find_one(&inventory.tokens, &arguments.token)?.clone();
    ensure_safe(std::slice::from_ref(&old))?;
    let new = replacement(&old, &inventory.tokens, arguments.new_name, expires_at, context.now)?;

    create_and_deliver(&new, Some(&old), file, &client, context, signals)
        .await
        .inspect_err(|_| output.note(format_args!("The old token was kept: {old}.")))?;

    let old_tokens = std::slice::from_ref(&old);
    let current = find_current(old_tokens, &inventory.current);
    match (&confirmation, current) {
        (Confirmation::Ask(prompt), current) => {
            let question = prompt::DELETE_OLD;
            ask(old_tokens, current, question, prompt, &client, context, signals)
                .await
                .inspect_err(|_| output.note("The old token was kept; both tokens are valid."))?;
        }
        (Confirmation::Given, Some(current)) => output.warn(current_warning(current)),
        (Confirmation::Given, None) => {}
    }
    let deleted = apply(vec![old.clone()], &client, signals, |_| ()).await;
    if let Some(interrupted) = deleted.interrupted {
        output.warn("interrupted; the old token may have been deleted");
        return Err(interrupted.into());
    }
    match deleted.into_failure() {
        // Another client has already deleted the old token, which is the desired result.
        Some(failure) if failure.kind != Kind::NotFound => {
            let id = if old.id.is_plain() { old.id.raw() } else { "" };
            let command = format!("tfy-tokens delete {id}{}", client.account().base_url_flag());
            let report = Report::new(&failure);
            let message = "the new token was created, but the old one was not deleted";
            Err(Failure::new(report.kind, message)
                .caused_by(failure)
                .hint(format!("run `{command}`"))
                .into())
        }
        _ => {
            output.note(format_args!("Deleted {old}"));
            output.note(ADVICE);
            Ok(())
        }
    }
}
