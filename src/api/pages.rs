//! Reads a whole list of tokens, or fails.
//!
//! The server paginates by offset. If another client creates or deletes tokens between two requests, the rest of the list moves,
//! and a token can fall between two pages. Each page therefore overlaps the page before it by one token. If the tokens at a seam
//! differ, or if the number of tokens does not match `total`, the list is read again from the start.
//!
//! One case is not detected: the server reports a `total` that is too small and equals the number of tokens that were read.

use std::collections::HashSet;

use futures_util::{StreamExt, stream};

use super::wire::Page;
use crate::error::{Failure, Kind};
use crate::token::Token;

/// Number of tokens in the first page. Every server accepts it.
const FIRST_PAGE_SIZE: usize = 100;

/// Number of tokens in later pages. Some servers refuse this limit, and others send smaller pages.
const LARGE_PAGE_SIZE: usize = 1000;

/// Maximum number of concurrent requests.
const MAX_CONCURRENT: usize = 16;

/// Maximum number of times that a list is read from the start.
const MAX_READS: u32 = 5;

/// Maximum number of tokens. A server that reports more is assumed to be broken.
const MAX_TOKENS: usize = 1_000_000;

/// The reason why a read did not return the list.
enum Stop {
    Failed(Failure),
    /// The pages do not fit together, for example because the list changed. The text is the reason.
    Inconsistent(String),
    /// The server refused a large page, or sent fewer tokens than requested. Holds the first page.
    LargePageRefused(Page),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Reads all tokens in the order of the server. `read` requests the page at an offset with a limit. Calls `progress`
/// with the number of tokens read and, if it is known, the number of all tokens.
pub async fn read_all(
    read: impl AsyncFn(usize, usize) -> Result<Page, Failure>,
    progress: impl Fn(usize, Option<usize>),
) -> Result<Vec<Token>, Failure> {
    let mut page_size = LARGE_PAGE_SIZE;
    let mut first = read(0, FIRST_PAGE_SIZE).await?;
    let mut reads = 1;
    loop {
        match read_after(first, &read, page_size, &progress).await {
            Ok(tokens) => return Ok(tokens),
            Err(Stop::Failed(failure)) => return Err(failure),
            Err(Stop::LargePageRefused(page)) => {
                first = page;
                page_size = FIRST_PAGE_SIZE;
            }
            Err(Stop::Inconsistent(reason)) if reads == MAX_READS => return Err(incomplete(&reason)),
            Err(Stop::Inconsistent(_)) => {
                first = read(0, FIRST_PAGE_SIZE).await?;
                reads += 1;
            }
        }
    }
}

/// Reads the pages after the first one and returns the whole list. Checks that no token is listed twice.
async fn read_after(
    first: Page,
    read: &impl AsyncFn(usize, usize) -> Result<Page, Failure>,
    page_size: usize,
    progress: &impl Fn(usize, Option<usize>),
) -> Result<Vec<Token>, Stop> {
    let tokens = match first.total {
        None => read_without_total(read, first.tokens, progress).await?,
        Some(total) if total > MAX_TOKENS => {
            return Err(incomplete(&format!("the server reports {total} tokens")).into());
        }
        Some(total) => read_with_total(read, first.tokens, total, page_size, progress).await?,
    };
    let ids: HashSet<_> = tokens.iter().map(|token| &token.id).collect();
    if ids.len() < tokens.len() {
        return Err(Stop::Inconsistent("the server lists a token twice".to_owned()));
    }
    Ok(tokens)
}

/// Reads the pages after the first one concurrently.
async fn read_with_total(
    read: &impl AsyncFn(usize, usize) -> Result<Page, Failure>,
    mut tokens: Vec<Token>,
    total: usize,
    page_size: usize,
    progress: &impl Fn(usize, Option<usize>),
) -> Result<Vec<Token>, Stop> {
    if tokens.len() == total {
        return Ok(tokens);
    }
    if tokens.is_empty() || tokens.len() > total {
        return Err(wrong_total(total, tokens.len()));
    }
    let first_length = tokens.len();
    let start = first_length - 1;
    let page_size = match tokens.len() {
        1 => return Err(one_token_per_page().into()),
        // The server sends smaller pages than we asked for.
        small if small < FIRST_PAGE_SIZE => small,
        _ if total - start <= FIRST_PAGE_SIZE => FIRST_PAGE_SIZE,
        _ => page_size,
    };
    let offsets = (start..total - 1).step_by(page_size - 1);
    let mut pages =
        stream::iter(offsets).map(async |offset| (offset, read(offset, page_size).await)).buffered(MAX_CONCURRENT);
    while let Some((offset, page)) = pages.next().await {
        let expected = page_size.min(total - offset);
        let is_refused = match &page {
            Err(failure) => failure.status == Some(400),
            Ok(page) => page.tokens.len() < expected,
        };
        if is_refused && page_size > FIRST_PAGE_SIZE {
            tokens.truncate(first_length);
            return Err(Stop::LargePageRefused(Page { tokens, total: Some(total) }));
        }
        let page = page?;
        ensure_overlap(&tokens, &page)?;
        if page.total != Some(total) {
            return Err(changed());
        }
        if page.tokens.len() != expected {
            return Err(wrong_total(total, offset + page.tokens.len()));
        }
        tokens.extend(page.tokens.into_iter().skip(1));
        progress(tokens.len(), Some(total));
    }
    Ok(tokens)
}

/// Reads the pages after the first one in sequence, until a page contains only the overlapping token.
async fn read_without_total(
    read: &impl AsyncFn(usize, usize) -> Result<Page, Failure>,
    mut tokens: Vec<Token>,
    progress: &impl Fn(usize, Option<usize>),
) -> Result<Vec<Token>, Stop> {
    if tokens.is_empty() {
        return Ok(tokens);
    }
    let ids = |tokens: &[Token]| tokens.iter().map(|token| token.id.clone()).collect::<Vec<_>>();
    if tokens.len() == 1 {
        // A page of one token has no room for an overlap. The next page must be empty, unless the server does not paginate.
        let next = read(1, FIRST_PAGE_SIZE).await?;
        return if next.tokens.is_empty() || ids(&next.tokens) == ids(&tokens) {
            Ok(tokens)
        } else {
            Err(one_token_per_page().into())
        };
    }
    loop {
        let page = read(tokens.len() - 1, FIRST_PAGE_SIZE).await?;
        if tokens.len() != FIRST_PAGE_SIZE && ids(&page.tokens) == ids(&tokens) {
            // The server does not paginate: it ignores both `limit` and `offset`.
            return Ok(tokens);
        }
        ensure_overlap(&tokens, &page)?;
        if page.tokens.len() == 1 {
            return Ok(tokens);
        }
        tokens.extend(page.tokens.into_iter().skip(1));
        if tokens.len() > MAX_TOKENS {
            return Err(incomplete("the list does not end").into());
        }
        progress(tokens.len(), None);
    }
}

/// Checks that a page begins with the last token that was read.
fn ensure_overlap(tokens: &[Token], page: &Page) -> Result<(), Stop> {
    let id = |token: Option<&Token>| token.map(|token| token.id.clone());
    let start = id(page.tokens.first());
    if start == id(tokens.last()) {
        Ok(())
    } else if start == id(tokens.first()) {
        Err(Stop::Inconsistent("the server returns the first page for every offset".to_owned()))
    } else {
        Err(changed())
    }
}

fn wrong_total(total: usize, listed: usize) -> Stop {
    Stop::Inconsistent(format!("the server reports {total} tokens but lists {listed}"))
}

fn changed() -> Stop {
    Stop::Inconsistent("the tokens change faster than they can be listed".to_owned())
}

fn one_token_per_page() -> Failure {
    incomplete("the server lists one token per page")
}

fn incomplete(reason: &str) -> Failure {
    Failure::new(Kind::Failed, format!("cannot list all tokens: {reason}")).hint("try again")
}

#[cfg(test)]
mod tests;
