//! What a token must be like to be listed.

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{list, names};
use crate::support::platform::{Call, Platform, TokenSeed, in_days};

fn account() -> Platform {
    let platform = Platform::start();
    for seed in [
        TokenSeed::named("gone")
            .created(in_days(-400))
            .expires(in_days(-15))
            .last_used(in_days(-97)),
        TokenSeed::named("soon")
            .created(in_days(-100))
            .expires(in_days(9))
            .last_used(in_days(-1)),
        TokenSeed::named("later").created(in_days(-50)).expires(in_days(60)),
        TokenSeed::named("ever").created(in_days(-3)).last_used(in_days(-2)),
    ] {
        platform.add(seed);
    }
    platform
}

#[test]
fn filters_leave_what_fits_all_of_them_in_the_platforms_order() {
    let platform = account();
    for (arguments, expected) in [
        ("", "ever later soon gone"),
        ("--active", "ever later soon"),
        ("--expired", "gone"),
        ("--expires-within 8d", ""),
        ("--expires-within 14d", "soon"),
        ("--expires-within 12w", "later soon"),
        ("--expires-within 9999y", "later soon"),
        ("--expires-within 99999999h", "later soon"),
        ("--unused-for 90d", "gone"),
        ("--unused-for 36h", "ever later gone"),
        ("--unused-for 2y", ""),
        ("--active --unused-for 6w", "later"),
        ("--expired --unused-for 6w", "gone"),
        ("--active --expires-within 14d", "soon"),
        ("--expires-within 1y --unused-for 6w", "later"),
        ("--active --expires-within 1y --unused-for 6w --reverse", "later"),
        ("--active --reverse", "soon later ever"),
    ] {
        let arguments: Vec<&str> = arguments.split_whitespace().chain(["-o", "json"]).collect();
        let run = list(&platform, &arguments).run().exits(0);
        assert_eq!(names(&run).join(" "), expected, "{arguments:?}");
        assert_eq!(run.stderr, "", "{arguments:?}");
    }
}

#[test]
fn the_platforms_word_on_expiry_counts_before_the_clock() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("lives").expires("2020-01-01").expired(false));
    platform.add(TokenSeed::named("blocked").expired(true));
    let of = |flag: &str| names(&list(&platform, &[flag, "-o", "json"]).run().exits(0));
    assert_eq!(of("--active"), ["lives"]);
    assert_eq!(of("--expired"), ["blocked"]);
    assert_eq!(
        list(&platform, &[]).run().exits(0).stdout,
        "NAME     ID               CREATED AT  EXPIRES AT       LAST USED\n\
         blocked  cm3k1x9qf000002  2026-01-15  Never (expired)  -\n\
         lives    cm3k1x9qf000001  2026-01-15  2020-01-01       -\n"
    );
}

#[test]
fn what_is_not_known_of_a_token_fits_no_filter_that_asks_for_it() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("undated").created("someday").expires("soon"));
    let of = |arguments: &[&str]| names(&list(&platform, arguments).run().exits(0));
    assert_eq!(of(&["--expires-within", "1000y", "-o", "json"]), [""; 0]);
    assert_eq!(of(&["--unused-for", "1s", "-o", "json"]), [""; 0]);
    assert_eq!(of(&["--active", "-o", "json"]), ["undated"]);
}

#[test]
fn a_date_without_a_time_counts_to_the_end_of_its_day() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("today").expires(&in_days(0)[..10]).edited(|item| {
        item.as_object_mut().unwrap().remove("isExpired");
    }));
    let run = list(&platform, &["--active", "--expires-within", "24h", "-o", "json"]).run();
    let run = run.exits(0);
    assert_eq!(names(&run), ["today"]);
}

#[test]
fn search_is_left_to_the_platform_and_nothing_in_it_becomes_another_parameter() {
    let platform = account();
    let run = list(&platform, &["--search", "o", "-o", "json"]).run().exits(0);
    assert_eq!(names(&run), ["soon", "gone"]);
    list(&platform, &["--search", "a b&limit=1#x%00ü"]).run().exits(0);
    let seen = platform.requests();
    let queries: Vec<_> = seen.iter().map(|seen| seen.query.clone()).collect();
    let query = |search: &str| {
        [("limit", "100"), ("offset", "0"), ("nameSearchQuery", search)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec()
    };
    assert_eq!(queries, [query("o"), query("a b&limit=1#x%00ü")]);
}

#[test]
fn a_platform_that_does_not_heed_the_search_does_not_make_the_listing_name_other_tokens() {
    let platform = Platform::start();
    let items = json!([{"id": "1", "manifest": {"name": "ci-a"}}, {"id": "2", "manifest": {"name": "production"}}, {"id": "3"}]);
    let page = json!({"data": items, "pagination": {"total": 3}});
    platform.answer_always(Call::List, ResponseTemplate::new(200).set_body_json(page));
    for (format, expected) in [("id", "1\n"), ("json", "[\n")] {
        let run = list(&platform, &["--search", "CI-", "-o", format]).run().exits(0);
        assert!(
            run.stdout.starts_with(expected) && !run.stdout.contains("production"),
            "{}",
            run.stdout
        );
    }
    let run = list(&platform, &["--search", "nothing-like-it", "-o", "id"])
        .run()
        .exits(0);
    assert_eq!(run.stdout, "");
}

#[test]
fn a_search_goes_on_over_all_pages() {
    let platform = Platform::start();
    platform.add_many(150);
    let run = list(&platform, &["--search", "token-", "-o", "id"]).run().exits(0);
    assert_eq!(run.stdout.lines().count(), 150);
    let calls = platform.calls(Call::List);
    assert_eq!(calls.len(), 2);
    assert!(
        calls
            .iter()
            .all(|seen| seen.parameter("nameSearchQuery") == Some("token-"))
    );
}
