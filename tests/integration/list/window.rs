//! A table at a terminal fits its window.
#![cfg(unix)]

use insta::assert_snapshot;
use jiff::{SignedDuration, Timestamp};
use wiremock::ResponseTemplate;

use super::list;
use crate::support::platform::{Call, Platform, TokenSeed, in_days};
use crate::support::program::Program;
use crate::support::terminal::Terminal;

fn account() -> Platform {
    let platform = Platform::start();
    let in_hours = |hours| (Timestamp::now() + SignedDuration::from_hours(hours)).to_string();
    for seed in [
        TokenSeed::named("old-laptop")
            .created(in_days(-380))
            .expires(in_days(-15))
            .last_used(in_days(-97)),
        TokenSeed::named("ci-pipeline")
            .created(in_days(-50))
            .expires(in_days(9))
            .last_used(in_hours(-3)),
        TokenSeed::named("a-name-of-thirty-six-characters-long")
            .created(in_days(-20))
            .last_used(in_hours(0)),
    ] {
        platform.add(seed);
    }
    platform
}

/// What is written into a window of so many columns.
#[track_caller]
fn shown(platform: &Platform, columns: u16) -> String {
    let program = list(platform, &[]).env("NO_COLOR", "1");
    let finished = Terminal::size(columns, 30).run(&program).finish();
    assert_eq!(finished.code, 0);
    finished.output.replace("\r\n", "\n")
}

/// Days, by today's calendar, become the same everywhere.
fn same_days() -> insta::internals::SettingsBindDropGuard {
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\d{4}-\d{2}-\d{2}", "YYYY-MM-DD");
    settings.bind_to_scope()
}

#[test]
fn a_wide_window_has_distances_beside_the_days() {
    let _guard = same_days();
    assert_snapshot!(shown(&account(), 200), @r"
    NAME                                  ID               CREATED AT                  EXPIRES AT              LAST USED
    a-name-of-thirty-six-characters-long  cm3k1x9qf000003  YYYY-MM-DD (20 days ago)    Never                   YYYY-MM-DD (now)
    ci-pipeline                           cm3k1x9qf000002  YYYY-MM-DD (50 days ago)    YYYY-MM-DD (in 9 days)  YYYY-MM-DD (3 hours ago)
    old-laptop                            cm3k1x9qf000001  YYYY-MM-DD (12 months ago)  YYYY-MM-DD (expired)    YYYY-MM-DD (97 days ago)
    ");
}

#[test]
fn a_narrower_window_has_the_days_alone() {
    let _guard = same_days();
    assert_snapshot!(shown(&account(), 120), @r"
    NAME                                  ID               CREATED AT  EXPIRES AT            LAST USED
    a-name-of-thirty-six-characters-long  cm3k1x9qf000003  YYYY-MM-DD  Never                 YYYY-MM-DD
    ci-pipeline                           cm3k1x9qf000002  YYYY-MM-DD  YYYY-MM-DD            YYYY-MM-DD
    old-laptop                            cm3k1x9qf000001  YYYY-MM-DD  YYYY-MM-DD (expired)  YYYY-MM-DD
    ");
}

#[test]
fn a_window_too_narrow_for_the_days_cuts_names_and_nothing_else() {
    let _guard = same_days();
    let platform = account();
    assert_snapshot!(shown(&platform, 80), @r"
    NAME               ID               CREATED AT  EXPIRES AT            LAST USED
    a-name-of-thirty…  cm3k1x9qf000003  YYYY-MM-DD  Never                 YYYY-MM-DD
    ci-pipeline        cm3k1x9qf000002  YYYY-MM-DD  YYYY-MM-DD            YYYY-MM-DD
    old-laptop         cm3k1x9qf000001  YYYY-MM-DD  YYYY-MM-DD (expired)  YYYY-MM-DD
    ");
    assert_snapshot!(shown(&platform, 20), @r"
    NAME      ID               CREATED AT  EXPIRES AT            LAST USED
    a-name-…  cm3k1x9qf000003  YYYY-MM-DD  Never                 YYYY-MM-DD
    ci-pipe…  cm3k1x9qf000002  YYYY-MM-DD  YYYY-MM-DD            YYYY-MM-DD
    old-lap…  cm3k1x9qf000001  YYYY-MM-DD  YYYY-MM-DD (expired)  YYYY-MM-DD
    ");
}

#[test]
fn no_line_is_wider_than_the_window_as_far_as_ids_and_days_allow() {
    let platform = account();
    for columns in [71, 75, 80, 90, 100, 110, 125, 130, 140] {
        for line in shown(&platform, columns).lines() {
            assert!(line.chars().count() <= columns.into(), "{columns}: {line}");
        }
    }
}

#[test]
fn nothing_is_drawn_but_the_table_when_the_answer_comes_at_once() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("ci-pipeline").expires("2099-07-15T00:00:00Z"));
    let program = list(&platform, &[]);
    let finished = Terminal::size(70, 10).run(&program).finish();
    assert_eq!(
        finished.output,
        "NAME         ID               CREATED AT  EXPIRES AT  LAST USED\r\n\
         ci-pipeline  cm3k1x9qf000001  2026-01-15  2099-07-15  -\r\n"
    );
}

#[test]
fn a_long_wait_is_told_and_the_telling_goes_away() {
    let platform = Platform::start();
    platform.add_many(150);
    let ids: Vec<_> = platform.tokens().into_iter().map(|token| token.id).collect();
    let busy = || ResponseTemplate::new(503).insert_header("Retry-After", "2");
    let program = Program::against(platform.url(), platform.key()).args(["list", "-o", "id"]);

    platform.answer_once(Call::List, busy());
    let finished = Terminal::size(120, 200).run(&program).finish();
    assert!(finished.output.contains("Tokens listed:"), "{:?}", finished.output);
    assert_eq!(finished.screen, ids.join("\n"));
    assert!(!finished.cursor_hidden);

    platform.answer_once(Call::List, busy());
    let finished = Terminal::size(120, 200).run(&program.arg("-q")).finish();
    assert_eq!(finished.output, ids.join("\r\n") + "\r\n");
}

#[test]
fn a_table_that_goes_elsewhere_has_full_width_whatever_the_window() {
    let platform = account();
    let expected = list(&platform, &[]).run().exits(0).stdout;
    let program = list(&platform, &[]).stdout_to_file();
    let finished = Terminal::size(40, 10).run(&program).finish();
    assert_eq!((finished.stdout.as_str(), finished.screen.as_str()), (&*expected, ""));
}
