//! Deletes tokens.

use std::cell::Cell;
use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};

use crate::api::{Client, Session};
use crate::error::{Failure, Kind};
use crate::signals::{Interrupted, Signals};
use crate::token::{Token, TokenId};
use crate::token_name::TokenName;
use crate::untrusted::Untrusted;

/// Maximum number of concurrent delete requests.
const MAX_CONCURRENT: usize = 8;

/// Name of the token that this client authenticates with, if any. The error is the reason why it is unknown, in one line.
type CurrentToken = Result<Option<Untrusted>, String>;

/// Tokens of the user, and which of them is the API key.
pub struct Inventory {
    pub tokens: Vec<Token>,
    current: CurrentToken,
}

/// Tokens to delete.
pub struct Plan<'a> {
    pub tokens: Vec<Token>,
    current: &'a CurrentToken,
}

/// Results of deleting several tokens.
pub struct Deleted {
    /// In the order of the plan. A token is missing if a signal arrived before its request was sent.
    pub results: Vec<(Token, Result<(), Failure>)>,
    pub interrupted: Option<Interrupted>,
}

/// Reads all tokens or, as `list` does, those that the server finds with `search`. Asks the server which of them is the API key.
/// Fails if the server rejects the key.
pub async fn read(
    client: &Client,
    search: Option<&str>,
    progress: impl Fn(usize, Option<usize>),
) -> Result<Inventory, Failure> {
    let (tokens, session) = tokio::join!(client.list(search, progress), client.session());
    let current = match session {
        Err(failure) if failure.kind == Kind::NotSignedIn => return Err(failure),
        Err(failure) => Err(failure.line()),
        Ok(Session { token_name: None, .. }) if client.account().key.is_personal_access_token() => {
            Err("the server did not send its name".to_owned())
        }
        Ok(session) => Ok(session.token_name),
    };
    Ok(Inventory { tokens: tokens?, current })
}

impl Inventory {
    /// Plans to delete `tokens`. Fails if the ID of one is not safe to use in a URL.
    pub fn plan(&self, tokens: Vec<Token>) -> Result<Plan<'_>, Failure> {
        match tokens.iter().find(|token| token.id.as_path_segment().is_none()) {
            Some(token) => Err(Failure::unsafe_id(&token.display_name())),
            None => Ok(Plan { tokens, current: &self.current }),
        }
    }

    /// Returns a warning if it is unknown which token the API key is.
    pub fn warning(&self) -> Option<String> {
        let reason = self.current.as_ref().err()?;
        Some(format!("cannot check which token you are authenticated with: {reason}"))
    }
}

impl Plan<'_> {
    /// Returns the token of the plan that this client authenticates with, if any.
    pub fn current(&self) -> Option<&Token> {
        // A server may send the name in another case.
        let lowercase = |name: &str| name.to_lowercase();
        let current = lowercase(self.current.as_ref().ok()?.as_ref()?.raw());
        self.tokens.iter().find(|token| token.raw_name().map(lowercase).as_ref() == Some(&current))
    }

    /// Fails if the tokens include, or might include, the one that this client authenticates with.
    pub fn ensure_not_current(&self, client: &Client) -> Result<(), Failure> {
        if let Some(token) = self.current() {
            let name = token.display_name();
            let message =
                format!("refusing to delete `{name}`, the token that you are authenticated with; nothing was deleted");
            let hint = "pass --include-current to delete it anyway; you will need another API key afterwards";
            return Err(Failure::new(Kind::Unconfirmed, message).hint(hint));
        }
        match self.current {
            Err(reason) if client.account().key.is_personal_access_token() => {
                let message =
                    "cannot check whether you are authenticated with one of these tokens; nothing was deleted";
                Err(Failure::new(Kind::Unconfirmed, message)
                    .with_causes([reason.clone()])
                    .hint("try again, or pass --include-current to delete them anyway"))
            }
            _ => Ok(()),
        }
    }
}

/// Returns the command that deletes a token, for a hint. Its argument is the ID or, if the ID is not safe to paste, the name. If
/// neither is safe, the command lets the user choose.
pub fn delete_command(client: &Client, id: &TokenId, name: Option<&str>) -> String {
    let id = Some(id.raw()).filter(|_| id.is_plain());
    let name = name.filter(|name| name.parse::<TokenName>().is_ok());
    let argument = id.or(name).map_or_else(String::new, |token| format!(" {token}"));
    format!("`tfy-tokens delete{argument}{}`", client.account().base_url_flag())
}

/// Deletes tokens concurrently, until all requests have finished or a signal arrives. Calls `progress` with the number of finished
/// requests. A request that a signal ends is a failure.
pub async fn apply(tokens: &[Token], client: &Client, signals: &Signals, progress: impl Fn(usize)) -> Deleted {
    let mut results = Vec::with_capacity(tokens.len());
    let started = Cell::new(0);
    let mut requests = stream::iter(tokens.iter().enumerate())
        .map(async |(index, token)| {
            started.set(index + 1);
            (index, client.delete(&token.id).await)
        })
        .buffer_unordered(MAX_CONCURRENT);
    let interrupted = loop {
        tokio::select! {
            biased;
            interrupted = signals.next() => break Some(interrupted),
            next = requests.next() => match next {
                Some(result) => results.push(result),
                None => break None,
            },
        }
        progress(results.len());
    };
    drop(requests);
    let mut results: BTreeMap<usize, Result<(), Failure>> = results.into_iter().collect();
    let result = |(index, token): (usize, &Token)| {
        let unfinished = || Err(Failure::new(Kind::Failed, "interrupted; the token may have been deleted"));
        (token.clone(), results.remove(&index).unwrap_or_else(unfinished))
    };
    Deleted { results: tokens[..started.get()].iter().enumerate().map(result).collect(), interrupted }
}

impl Deleted {
    pub fn tokens(&self) -> Vec<&Token> {
        let results = self.results.iter();
        results.filter(|(_, result)| result.is_ok()).map(|(token, _)| token).collect()
    }

    /// Returns a failure if a token could not be deleted. Its kind and status are those of the first such token.
    pub fn into_failure(self) -> Option<Failure> {
        let total = self.results.len();
        let mut failed: Vec<(Token, Failure)> =
            self.results.into_iter().filter_map(|(token, result)| Some((token, result.err()?))).collect();
        if total <= 1 {
            return failed.pop().map(|(_, failure)| failure);
        }
        let message = format!("could not delete {} of {total} tokens", failed.len());
        let causes = failed.iter().map(|(token, failure)| format!("{token}: {}", failure.line())).collect();
        let (_, first) = failed.into_iter().next()?;
        Some(Failure { message, causes, ..first })
    }
}
