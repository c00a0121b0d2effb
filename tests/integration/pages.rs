//! Lists that move while they are read, and platforms that get pages wrong.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::platform::{Account, Call, Fault, Platform, Seen, TokenSeed, Total};
use crate::support::program::{Program, Run};
use crate::support::servers::{Gate, RawServer, Script, json_response};

/// Lists the ids of all tokens.
fn ids(platform: &Platform) -> Run {
    let program = Program::against(platform.url(), platform.key());
    program.args(["list", "--retries", "0", "-o", "id"]).run()
}

/// The ids that a run listed, each once.
#[track_caller]
fn listed(run: &Run) -> HashSet<&str> {
    let ids: HashSet<&str> = run.stdout.lines().collect();
    assert_eq!(ids.len(), run.stdout.lines().count(), "a token is listed twice");
    ids
}

/// Changes the account before the second page is read.
fn before_the_second_page(platform: &Platform, mut change: impl FnMut(&mut Account) + Send + 'static) {
    platform.before_each(move |number, _, account| {
        if number == 2 {
            change(account);
        }
    });
}

#[track_caller]
fn assert_lists_all_that_lasted(platform: &Platform, before: &[String]) {
    let run = ids(platform).exits(0);
    assert_eq!(run.stderr, "");
    let (shown, after) = (listed(&run), platform.tokens());
    for id in before {
        let lasted = after.iter().any(|token| token.id == *id);
        assert!(!lasted || shown.contains(id.as_str()), "{id} is not listed");
    }
}

fn account(count: usize) -> (Platform, Vec<String>) {
    let platform = Platform::start();
    platform.add_many(count);
    let ids = platform.tokens().into_iter().map(|token| token.id).collect();
    (platform, ids)
}

#[test]
fn fault_29_a_token_created_between_two_pages_hides_none_and_doubles_none() {
    for count in [150, 200, 250, 1000] {
        let (platform, before) = account(count);
        before_the_second_page(&platform, |account| {
            account.add(TokenSeed::named("newest"));
        });
        assert_lists_all_that_lasted(&platform, &before);
    }
}

#[test]
fn fault_29_a_token_deleted_between_two_pages_hides_none() {
    for count in [150, 200, 201, 250, 1000] {
        let (platform, before) = account(count);
        before_the_second_page(&platform, move |account| {
            assert!(account.remove(&format!("token-{:04}", count - 5)));
        });
        assert_lists_all_that_lasted(&platform, &before);
    }
}

#[test]
fn fault_29_one_deleted_and_one_created_between_two_pages_hide_none() {
    for count in [150, 250, 950] {
        let (platform, before) = account(count);
        before_the_second_page(&platform, move |account| {
            assert!(account.remove(&format!("token-{:04}", count - 5)));
            account.add(TokenSeed::named("newest"));
        });
        assert_lists_all_that_lasted(&platform, &before);
    }
}

#[test]
fn fault_29_many_deleted_at_once_hide_none() {
    let (platform, before) = account(1000);
    before_the_second_page(&platform, |account| {
        for number in 300..=999 {
            assert!(account.remove(&format!("token-{number:04}")));
        }
    });
    assert_lists_all_that_lasted(&platform, &before);
}

#[test]
fn fault_29_a_list_that_moves_at_every_request_is_read_whole() {
    let (platform, before) = account(500);
    platform.before_each(|number, _, account| {
        account.add(TokenSeed::named(format!("new-{number}")));
        account.remove(&format!("token-{:04}", 500 - 3 * number));
    });
    assert_lists_all_that_lasted(&platform, &before);
}

#[test]
fn fault_29_also_without_a_total_nothing_is_hidden() {
    for gone in ["token-0245", "token-0150"] {
        let (platform, before) = account(250);
        platform.total(Total::NoPagination);
        before_the_second_page(&platform, move |account| {
            assert!(account.remove(gone));
        });
        assert_lists_all_that_lasted(&platform, &before);
    }
}

#[test]
fn fault_29_a_token_deleted_while_the_total_still_counts_it_hides_none() {
    for count in [300, 1000] {
        let (platform, before) = account(count);
        platform.total(Total::CountedBefore);
        platform.before_each(move |_, seen, account| {
            if seen.parameter("offset") == Some("100") {
                account.remove(&format!("token-{:04}", count - 5));
            }
        });
        assert_lists_all_that_lasted(&platform, &before);
    }
}

/// What a platform does wrong, and what comes of it where that is an error.
#[track_caller]
fn assert_not_trusted(platform: &Platform, why: &str) {
    let run = ids(platform).exits(1);
    listed(&run);
    assert_eq!(
        run.stderr,
        format!("error: the listing cannot be trusted: {why}\nhint: try again\n")
    );
    assert!(platform.requests().len() < 20, "{} requests", platform.requests().len());
    let program = Program::against(platform.url(), platform.key());
    let run = program.args(["list", "-o", "json"]).run().exits(1);
    assert_eq!(run.stdout, "", "what is not whole is no document");
}

#[test]
fn fault_30_a_total_that_is_too_small_or_absent_hides_nothing() {
    for total in [
        Total::Exactly(0),
        Total::Exactly(50),
        Total::Exactly(120),
        Total::Exactly(249),
        Total::Absent,
        Total::NoPagination,
    ] {
        let (platform, before) = account(250);
        platform.total(total);
        let run = ids(&platform).exits(0);
        assert_eq!(run.stdout.lines().collect::<Vec<_>>(), before, "{total:?}");
        assert!(
            platform.requests().len() <= 6,
            "{total:?}: {}",
            platform.requests().len()
        );
    }
}

#[test]
fn fault_30_a_total_that_is_too_large_is_not_trusted() {
    let (platform, _) = account(150);
    platform.total(Total::Exactly(170));
    assert_not_trusted(&platform, "the platform reports 170 tokens but lists 150");
    let (platform, _) = account(0);
    platform.total(Total::Exactly(5));
    assert_not_trusted(&platform, "the platform reports 5 tokens but lists 0");
}

#[test]
fn fault_30_a_total_of_more_tokens_than_there_can_be_is_not_trusted() {
    for total in [10_000, 1_000_000_000_000, u64::MAX] {
        let (platform, _) = account(150);
        platform.total(Total::Exactly(total));
        let run = ids(&platform).exits(1);
        assert!(run.stderr.starts_with(&format!(
            "error: the listing cannot be trusted: the platform reports {total} tokens"
        )));
        assert!(platform.requests().len() < 20);
    }
}

#[test]
fn fault_30_smaller_pages_than_asked_for_hide_nothing() {
    for (largest, total, requests) in [
        (99, Total::Counted, 3),
        (50, Total::Counted, 5),
        (7, Total::Counted, 36),
        (50, Total::Absent, 7),
        (2, Total::NoPagination, 250),
    ] {
        let (platform, before) = account(250);
        platform.cap_page_size(largest).total(total);
        let run = ids(&platform).exits(0);
        assert_eq!(run.stdout.lines().collect::<Vec<_>>(), before, "{largest}");
        assert_eq!(platform.requests().len(), requests, "{largest} {total:?}");
    }
}

#[test]
fn fault_30_pages_of_one_token_are_not_trusted_where_there_is_no_total() {
    let (platform, _) = account(3);
    platform.cap_page_size(1).total(Total::Absent);
    let why = "its pages have one token each, too few to tell whether any lies between them";
    assert_not_trusted(&platform, why);
}

#[test]
fn fault_30_a_platform_that_ignores_the_offset_is_found_out() {
    let repeats = "the platform answers every page with the first one";
    for total in [Total::Counted, Total::Absent, Total::NoPagination] {
        let (platform, _) = account(150);
        platform.ignore_offset().total(total);
        assert_not_trusted(&platform, repeats);
    }
    for total in [Total::Counted, Total::Absent, Total::NoPagination] {
        let (platform, before) = account(99);
        platform.ignore_offset().total(total);
        assert_eq!(ids(&platform).exits(0).stdout.lines().collect::<Vec<_>>(), before);
    }
}

#[test]
fn fault_31_no_request_is_needless_where_the_total_is_known() {
    for (count, requests) in [
        (0, 1),
        (1, 1),
        (99, 1),
        (100, 1),
        (101, 2),
        (199, 2),
        (200, 2),
        (201, 3),
        (1000, 10),
    ] {
        let (platform, before) = account(count);
        let run = ids(&platform).exits(0);
        assert_eq!(run.stdout.lines().collect::<Vec<_>>(), before);
        let calls = platform.requests();
        assert_eq!(calls.len(), requests, "{count} tokens");
        assert!(calls.iter().all(|seen| seen.call == Call::List));
        assert!(calls.iter().all(|seen| seen.parameter("limit") == Some("100")));
    }
}

#[test]
fn fault_31_a_page_that_fails_is_the_failure_of_the_listing() {
    let (platform, _) = account(1000);
    let is_fourth = |seen: &Seen| seen.parameter("offset") == Some("300");
    platform.inject(Fault::hang_up(Call::List).always().when(is_fourth));
    let run = ids(&platform).exits(6);
    assert_eq!(run.stdout.lines().count(), 300);
    assert!(run.stderr.starts_with("error: the answer from http://127.0.0.1:"));
}

#[test]
fn eight_pages_are_asked_for_at_once_and_never_a_ninth() {
    let items: Vec<Value> = (0..100).map(|number| json!({"id": format!("id-{number}")})).collect();
    let first = json!({"data": items, "pagination": {"total": 2000}});
    // The others fail, but only once eight of them are waited for. That ends the program: what it asked for by then is all.
    let gate = Gate::closed();
    let failed = Script::Behind(gate.clone(), json_response(500, "{}"));
    let server = RawServer::answering(vec![Script::json(200, first.to_string()), failed]);
    let program = Program::against(server.url(), "a-key");
    let running = program.args(["list", "--retries", "0", "-o", "id"]).start();
    server.seen().wait_for_requests(1 + 8);
    gate.let_through(8);
    let run = running.wait().exits(6);
    assert_eq!(listed(&run).len(), 100);
    assert_eq!(server.seen().requests().len(), 1 + 8);
}
