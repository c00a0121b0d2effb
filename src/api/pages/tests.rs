//! Listings read from a list that others change between two reads.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use fastrand::Rng;
use proptest::prelude::*;

use super::*;
use crate::token::Expiry;

/// What the platform says of the length of its list.
#[derive(Debug, Clone, Copy)]
enum Says {
    Counted,
    Nothing,
    /// So many more than there are.
    More(usize),
    /// Always the same.
    Always(usize),
}

/// How others change the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Moves {
    None,
    Grows,
    Shrinks,
    Both,
}

#[derive(Debug, Clone)]
struct Case {
    length: usize,
    largest_page: usize,
    ignores_offset: bool,
    /// No two answers have the tokens in the same order.
    shuffles: bool,
    says: Says,
    moves: Moves,
    /// How many times the list changes at most, and by how many tokens each time.
    changes: usize,
    at_once: usize,
    seed: u64,
}

struct World {
    case: Case,
    rng: Rng,
    list: Vec<usize>,
    made: usize,
    changes: usize,
    stable: HashSet<usize>,
    /// Requests sent, and those of them that were answered.
    sent: usize,
    reads: usize,
    /// A full page ended where the platform says that the list does, and the list went on.
    hid_tokens: bool,
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
            reads: 0,
            hid_tokens: false,
        }
    }

    fn page(&mut self, offset: usize) -> Page {
        if self.reads > 0 && self.changes < self.case.changes && self.rng.bool() {
            self.changes += 1;
            for _ in 0..self.rng.usize(1..=self.case.at_once) {
                self.change();
            }
        }
        self.reads += 1;
        if self.case.shuffles {
            self.rng.shuffle(&mut self.list);
        }
        let offset = if self.case.ignores_offset { 0 } else { offset };
        let tokens: Vec<Token> = self
            .list
            .iter()
            .skip(offset)
            .take(self.case.largest_page)
            .copied()
            .map(token)
            .collect();
        let total = match self.case.says {
            Says::Counted => Some(self.list.len()),
            Says::Nothing => None,
            Says::More(more) => Some(self.list.len() + more),
            Says::Always(total) => Some(total),
        };
        let end = offset + tokens.len();
        self.hid_tokens |= total == Some(end) && end < self.list.len();
        Page { tokens, total }
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

fn token(number: usize) -> Token {
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

/// Lists the whole of a world; requests that are under way at the same time are answered in any order.
fn listed(case: &Case) -> (Result<Vec<usize>, Error>, World) {
    let world = Rc::new(RefCell::new(World::new(case)));
    let shared = Rc::clone(&world);
    let pages = Pages::new(move |offset| {
        let world = Rc::clone(&shared);
        world.borrow_mut().sent += 1;
        Box::pin(async move {
            let turns = world.borrow_mut().rng.usize(0..4);
            for _ in 0..turns {
                tokio::task::yield_now().await;
            }
            let page = world.borrow_mut().page(offset);
            (offset, Ok(page))
        })
    });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let tokens = runtime.block_on(pages.all());
    let numbers = tokens.map(|tokens| tokens.iter().map(|token| token.id.exact().parse().unwrap()).collect());
    (numbers, Rc::into_inner(world).unwrap().into_inner())
}

/// Whether pages can overlap without a further request, so that any change is noticed.
fn has_room(case: &Case) -> bool {
    let total = match case.says {
        Says::Counted => case.length,
        Says::Nothing => return case.largest_page > 1,
        Says::More(more) => case.length + more,
        Says::Always(total) => total,
    };
    let missing = total.saturating_sub(case.length.min(case.largest_page));
    let joints = missing.div_ceil(case.largest_page);
    missing == 0 || (case.largest_page > 1 && missing + joints <= joints * case.largest_page)
}

fn lengths() -> impl Strategy<Value = usize> {
    prop_oneof![
        0..1200_usize,
        proptest::sample::select(vec![0, 1, 2, 99, 100, 101, 199, 200, 201, 1000])
    ]
}

fn largest_pages() -> impl Strategy<Value = usize> {
    prop_oneof![2 => Just(PAGE_SIZE), 1 => 1..=PAGE_SIZE, 1 => 1..=3_usize]
}

fn says() -> impl Strategy<Value = Says> {
    prop_oneof![
        3 => Just(Says::Counted),
        2 => Just(Says::Nothing),
        1 => (1..300_usize).prop_map(Says::More),
        1 => (0..1200_usize).prop_map(Says::Always),
    ]
}

prop_compose! {
    fn cases()(
        length in lengths(),
        largest_page in largest_pages(),
        says in says(),
        moves in proptest::sample::select(vec![Moves::None, Moves::Grows, Moves::Shrinks, Moves::Both]),
        changes in 0..40_usize,
        at_once in proptest::sample::select(vec![1, 5, 300]),
        seed in any::<u64>(),
    ) -> Case {
        Case { length, largest_page, ignores_offset: false, shuffles: false, says, moves, changes, at_once, seed }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_listing_has_every_lasting_token_once_or_is_an_error(case in cases()) {
        let is_quiet = case.moves == Moves::None;
        // Where no page overlaps, the length alone tells that the list moved.
        let tells = matches!(case.moves, Moves::Grows | Moves::Shrinks) && matches!(case.says, Says::Counted | Says::More(_));
        prop_assume!(is_quiet || tells || has_room(&case));
        let (tokens, world) = listed(&case);
        prop_assume!(!world.hid_tokens);
        let pages = world.made / case.largest_page + 1;
        prop_assert!(world.sent <= 16 * pages + 100, "{} requests for {pages} pages", world.sent);
        match tokens {
            Err(error) => prop_assert!(matches!(error, Error::Listing(_)), "{}", error),
            Ok(tokens) => {
                let once: HashSet<usize> = tokens.iter().copied().collect();
                prop_assert_eq!(once.len(), tokens.len(), "listed twice");
                let missing: Vec<_> = world.stable.difference(&once).collect();
                prop_assert!(missing.is_empty(), "missing: {:?}", missing);
            }
        }
    }

    #[test]
    fn a_quiet_list_is_read_whole_and_in_order_with_no_needless_request(length in lengths(), largest_page in largest_pages(), seed: u64) {
        let mut case = Case {
            length, largest_page, ignores_offset: false, shuffles: false, says: Says::Counted, moves: Moves::None, changes: 0, at_once: 0, seed,
        };
        let (tokens, world) = listed(&case);
        prop_assert_eq!(tokens.unwrap(), world.list);
        prop_assert_eq!(world.sent, length.div_ceil(largest_page).max(1));
        if largest_page > 1 {
            case.says = Says::Nothing;
            let (tokens, world) = listed(&case);
            prop_assert_eq!(tokens.unwrap(), world.list);
        }
    }

    #[test]
    fn one_change_of_any_size_is_coped_with(
        length in lengths(),
        moves in proptest::sample::select(vec![Moves::Grows, Moves::Shrinks]),
        says in proptest::sample::select(vec![Says::Counted, Says::Nothing]),
        at_once in 1..600_usize,
        seed: u64,
    ) {
        let case = Case {
            length, largest_page: PAGE_SIZE, ignores_offset: false, shuffles: false, says, moves, changes: 1, at_once, seed,
        };
        let (tokens, world) = listed(&case);
        let tokens: HashSet<usize> = tokens.unwrap().into_iter().collect();
        prop_assert!(world.stable.is_subset(&tokens));
    }

    #[test]
    fn a_platform_that_ignores_the_offset_is_found_out(length in lengths(), says in says(), seed: u64) {
        let case = Case {
            length, largest_page: PAGE_SIZE, ignores_offset: true, shuffles: false, says, moves: Moves::None, changes: 0, at_once: 0, seed,
        };
        let (tokens, world) = listed(&case);
        prop_assume!(!world.hid_tokens);
        prop_assert!(world.sent <= 2 + AT_ONCE);
        match tokens {
            Err(error) => prop_assert!(matches!(error, Error::Listing(_)), "{}", error),
            Ok(tokens) => prop_assert_eq!(tokens, world.list),
        }
    }

    #[test]
    fn a_list_without_an_order_is_read_whole_or_not_trusted(length in 0..300_usize, largest_page in 10..=PAGE_SIZE, seed: u64) {
        let case = Case {
            length, largest_page, ignores_offset: false, shuffles: true, says: Says::Counted, moves: Moves::None,
            changes: 0, at_once: 0, seed,
        };
        match listed(&case).0 {
            Err(error) => prop_assert!(matches!(error, Error::Listing(_)), "{}", error),
            Ok(tokens) => prop_assert_eq!(tokens.into_iter().collect::<HashSet<_>>().len(), length),
        }
    }
}
