//! A list that others change while it is read, and a platform that is not always right about it.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use fastrand::Rng;

use crate::api::{Page, Pages};
use crate::error::Error;
use crate::token::{Expiry, Token, TokenId};

/// What the platform says of the length of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    Counted,
    Nothing,
    /// So many more than there are.
    More(usize),
    /// Always the same.
    Always(usize),
}

/// When the length is looked at. The list can change between that and the moment at which its tokens are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    WithTheTokens,
    Before,
    After,
}

/// How others change the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moves {
    None,
    Grows,
    Shrinks,
    Both,
}

#[derive(Debug, Clone)]
pub struct Case {
    pub length: usize,
    pub largest_page: usize,
    pub ignores_offset: bool,
    /// No two answers have the tokens in the same order.
    pub shuffles: bool,
    pub says: Says,
    pub count: Count,
    pub moves: Moves,
    /// How many times the list changes at most, and by how many tokens each time.
    pub changes: usize,
    pub at_once: usize,
    pub seed: u64,
}

impl Case {
    /// A list that nobody changes, on a platform that does all things right.
    pub fn quiet(length: usize, largest_page: usize, seed: u64) -> Self {
        Self {
            length,
            largest_page,
            ignores_offset: false,
            shuffles: false,
            says: Says::Counted,
            count: Count::WithTheTokens,
            moves: Moves::None,
            changes: 0,
            at_once: 1,
            seed,
        }
    }
}

pub struct World {
    case: Case,
    rng: Rng,
    pub list: Vec<usize>,
    /// How many tokens there ever were.
    pub made: usize,
    changes: usize,
    /// What was there from the start and still is.
    pub stable: HashSet<usize>,
    pub sent: usize,
    has_begun: bool,
    /// A full page ended where the platform says that the list does, and the list went on.
    pub hid_tokens: bool,
    /// The list changed while the first answer was made.
    pub moved_at_first: bool,
}

impl World {
    fn new(case: &Case) -> Self {
        Self {
            case: case.clone(),
            rng: Rng::with_seed(case.seed),
            list: (0..case.length).collect(),
            made: case.length,
            changes: 0,
            stable: (0..case.length).collect(),
            sent: 0,
            has_begun: false,
            hid_tokens: false,
            moved_at_first: false,
        }
    }

    fn total(&self) -> Option<usize> {
        match self.case.says {
            Says::Counted => Some(self.list.len()),
            Says::Nothing => None,
            Says::More(more) => Some(self.list.len() + more),
            Says::Always(total) => Some(total),
        }
    }

    fn tokens(&mut self, offset: usize) -> Vec<Token> {
        if self.case.shuffles {
            self.rng.shuffle(&mut self.list);
        }
        let offset = if self.case.ignores_offset { 0 } else { offset };
        let page = self.list.iter().skip(offset).take(self.case.largest_page);
        page.copied().map(token).collect()
    }

    fn change_perhaps(&mut self) {
        if self.has_begun && self.changes < self.case.changes && self.rng.bool() {
            self.changes += 1;
            for _ in 0..self.rng.usize(1..=self.case.at_once) {
                self.change();
            }
        }
    }

    /// Adds or removes a token: anywhere, or at one of the ends.
    fn change(&mut self) {
        let grows = match self.case.moves {
            Moves::None => return,
            Moves::Grows => true,
            Moves::Shrinks => false,
            Moves::Both => self.rng.bool(),
        };
        let last = self.list.len();
        let anywhere = self.rng.usize(0..=last);
        let at = self.rng.choice([0, last, anywhere]).unwrap();
        if grows {
            self.list.insert(at, self.made);
            self.made += 1;
        } else if last > 0 {
            let gone = self.list.remove(at.min(last - 1));
            self.stable.remove(&gone);
        }
    }
}

/// The token of a number.
pub fn token(number: usize) -> Token {
    Token {
        id: TokenId::parse(&number.to_string()).unwrap(),
        name: None,
        created_at: None,
        expiry: Expiry::Never,
        last_used_at: None,
        marked_expired: None,
        created_by: None,
    }
}

/// One answer. Those to requests that are under way at the same time are made in any order, and by turns.
async fn answer(world: &RefCell<World>, offset: usize) -> Page {
    let count = world.borrow().case.count;
    take_turns(world).await;
    let is_first = !world.borrow().has_begun;
    world.borrow_mut().has_begun = true;
    let (before, changes) = (world.borrow().total(), world.borrow().changes);
    if count == Count::Before {
        take_turns(world).await;
    }
    let tokens = world.borrow_mut().tokens(offset);
    let (end, length) = (offset + tokens.len(), world.borrow().list.len());
    if count == Count::After {
        take_turns(world).await;
    }
    let mut world = world.borrow_mut();
    let total = if count == Count::Before { before } else { world.total() };
    world.hid_tokens |= total == Some(end) && end < length;
    world.moved_at_first |= is_first && changes < world.changes;
    Page { tokens, total }
}

/// Lets other requests come first, and the list change.
async fn take_turns(world: &RefCell<World>) {
    let turns = world.borrow_mut().rng.usize(0..4);
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
    world.borrow_mut().change_perhaps();
}

/// What came of a listing.
pub struct Listed {
    pub tokens: Result<Vec<usize>, Error>,
    pub has_moved: bool,
    pub world: World,
}

/// Lists the whole of a world.
pub fn listed(case: &Case) -> Listed {
    let world = Rc::new(RefCell::new(World::new(case)));
    let shared = Rc::clone(&world);
    let mut pages = Pages::new(move |offset| {
        let world = Rc::clone(&shared);
        world.borrow_mut().sent += 1;
        Box::pin(async move { (offset, Ok(answer(&world, offset).await)) })
    });
    let tokens = numbers(&mut pages);
    let has_moved = pages.has_moved;
    drop(pages);
    Listed {
        tokens,
        has_moved,
        world: Rc::into_inner(world).unwrap().into_inner(),
    }
}

/// The numbers of all tokens, in the order in which they come.
pub fn numbers(pages: &mut Pages<'_>) -> Result<Vec<usize>, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut numbers = Vec::new();
        while let Some(tokens) = pages.next().await? {
            numbers.extend(tokens.iter().map(|token| token.id.exact().parse::<usize>().unwrap()));
        }
        Ok(numbers)
    })
}
