//! Listings read from a list that others change between two reads.

mod world;

use std::cell::Cell;
use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use world::{Case, Count, Listed, Moves, Says, World, listed, numbers, token};

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

/// Whether no change can go unseen: pages overlap, or the length alone tells that the list moved.
fn is_told(case: &Case, world: &World) -> bool {
    let is_counted = matches!(case.says, Says::Counted | Says::More(_));
    let by_overlaps = has_room(case) && (case.count == Count::WithTheTokens || !is_counted);
    let by_length = match (case.moves, case.count) {
        (Moves::None, _) => true,
        // What is added among the tokens of a page that were counted before pushes one out of it.
        (Moves::Grows, count) => count != Count::Before,
        // A first page that is read before tokens are deleted, and counted after that, fits no other.
        (Moves::Shrinks, count) => count != Count::After || !world.moved_at_first,
        (Moves::Both, _) => false,
    };
    by_overlaps || (is_counted && by_length)
}

fn lengths() -> impl Strategy<Value = usize> {
    prop_oneof![
        0..1200_usize,
        proptest::sample::select(vec![0, 1, 2, 99, 100, 101, 199, 200, 201, 300, 1000])
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
        quiet in (lengths(), largest_pages(), any::<u64>()).prop_map(|(length, largest, seed)| Case::quiet(length, largest, seed)),
        says in says(),
        count in proptest::sample::select(vec![Count::WithTheTokens, Count::Before, Count::After]),
        moves in proptest::sample::select(vec![Moves::None, Moves::Grows, Moves::Shrinks, Moves::Both]),
        changes in prop_oneof![0..4_usize, 0..40_usize],
        at_once in proptest::sample::select(vec![1, 5, 300]),
    ) -> Case {
        Case { says, count, moves, changes, at_once, ..quiet }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_listing_has_every_lasting_token_once_or_is_an_error(case in cases()) {
        let Listed { tokens, has_moved, world } = listed(&case);
        prop_assume!(!world.hid_tokens);
        let pages = world.made / case.largest_page + 1;
        prop_assert!(world.sent <= 16 * pages + 100, "{} requests for {pages} pages", world.sent);
        match tokens {
            Err(error) => {
                prop_assert!(matches!(error, Error::Listing(_)), "{}", error);
                // Where a page has but a few tokens, the list may well change faster than it can be read.
                let is_due = case.says == Says::Counted && case.count == Count::WithTheTokens && case.largest_page >= 10;
                prop_assert!(!is_due, "{}", error);
            }
            Ok(tokens) => {
                let once: HashSet<usize> = tokens.iter().copied().collect();
                prop_assert_eq!(once.len(), tokens.len(), "listed twice");
                let missing: Vec<_> = world.stable.difference(&once).collect();
                prop_assert!(missing.is_empty() || !(has_moved || is_told(&case, &world)), "missing: {:?}", missing);
            }
        }
    }

    #[test]
    fn a_quiet_list_is_read_whole_and_in_order_with_no_needless_request(length in lengths(), largest_page in largest_pages(), seed: u64) {
        let mut case = Case::quiet(length, largest_page, seed);
        let Listed { tokens, world, .. } = listed(&case);
        prop_assert_eq!(tokens.unwrap(), world.list);
        prop_assert_eq!(world.sent, length.div_ceil(largest_page).max(1));
        if largest_page > 1 {
            case.says = Says::Nothing;
            let Listed { tokens, world, .. } = listed(&case);
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
        let case = Case { says, moves, changes: 1, at_once, ..Case::quiet(length, PAGE_SIZE, seed) };
        let Listed { tokens, world, .. } = listed(&case);
        let tokens: HashSet<usize> = tokens.unwrap().into_iter().collect();
        prop_assert!(world.stable.is_subset(&tokens));
    }

    #[test]
    fn a_platform_that_ignores_the_offset_is_found_out(length in lengths(), says in says(), seed: u64) {
        let case = Case { ignores_offset: true, says, ..Case::quiet(length, PAGE_SIZE, seed) };
        let Listed { tokens, world, .. } = listed(&case);
        prop_assume!(!world.hid_tokens);
        prop_assert!(world.sent <= 2 + AT_ONCE);
        match tokens {
            Err(error) => prop_assert!(matches!(error, Error::Listing(_)), "{}", error),
            Ok(tokens) => prop_assert_eq!(tokens, world.list),
        }
    }

    #[test]
    fn a_list_without_an_order_is_read_whole_or_not_trusted(length in 0..300_usize, largest_page in 10..=PAGE_SIZE, seed: u64) {
        let case = Case { shuffles: true, ..Case::quiet(length, largest_page, seed) };
        match listed(&case).tokens {
            Err(error) => prop_assert!(matches!(error, Error::Listing(_)), "{}", error),
            Ok(tokens) => prop_assert_eq!(tokens.into_iter().collect::<HashSet<_>>().len(), length),
        }
    }
}

#[test]
fn a_list_that_is_seen_to_move_after_pages_were_taken_on_its_length_is_read_again() {
    // A token of the first page is deleted after that was read; the answer to the second request still counts it.
    let sent = Cell::new(0);
    let mut pages = Pages::new(|offset| {
        sent.set(sent.get() + 1);
        let gone = (sent.get() > 1).then_some(50);
        let list = (0..300).filter(|number| Some(*number) != gone);
        let tokens = list.skip(offset).take(PAGE_SIZE).map(token).collect();
        let total = Some(if sent.get() > 2 { 299 } else { 300 });
        Box::pin(async move { (offset, Ok(Page { tokens, total })) })
    });
    let tokens = numbers(&mut pages).unwrap();
    let as_they_came = (0..100).chain(101..201).chain([100]).chain(201..300);
    assert_eq!(tokens, as_they_came.collect::<Vec<_>>());
    assert_eq!(sent.get(), 3 + 4, "three pages side by side, four that overlap");
}
