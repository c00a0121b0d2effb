//! Deleting tokens once it is known which: what every command that deletes has in common.

use futures_util::{StreamExt, stream};
use serde::Serialize;

use super::{Context, all};
use crate::api::{Client, Session};
use crate::error::{Error, listed};
use crate::interrupt::Interrupts;
use crate::output::{Format, Output, READING, Table, json_lines, object};
use crate::prompt::Prompt;
use crate::text::Untrusted;
use crate::token::Token;

/// How many tokens are deleted at once.
const AT_ONCE: usize = 8;

/// What a user should think of when something breaks.
pub const AFTERWARDS: &str = "If services fail now, they were using this token: create a new one and update them.";

/// A token as a script sees what became of it.
#[derive(Serialize)]
struct View<'a> {
    id: &'a str,
    name: Option<&'a str>,
    deleted: bool,
}

/// Which token the client itself signs in with.
pub enum Current {
    /// None: a user's own session does.
    NoToken,
    /// One of this name.
    Named(Untrusted),
    /// The platform did not say.
    Unknown(Error),
}

/// All tokens, and which the client itself signs in with: asked for at once. Where that cannot be found out there is a warning.
pub async fn all_and_current(client: &Client, output: &Output) -> Result<(Vec<Token>, Current), Error> {
    let progress = output.progress(READING);
    let both = async { tokio::join!(all(client.pages(None), &progress), current_token(client)) };
    let (tokens, current) = progress.during(both).await;
    drop(progress);
    let (tokens, current) = (tokens?, current?);
    if let Current::Unknown(error) = &current {
        output.warn(format_args!(
            "cannot tell which token this client signs in with: {error}"
        ));
    }
    Ok((tokens, current))
}

async fn current_token(client: &Client) -> Result<Current, Error> {
    Ok(match session(client).await? {
        Ok(session) => session.token_name.map_or(Current::NoToken, Current::Named),
        Err(error) => Current::Unknown(error),
    })
}

/// Whom the key signs in. Only a key that is refused fails the command; what else goes wrong is for the caller to weigh.
pub async fn session(client: &Client) -> Result<Result<Session, Error>, Error> {
    match client.session().await {
        Err(error @ Error::KeyRefused { .. }) => Err(error),
        session => Ok(session),
    }
}

/// The token among these that the client itself signs in with.
pub fn current_among<'a>(tokens: &'a [Token], current: &Current) -> Option<&'a Token> {
    let Current::Named(name) = current else {
        return None;
    };
    tokens.iter().find(|token| token.name.as_ref() == Some(name))
}

/// Refuses the token that the client itself signs in with, for sure or perhaps. A deployment that knows nothing of sessions (404)
/// never tells; there nobody would get on.
pub fn ensure_not_current(tokens: &[Token], current: Current, client: &Client) -> Result<(), Error> {
    if let Some(token) = current_among(tokens, &current) {
        return Err(Error::CurrentToken {
            name: token.shown_name(),
        });
    }
    let is_token = client.account().key().is_personal_access_token();
    match current {
        Current::Unknown(why) if is_token && why.status() != Some(404) => Err(Error::CurrentUnknown(Box::new(why))),
        _ => Ok(()),
    }
}

/// What is said before the token goes that the client itself signs in with.
pub fn signs_in_with(token: &Token) -> String {
    format!("{} is the token this client signs in with.", token.shown_name())
}

/// Shows what is about to go, and asks `question`. Anything but a yes is an error, which says `otherwise`.
pub async fn confirm(
    tokens: &[Token],
    current: &Current,
    prompt: &Prompt,
    question: &str,
    otherwise: &'static str,
    context: &Context<'_>,
) -> Result<(), Error> {
    let output = &context.output;
    let table = Table::to_ask_about(tokens, &output.look_of_talk(context.now));
    output.show(table.text().trim_end());
    if let Some(token) = current_among(tokens, current) {
        output.show(&signs_in_with(token));
    }
    let breaks = if tokens.len() == 1 { "it" } else { "them" };
    output.show(&format!("This cannot be undone, and breaks whatever uses {breaks}."));
    prompt.confirm(question, otherwise).await
}

/// Refuses tokens whose ids could not be deleted without the risk of deleting something else.
pub fn ensure_safe(tokens: &[Token]) -> Result<(), Error> {
    let unsafe_one = tokens.iter().find(|token| token.id.as_segment().is_none());
    unsafe_one.map_or(Ok(()), |token| {
        Err(Error::UnsafeId {
            name: token.shown_name(),
        })
    })
}

/// Tries to delete each of the tokens, and tells what became of them. Fails as the first that failed.
pub async fn delete(
    tokens: Vec<Token>,
    client: &Client,
    output: &Output,
    interrupts: &mut Interrupts,
) -> Result<(), Error> {
    let total = tokens.len();
    let progress = output.progress("Deleting tokens");
    let mut outcomes = Vec::with_capacity(total);
    let mut deletions = stream::iter(tokens.into_iter().enumerate())
        .map(async |(place, token)| {
            let result = client.delete(&token.id).await;
            (place, token, result)
        })
        .buffer_unordered(AT_ONCE);
    let all = async {
        while let Some(outcome) = progress.during(deletions.next()).await {
            outcomes.push(outcome);
            progress.set(outcomes.len(), Some(total));
        }
        Ok(())
    };
    let end = interrupts
        .or_cancel("tokens that are not listed above may have been deleted too", all)
        .await;
    drop(progress);
    outcomes.sort_by_key(|(place, ..)| *place);
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for (_, token, result) in outcomes {
        match result {
            Ok(()) => done.push(token),
            Err(error) => failed.push((token, error)),
        }
    }
    let told = interrupts
        .or_cancel("nobody was reading it", tell(&done, true, output))
        .await;
    if !done.is_empty() {
        output.note(AFTERWARDS);
    }
    if end.is_err() {
        for (token, why) in &failed {
            output.warn(format_args!("{} ({}): {why}", token.shown_name(), token.id));
        }
    }
    let failure = match failed.len() {
        _ if end.is_err() => end.err(),
        0 => None,
        1 if total == 1 => failed.pop().map(|(_, why)| why),
        _ => Some(Error::NotAllDeleted { total, failed }),
    };
    match (told, failure) {
        (Err(why), failure) if !done.is_empty() => Err(Error::Untold {
            what: listed(&done),
            why: Box::new(failure.unwrap_or(why)),
        }),
        (told, None) => told,
        (_, Some(failure)) => Err(failure),
    }
}

/// Writes what was deleted or, where nothing has been, what would be.
pub async fn tell(tokens: &[Token], deleted: bool, output: &Output) -> Result<(), Error> {
    if output.format() == Format::Json {
        let view = |token: &Token| {
            object(&View {
                id: token.id.exact(),
                name: token.exact_name(),
                deleted,
            })
        };
        let documents: Vec<String> = tokens.iter().map(view).collect();
        return output.data(json_lines(&documents)).await;
    }
    let done = if deleted { "Deleted" } else { "Would delete" };
    let line = |token: &Token| format!("{done} {} ({})\n", token.shown_name(), token.id);
    let text: String = tokens.iter().map(line).collect();
    output.data(text).await
}
