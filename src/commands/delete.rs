//! `tfy-tokens delete`

use super::Context;
use super::confirm::{ADVICE, DeletedJson, ask, not_printed, read_tokens, show_plan, would_delete};
use crate::api::Client;
use crate::cli::Delete;
use crate::error::{Failure, Kind};
use crate::output::{Output, Table, json_array};
use crate::prompt::{self, Prompt};
use crate::redact::redact;
use crate::select::{find, find_existing};
use crate::token::Token;
use crate::tokens::delete::{self, Deleted, Plan};
use crate::untrusted::enumerate;

pub async fn run(arguments: Delete, context: &Context<'_>) -> anyhow::Result<()> {
    let output = context.output;
    let filter = arguments.filter;
    let picker = if arguments.tokens.is_empty() && filter.is_empty() {
        let picker = context.prompt().filter(|_| prompt::can_pick(output.stderr));
        Some(picker.ok_or_else(|| context.missing_argument("at least one TOKEN", "tfy-tokens list"))?)
    } else {
        None
    };
    let is_confirmed = arguments.yes.yes || arguments.dry_run;
    let confirmation = context.confirmation(is_confirmed, "deleting tokens")?;

    let client = context.client().await?;
    let inventory = read_tokens(&client, filter.search.as_deref(), context).await?;
    let tokens = match picker {
        Some(picker) => pick(&inventory.tokens, &picker, &client, context).await?,
        None if arguments.ignore_not_found && filter.is_empty() => {
            let (tokens, missing) = find_existing(&inventory.tokens, &arguments.tokens)?;
            if !missing.is_empty() {
                let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
                output.note(format_args!("No token has the name or ID {}.", enumerate(&names)));
            }
            tokens
        }
        None if filter.is_empty() => find(&inventory.tokens, &arguments.tokens)?,
        None => inventory.tokens.iter().filter(|token| filter.matches(token, client.now())).cloned().collect(),
    };
    let plan = inventory.plan(tokens)?;
    if plan.tokens.is_empty() && arguments.tokens.is_empty() {
        output.note(match filter.describe() {
            conditions if conditions.is_empty() => "You have no tokens. Nothing was deleted.".to_owned(),
            conditions => format!("No tokens match `{conditions}`. Nothing was deleted."),
        });
    }
    if plan.tokens.is_empty() || arguments.dry_run {
        if !plan.tokens.is_empty() && output.shows_notes() {
            show_plan(&plan, &client, context);
        }
        return context.signals.or_interrupt(print_plan(&plan.tokens, output)).await;
    }
    if let Some(prompt) = confirmation {
        let question = prompt::delete(plan.tokens.len());
        if !ask(&plan, &question, &prompt, &client, context).await? {
            return Err(Failure::declined().into());
        }
    } else if !arguments.include_current {
        plan.ensure_not_current(&client)?;
    }
    apply(plan, arguments.ignore_not_found, &client, context).await
}

async fn pick(tokens: &[Token], picker: &Prompt, client: &Client, context: &Context<'_>) -> anyhow::Result<Vec<Token>> {
    if tokens.is_empty() {
        return Ok(Vec::new());
    }
    let stderr = context.output.stderr;
    let width = prompt::picker_width(stderr);
    let [table, colored] =
        [false, stderr.is_colored].map(|is_colored| Table::one_line_each(tokens, client.now(), width, is_colored));
    let indices = picker.pick(&table, &colored, width, &context.signals).await?;
    Ok(indices.into_iter().map(|index| tokens[index].clone()).collect())
}

/// Deletes the tokens and prints the deleted ones.
async fn apply(plan: Plan<'_>, ignores_not_found: bool, client: &Client, context: &Context<'_>) -> anyhow::Result<()> {
    let output = context.output;
    let total = plan.tokens.len();
    let spinner = output.spinner("Deleting tokens");
    let progress = |done| spinner.set(done, Some(total));
    let mut deleted = delete::apply(&plan.tokens, client, &context.signals, progress).await;
    drop(spinner);
    let is_missing = |failure: &Failure| ignores_not_found && failure.kind == Kind::NotFound;
    for (token, result) in &mut deleted.results {
        if result.as_ref().is_err_and(is_missing) {
            output.note(format_args!("{token} does not exist any more."));
            *result = Ok(());
        }
    }
    let printed = context.signals.or_interrupt(print_results(&deleted, output)).await;
    if deleted.tokens().iter().any(|token| !token.is_expired(client.now())) {
        output.note(ADVICE);
    }
    finish(deleted, total, printed, output)
}

/// Fails if tokens were not deleted or the deleted ones could not be printed. After a signal, prints this as a warning, because the
/// program then dies by the signal without an error message.
fn finish(deleted: Deleted, total: usize, printed: anyhow::Result<()>, output: &Output) -> anyhow::Result<()> {
    let names: Vec<String> = deleted.tokens().iter().map(ToString::to_string).collect();
    let mut interrupted = deleted.interrupted;
    let is_incomplete = deleted.results.len() < total;
    let mut failure = deleted.into_failure();
    match printed {
        Err(error) if !names.is_empty() => {
            interrupted = interrupted.or(error.downcast_ref().copied());
            let not_printed = not_printed(&enumerate(&names), &error);
            failure = Some(match failure {
                Some(failure) => Failure::new(failure.kind, not_printed.message).caused_by(failure),
                None => not_printed,
            });
        }
        Err(error) if failure.is_none() => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let Some(interrupted) = interrupted else {
        return failure.map_or(Ok(()), |failure| Err(failure.into()));
    };
    if let Some(failure) = failure {
        output.alert(failure.line());
    }
    if is_incomplete {
        output.alert(format_args!("interrupted; deleted {} of {total} tokens for certain", names.len()));
    }
    Err(interrupted.into())
}

/// Prints the tokens that `--dry-run` leaves alone.
async fn print_plan(tokens: &[Token], output: &Output) -> anyhow::Result<()> {
    let text = if output.is_json() {
        json_array(tokens.iter().map(|token| DeletedJson::new(token, false)))?
    } else {
        would_delete(tokens)
    };
    Ok(output.data(text).await?)
}

/// Prints the deleted tokens and, as JSON, also those that could not be deleted. Otherwise their errors are in the final message.
async fn print_results(deleted: &Deleted, output: &Output) -> anyhow::Result<()> {
    let text = if output.is_json() {
        json_array(deleted.results.iter().map(|(token, result)| {
            let error = result.as_ref().err().map(|failure| redact(&failure.line()));
            DeletedJson { error, ..DeletedJson::new(token, result.is_ok()) }
        }))?
    } else {
        deleted.tokens().iter().map(|token| format!("Deleted {token}\n")).collect::<Vec<_>>().concat()
    };
    Ok(output.data(text).await?)
}
