//! A listing, complete or an error, however the tokens move while it is read.
//!
//! Pages are counted from the start of a list that others add to and delete from. Where one page was read before such a change
//! and the next after it, tokens slip between the two. A page is therefore taken only where it *joins* what was read before: it
//! has a token in it that is already known, so nothing can lie between; or, where an overlap would cost a request, the list has
//! kept its length. A page that does not join is thrown away and read again from further back.

use std::collections::HashSet;
use std::pin::Pin;

use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;

use super::{PAGE_SIZE, Page};
use crate::error::Error;
use crate::token::{Token, TokenId};

/// How many pages are asked for at once.
const AT_ONCE: usize = 8;

/// How often a listing that came out short is begun again.
const PASSES: u32 = 4;

/// How many pages in a row may bring nothing new, and how many may fail to join.
const PATIENCE: u32 = 8;

/// No account has more tokens; a platform that goes on is not to be believed.
const MOST_TOKENS: usize = 1_000_000;

/// A page being read: its offset, and what came.
pub(super) type Reading<'a> = Pin<Box<dyn Future<Output = (usize, Result<Page, Error>)> + 'a>>;

/// The pages of a listing, in the platform's order and with every token once.
pub struct Pages<'a> {
    read: Box<dyn Fn(usize) -> Reading<'a> + 'a>,
    /// Requests under way, in order.
    ahead: FuturesOrdered<Reading<'a>>,
    plan: Plan,
    seen: HashSet<TokenId>,
    first: Option<TokenId>,
    /// Where in the list the first token stands that is not known yet, as of the last page taken.
    next: usize,
    /// How long the list was by the last page taken, where the platform says something that can be.
    total: Option<usize>,
    /// The shortest that the list was while it was read.
    shortest: usize,
    passes: u32,
    fruitless: u32,
    is_done: bool,
}

/// Which offsets are asked for next.
#[derive(Clone)]
struct Plan {
    offset: usize,
    stride: usize,
    end: usize,
}

impl Plan {
    /// The one page at `offset`.
    fn one(offset: usize) -> Self {
        Self {
            offset,
            stride: 1,
            end: offset + 1,
        }
    }

    /// All pages from `next` to `total`, where a page has `size` tokens. Room that the last page would leave is spent on letting
    /// each page begin with the last token of the page before.
    fn rest(next: usize, total: usize, size: usize) -> Self {
        let missing = total - next;
        let room = missing.next_multiple_of(size) - missing;
        let joints = missing.div_ceil(size);
        if size > 1 && room >= joints && next > 0 {
            Self {
                offset: next - 1,
                stride: size - 1,
                end: total - 1,
            }
        } else {
            Self {
                offset: next,
                stride: size,
                end: total,
            }
        }
    }
}

impl Iterator for Plan {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let offset = (self.offset < self.end).then_some(self.offset)?;
        self.offset += self.stride;
        Some(offset)
    }
}

impl<'a> Pages<'a> {
    /// A listing whose page at an offset is had by `read`.
    pub(super) fn new(read: impl Fn(usize) -> Reading<'a> + 'a) -> Self {
        Self {
            read: Box::new(read),
            ahead: FuturesOrdered::new(),
            plan: Plan::one(0),
            seen: HashSet::new(),
            first: None,
            next: 0,
            total: None,
            shortest: usize::MAX,
            passes: 1,
            fruitless: 0,
            is_done: false,
        }
    }

    /// How many tokens there are in all, once the platform has said it.
    pub fn total(&self) -> Option<usize> {
        self.total
    }

    /// The tokens of the next page that has new ones; `None` when all have been given.
    pub async fn next(&mut self) -> Result<Option<Vec<Token>>, Error> {
        while !self.is_done {
            while self.ahead.len() < AT_ONCE
                && let Some(offset) = self.plan.next()
            {
                self.ahead.push_back((self.read)(offset));
            }
            let Some((offset, page)) = self.ahead.next().await else {
                return Err(untrustworthy("it has no end"));
            };
            let fresh = self.take(offset, page?)?;
            if !fresh.is_empty() {
                return Ok(Some(fresh));
            }
        }
        Ok(None)
    }

    /// All tokens at once.
    pub async fn all(mut self) -> Result<Vec<Token>, Error> {
        let mut tokens = Vec::new();
        while let Some(page) = self.next().await? {
            tokens.extend(page);
        }
        Ok(tokens)
    }

    /// Takes a page for what is new in it, and decides what to read next.
    fn take(&mut self, offset: usize, page: Page) -> Result<Vec<Token>, Error> {
        let length = page.tokens.len();
        let end = offset + length;
        let starts_over = offset > 0 && length > 0 && page.tokens.first().map(|token| &token.id) == self.first.as_ref();
        let known = page.tokens.iter().filter(|token| self.seen.contains(&token.id)).count();
        let keeps_its_length = page.total.is_some() && page.total == self.total;
        let joins = offset == 0 || known > 0 || (offset == self.next && keeps_its_length);
        if starts_over && known == length {
            return self.end_of_repeating(length, page.total);
        }
        if !joins {
            return self.step_back().map(|()| Vec::new());
        }
        if offset == 0 {
            self.first = page.tokens.first().map(|token| token.id.clone());
        }
        let total = page.total.filter(|total| *total >= end);
        self.shortest = self.shortest.min(total.unwrap_or(0));
        let fresh: Vec<Token> = page
            .tokens
            .into_iter()
            .filter(|token| self.seen.insert(token.id.clone()))
            .collect();
        if self.seen.len() > MOST_TOKENS {
            return Err(untrustworthy("it goes on for more than a million tokens"));
        }
        self.fruitless = if fresh.is_empty() { self.fruitless + 1 } else { 0 };
        let is_at_end = offset + 1 >= self.next && fresh.is_empty();
        self.next = end;
        let is_planned = !self.ahead.is_empty() || self.plan.clone().next().is_some();
        let has_moved = self.total.is_some() && total != self.total;
        self.total = total;
        match total {
            Some(total) if total == end => self.finish()?,
            Some(total) if is_at_end && offset > 0 => {
                return Err(untrustworthy(&format!(
                    "the platform speaks of {total} tokens and shows {}",
                    self.seen.len()
                )));
            }
            _ if self.fruitless as usize > PATIENCE as usize + self.seen.len() / length.max(1) => {
                return Err(untrustworthy("page after page brings nothing new"));
            }
            Some(total) if !is_planned || has_moved => self.read_from(Plan::rest(self.next, total, length.max(1))),
            Some(_) => {}
            None if fresh.is_empty() => self.finish()?,
            None => self.read_from(Plan::one(self.next.saturating_sub(1))),
        }
        Ok(fresh)
    }

    /// A platform that answers with its first page whatever is asked has shown all it has only where that page was not full.
    fn end_of_repeating(&mut self, length: usize, total: Option<usize>) -> Result<Vec<Token>, Error> {
        if total.is_none() && length < PAGE_SIZE && length == self.seen.len() {
            self.is_done = true;
            return Ok(Vec::new());
        }
        Err(untrustworthy("the platform answers every page with the first one"))
    }

    /// Reads again from further back, where a page did not join: tokens before it were deleted.
    fn step_back(&mut self) -> Result<(), Error> {
        self.fruitless += 1;
        if self.fruitless > PATIENCE {
            return Err(untrustworthy("the tokens change faster than they can be listed"));
        }
        let step = (PAGE_SIZE / 2) * self.fruitless as usize;
        self.read_from(Plan::one(self.next.saturating_sub(step)));
        Ok(())
    }

    /// Ends the listing, or begins it again where it came out shorter than the list ever was.
    fn finish(&mut self) -> Result<(), Error> {
        self.is_done = self.seen.len() >= self.shortest.min(self.total.unwrap_or(0));
        if self.is_done {
            return Ok(());
        }
        self.passes += 1;
        if self.passes > PASSES {
            return Err(untrustworthy("the tokens change faster than they can be listed"));
        }
        self.next = 0;
        self.read_from(Plan::one(0));
        Ok(())
    }

    fn read_from(&mut self, plan: Plan) {
        self.ahead = FuturesOrdered::new();
        self.plan = plan;
    }
}

fn untrustworthy(why: &str) -> Error {
    Error::Listing(why.to_owned())
}
