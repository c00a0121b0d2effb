//! A listing, complete or an error, however the tokens move while it is read.
//!
//! Pages are counted from the start of a list that others add to and delete from. Where one page was read before such a change
//! and the next after it, tokens slip between the two. A page is therefore taken only where it *joins* what was read before: it
//! has a token in it that is already known, so nothing can lie between. A page that does not join is thrown away and read again
//! from further back. Where such an overlap would cost a request, it is enough that the list has kept its length ever since it
//! was first read; once it is seen to move after all, it is read again from its start, with overlaps.
//!
//! What shows in no answer stays unseen. Without overlaps, the price of asking for no page twice, that is:
//! - a token taken from one side of a seam and another added on the other side;
//! - on a platform that counts its tokens and reads them at two moments, a change between the two of one answer, where all other
//!   answers were given before that change, or all after it.
//!
//! And the end is believed: a full page that ends where `total` says that the list does, or, where there is no `total`, a page
//! that has the token of its overlap and no other.

mod plan;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::pin::Pin;

use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;

use plan::Plan;

use super::{PAGE_SIZE, Page};
use crate::error::Error;
use crate::token::{Token, TokenId};

/// How many pages are asked for at once.
const AT_ONCE: usize = 8;

/// How often a list is read from its start, where it came out short or was seen to move.
const PASSES: u32 = 4;

/// How many pages may bring nothing new, beside those of a list that is walked through again a few times.
const PATIENCE: usize = 8;

/// How often the platform may show the end of the list and speak of more: tokens that are deleted while it answers.
const DOUBTS: u32 = 2;

/// No account has more tokens; a platform that goes on is not to be believed.
const MOST_TOKENS: usize = 1_000_000;

/// A page being read: its offset, and what came.
pub(super) type Reading<'a> = Pin<Box<dyn Future<Output = (usize, Result<Page, Error>)> + 'a>>;

/// The pages of a listing, in the platform's order and with every token once.
pub struct Pages<'a> {
    read: Box<dyn Fn(usize) -> Reading<'a> + 'a>,
    /// Requests under way, in order.
    ahead: FuturesOrdered<Reading<'a>>,
    /// What is asked for next; `None` once all has been read.
    plan: Option<Plan>,
    /// Every token that came, with the pass in which it last did.
    seen: HashMap<TokenId, u32>,
    first: Option<TokenId>,
    /// Where in the list the first token stands that is not known yet, as of the last page taken.
    next: usize,
    /// The most tokens that a page had.
    largest: usize,
    /// What the last page said of the length of the list.
    total: Option<usize>,
    /// No page went beyond the length that came with it.
    is_total_believed: bool,
    /// The length of the list was not the same in all answers, or tokens were not where they had been.
    has_moved: bool,
    /// A page of this pass was taken though it did not join.
    has_unjoined: bool,
    /// The shortest that the list was while it was read.
    shortest: usize,
    passes: u32,
    doubts: u32,
    /// Pages that brought nothing new.
    idle: usize,
    /// Pages in a row that did not join.
    misses: u32,
}

impl<'a> Pages<'a> {
    /// A listing whose page at an offset is had by `read`.
    pub(super) fn new(read: impl Fn(usize) -> Reading<'a> + 'a) -> Self {
        Self {
            read: Box::new(read),
            ahead: FuturesOrdered::new(),
            plan: Some(Plan::one(0)),
            seen: HashMap::new(),
            first: None,
            next: 0,
            largest: 0,
            total: None,
            is_total_believed: true,
            has_moved: false,
            has_unjoined: false,
            shortest: usize::MAX,
            passes: 1,
            doubts: 0,
            idle: 0,
            misses: 0,
        }
    }

    /// How many tokens there are in all, once the platform has said it.
    pub fn total(&self) -> Option<usize> {
        self.total.filter(|_| self.is_total_believed)
    }

    /// The tokens of the next page that has new ones; `None` when all have been given.
    pub async fn next(&mut self) -> Result<Option<Vec<Token>>, Error> {
        while let Some(plan) = &mut self.plan {
            while self.ahead.len() < AT_ONCE
                && let Some(offset) = plan.next()
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
        self.hear(page.total, offset, length)?;
        let total = self.total();
        let pass = self.passes;
        let is_known = |token: &&Token| self.seen.get(&token.id) == Some(&pass);
        let known = page.tokens.iter().filter(is_known).count();
        let starts_over = offset > 0 && length > 0 && page.tokens.first().map(|token| &token.id) == self.first.as_ref();
        let is_all = known == length && known == self.seen.len();
        if starts_over && is_all {
            return self.repeated(offset, length).map(|()| Vec::new());
        }
        self.has_moved |= self.largest > 0 && known != self.next.saturating_sub(offset).min(length);
        if self.has_moved && self.has_unjoined {
            return self.begin_again().map(|()| Vec::new());
        }
        let is_next = offset == self.next && total.is_some() && !self.has_moved;
        if offset > 0 && (length == 0 || (known == 0 && !is_next)) {
            return self.miss(offset, length).map(|()| Vec::new());
        }
        if offset == 0 {
            self.first = page.tokens.first().map(|token| token.id.clone());
        }
        let fresh: Vec<Token> = page
            .tokens
            .into_iter()
            .filter(|token| self.seen.insert(token.id.clone(), pass).is_none())
            .collect();
        if self.seen.len() > MOST_TOKENS {
            return Err(untrustworthy("it goes on for more than a million tokens"));
        }
        self.has_unjoined |= offset > 0 && known == 0;
        self.largest = self.largest.max(length);
        self.shortest = self.shortest.min(total.unwrap_or(0));
        self.next = end;
        self.misses = 0;
        if known == length {
            self.be_patient()?;
        }
        self.go_on(length, known < length)?;
        Ok(fresh)
    }

    /// Takes note of what a page of `length` tokens says of the length of the list.
    fn hear(&mut self, total: Option<usize>, offset: usize, length: usize) -> Result<(), Error> {
        if let Some(total) = total.filter(|total| *total > MOST_TOKENS) {
            return Err(untrustworthy(&format!("the platform reports {total} tokens")));
        }
        let before = self.total();
        self.is_total_believed &= total.is_none_or(|total| length == 0 || total >= offset + length);
        self.total = total;
        self.has_moved |= self.largest > 0 && self.total() != before;
        Ok(())
    }

    /// Decides what to read after a page that was taken and had `length` tokens.
    fn go_on(&mut self, length: usize, has_new: bool) -> Result<(), Error> {
        let end = self.next;
        let shows_the_end = length == 0 || (length == 1 && !has_new && self.largest > 1);
        let is_good_plan = self.plan.clone().is_some_and(|mut plan| {
            let is_planned = !self.ahead.is_empty() || plan.next().is_some();
            is_planned && (plan.overlaps || !self.has_moved)
        });
        let plan = match self.total() {
            Some(total) if total == end => return self.finish(),
            Some(total) if shows_the_end => return self.doubt(total),
            Some(_) if is_good_plan => return Ok(()),
            Some(total) => Plan::rest(end, total, length.max(self.largest.min(2)), self.has_moved),
            None if shows_the_end => return self.finish(),
            // A page of one token has no room for an overlap. The next one must be empty.
            None if self.largest == 1 => Plan::one(end),
            None => Plan::one(end - 1),
        };
        self.read_from(plan);
        Ok(())
    }

    /// A page that begins the list again and has all that is known means one of two: the platform ignores `offset`, or tokens were
    /// added at the front meanwhile. Asking at an offset that no list reaches tells which. A platform that answers even that with
    /// its first page has shown all it has only where that page was not full.
    fn repeated(&mut self, offset: usize, length: usize) -> Result<(), Error> {
        if offset < MOST_TOKENS {
            self.read_from(Plan::one(MOST_TOKENS));
        } else if self.total.is_none() && length < PAGE_SIZE {
            self.plan = None;
        } else {
            return Err(untrustworthy("the platform answers every page with the first one"));
        }
        Ok(())
    }

    /// Reads again from further back, where a page did not join: tokens before it were deleted.
    fn miss(&mut self, offset: usize, length: usize) -> Result<(), Error> {
        match self.total() {
            Some(total) if length == 0 && total > offset => return self.doubt(total),
            None if length == 0 && offset == self.next && self.largest == 1 => return self.finish(),
            _ => self.be_patient()?,
        }
        let step = self.largest.div_ceil(2) << self.misses.min(16);
        self.misses += 1;
        self.read_from(Plan::one(self.next.saturating_sub(step)));
        Ok(())
    }

    /// Looks at the end of the list once more, where the platform shows it and speaks of more.
    fn doubt(&mut self, total: usize) -> Result<(), Error> {
        self.doubts += 1;
        if self.doubts > DOUBTS {
            let shown = self.seen.len();
            return Err(untrustworthy(&format!(
                "the platform reports {total} tokens but lists {shown}"
            )));
        }
        self.read_from(Plan::one(self.next.saturating_sub(1)));
        Ok(())
    }

    fn be_patient(&mut self) -> Result<(), Error> {
        self.idle += 1;
        if self.idle > PATIENCE + 4 * self.seen.len() / self.largest.max(1) {
            return Err(untrustworthy(match self.largest {
                1 => "its pages have one token each, too few to tell whether any lies between them",
                _ => "the tokens change faster than they can be listed",
            }));
        }
        Ok(())
    }

    /// Ends the listing, or begins it again where it came out shorter than the list ever was.
    fn finish(&mut self) -> Result<(), Error> {
        if self.seen.len() < self.shortest.min(self.total().unwrap_or(0)) {
            return self.begin_again();
        }
        self.plan = None;
        Ok(())
    }

    /// Reads the whole list once more, with overlaps: all of it has to join, whatever was read before.
    fn begin_again(&mut self) -> Result<(), Error> {
        self.passes += 1;
        if self.passes > PASSES {
            return Err(untrustworthy("its pages do not add up"));
        }
        self.has_moved = true;
        self.has_unjoined = false;
        self.next = 0;
        self.read_from(Plan::one(0));
        Ok(())
    }

    fn read_from(&mut self, plan: Plan) {
        self.ahead = FuturesOrdered::new();
        self.plan = Some(plan);
    }
}

fn untrustworthy(why: &str) -> Error {
    Error::Listing(why.to_owned())
}
