//! `tfy-tokens delete`

use super::{Context, removal};
use crate::cli::Delete;
use crate::error::Error;
use crate::interrupt::Interrupts;
use crate::output::Table;
use crate::prompt::{Choices, Prompt};
use crate::select::{Filter, find};
use crate::token::Token;

const NOT_DONE: &str = "nothing was deleted";

/// Deletes the tokens that are named, fit a filter or are picked, after a question.
pub async fn run(arguments: Delete, context: &Context<'_>, interrupts: &mut Interrupts) -> Result<(), Error> {
    let filter = Filter {
        expired: arguments.expired,
        unused_for: arguments.unused_for,
        ..Filter::default()
    };
    let picks = arguments.tokens.is_empty() && !filter.is_set();
    let picker = context.prompt().filter(Prompt::can_pick);
    if picks && picker.is_none() {
        return Err(Error::Missing {
            what: "which tokens to delete",
            hint: "tfy-tokens delete TOKEN...",
        });
    }
    let is_settled = arguments.yes.yes || arguments.dry_run;
    let prompt = context.confirmation(is_settled, "deleting tokens")?;
    let output = &context.output;

    let client = interrupts.or_cancel(NOT_DONE, context.client()).await?;
    let asked = removal::all_and_current(&client, output);
    let (all, current) = interrupts.or_cancel(NOT_DONE, asked).await?;
    let tokens = match picker.filter(|_| picks) {
        Some(picker) => interrupts.or_cancel(NOT_DONE, pick(&all, &picker, context)).await?,
        None if filter.is_set() => all
            .into_iter()
            .filter(|token| filter.fits(token, context.now))
            .collect(),
        None => find(&all, &arguments.tokens)?,
    };
    if tokens.is_empty() {
        let like = filter.described();
        output.note(format_args!("There is no token{like}: nothing was deleted."));
    }
    removal::ensure_safe(&tokens)?;
    if tokens.is_empty() || arguments.dry_run {
        return interrupts
            .or_cancel(NOT_DONE, removal::tell(&tokens, false, output))
            .await;
    }
    if let Some(prompt) = &prompt {
        let question = match tokens.len() {
            1 => "Delete this token?".to_owned(),
            several => format!("Delete these {several} tokens?"),
        };
        let asked = removal::confirm(&tokens, &current, prompt, &question, NOT_DONE, context);
        interrupts.or_cancel(NOT_DONE, asked).await?;
    } else if !arguments.include_current {
        removal::ensure_not_current(&tokens, current, &client)?;
    }
    removal::delete(tokens, &client, output, interrupts).await
}

async fn pick(tokens: &[Token], prompt: &Prompt, context: &Context<'_>) -> Result<Vec<Token>, Error> {
    if tokens.is_empty() {
        return Ok(Vec::new());
    }
    let table = |width| Table::to_pick_from(tokens, &context.output.look_to_pick_from(context.now, width));
    let choices = Choices {
        question: "Which tokens are to be deleted?",
        table: &table,
    };
    let picked = prompt.pick(&choices, NOT_DONE).await?;
    Ok(picked
        .into_iter()
        .filter_map(|index| tokens.get(index).cloned())
        .collect())
}
