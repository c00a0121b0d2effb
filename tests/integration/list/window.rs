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
            .last_used(in_hours(-5)),
        TokenSeed::named("nightly").created(in_days(-5)).expires(in_days(100)),
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
fn distances_stand_beside_the_days_as_far_as_they_fit() {
    let _guard = same_days();
    let platform = account();
    assert_snapshot!(shown(&platform, 131), @r"
    NAME                                  ID               CREATED AT                EXPIRES AT                LAST USED
    nightly                               cm3k1x9qf000004  YYYY-MM-DD (5 days ago)   YYYY-MM-DD (in 100 days)  -
    a-name-of-thirty-six-characters-long  cm3k1x9qf000003  YYYY-MM-DD (20 days ago)  Never                     YYYY-MM-DD (5 hours ago)
    ci-pipeline                           cm3k1x9qf000002  YYYY-MM-DD (50 days ago)  YYYY-MM-DD (in 9 days)    YYYY-MM-DD (3 hours ago)
    old-laptop                            cm3k1x9qf000001  YYYY-MM-DD (1 year ago)   YYYY-MM-DD (expired)      YYYY-MM-DD (97 days ago)
    ");
    assert_snapshot!(shown(&platform, 120), @r"
    NAME                                  ID               CREATED AT  EXPIRES AT                LAST USED
    nightly                               cm3k1x9qf000004  YYYY-MM-DD  YYYY-MM-DD (in 100 days)  -
    a-name-of-thirty-six-characters-long  cm3k1x9qf000003  YYYY-MM-DD  Never                     YYYY-MM-DD (5 hours ago)
    ci-pipeline                           cm3k1x9qf000002  YYYY-MM-DD  YYYY-MM-DD (in 9 days)    YYYY-MM-DD (3 hours ago)
    old-laptop                            cm3k1x9qf000001  YYYY-MM-DD  YYYY-MM-DD (expired)      YYYY-MM-DD (97 days ago)
    ");
    assert_snapshot!(shown(&platform, 110), @r"
    NAME                                  ID               CREATED AT  EXPIRES AT                LAST USED
    nightly                               cm3k1x9qf000004  YYYY-MM-DD  YYYY-MM-DD (in 100 days)  -
    a-name-of-thirty-six-characters-long  cm3k1x9qf000003  YYYY-MM-DD  Never                     YYYY-MM-DD
    ci-pipeline                           cm3k1x9qf000002  YYYY-MM-DD  YYYY-MM-DD (in 9 days)    YYYY-MM-DD
    old-laptop                            cm3k1x9qf000001  YYYY-MM-DD  YYYY-MM-DD (expired)      YYYY-MM-DD
    ");
}

#[test]
fn what_expires_soon_is_said_in_words_also_where_names_are_cut_for_it() {
    let _guard = same_days();
    let platform = account();
    assert_snapshot!(shown(&platform, 102), @r"
    NAME                                  ID               CREATED AT  EXPIRES AT              LAST USED
    nightly                               cm3k1x9qf000004  YYYY-MM-DD  YYYY-MM-DD              -
    a-name-of-thirty-six-characters-long  cm3k1x9qf000003  YYYY-MM-DD  Never                   YYYY-MM-DD
    ci-pipeline                           cm3k1x9qf000002  YYYY-MM-DD  YYYY-MM-DD (in 9 days)  YYYY-MM-DD
    old-laptop                            cm3k1x9qf000001  YYYY-MM-DD  YYYY-MM-DD (expired)    YYYY-MM-DD
    ");
    assert_snapshot!(shown(&platform, 80), @r"
    NAME             ID               CREATED AT  EXPIRES AT              LAST USED
    nightly          cm3k1x9qf000004  YYYY-MM-DD  YYYY-MM-DD              -
    a-name-of-thir…  cm3k1x9qf000003  YYYY-MM-DD  Never                   YYYY-MM-DD
    ci-pipeline      cm3k1x9qf000002  YYYY-MM-DD  YYYY-MM-DD (in 9 days)  YYYY-MM-DD
    old-laptop       cm3k1x9qf000001  YYYY-MM-DD  YYYY-MM-DD (expired)    YYYY-MM-DD
    ");
    assert_snapshot!(shown(&platform, 73), @r"
    NAME      ID               CREATED AT  EXPIRES AT              LAST USED
    nightly   cm3k1x9qf000004  YYYY-MM-DD  YYYY-MM-DD              -
    a-name-…  cm3k1x9qf000003  YYYY-MM-DD  Never                   YYYY-MM-DD
    ci-pipe…  cm3k1x9qf000002  YYYY-MM-DD  YYYY-MM-DD (in 9 days)  YYYY-MM-DD
    old-lap…  cm3k1x9qf000001  YYYY-MM-DD  YYYY-MM-DD (expired)    YYYY-MM-DD
    ");
}

#[test]
fn a_window_too_narrow_for_the_table_has_a_few_lines_a_token() {
    let _guard = same_days();
    let platform = account();
    assert_snapshot!(shown(&platform, 72), @r"
    nightly
      id cm3k1x9qf000004
      created YYYY-MM-DD (5 days ago)
      expires YYYY-MM-DD (in 100 days)
      last used -
    a-name-of-thirty-six-characters-long
      id cm3k1x9qf000003
      created YYYY-MM-DD (20 days ago)
      expires Never
      last used YYYY-MM-DD (5 hours ago)
    ci-pipeline
      id cm3k1x9qf000002
      created YYYY-MM-DD (50 days ago)
      expires YYYY-MM-DD (in 9 days)
      last used YYYY-MM-DD (3 hours ago)
    old-laptop
      id cm3k1x9qf000001
      created YYYY-MM-DD (1 year ago)
      expires YYYY-MM-DD (expired)
      last used YYYY-MM-DD (97 days ago)
    ");
    assert_snapshot!(shown(&platform, 30), @r"
    nightly
      id cm3k1x9qf000004
      created YYYY-MM-DD
      expires YYYY-MM-DD
      last used -
    a-name-of-thirty-six-characte…
      id cm3k1x9qf000003
      created YYYY-MM-DD
      expires Never
      last used YYYY-MM-DD
    ci-pipeline
      id cm3k1x9qf000002
      created YYYY-MM-DD
      expires YYYY-MM-DD (in 9 days)
      last used YYYY-MM-DD
    old-laptop
      id cm3k1x9qf000001
      created YYYY-MM-DD
      expires YYYY-MM-DD (expired)
      last used YYYY-MM-DD
    ");
}

#[test]
fn an_id_wider_than_the_window_is_whole() {
    let platform = Platform::start();
    platform.add_raw(serde_json::json!({"id": "x".repeat(100), "name": "ci"}));
    let text = shown(&platform, 40);
    assert_eq!(
        text,
        format!(
            "ci\n  id {}\n  created -\n  expires Never\n  last used -\n",
            "x".repeat(100)
        )
    );
}

#[test]
fn no_line_is_wider_than_the_window() {
    let platform = account();
    for columns in [33, 40, 60, 72, 73, 80, 101, 102, 103, 116, 117, 130, 133, 140] {
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
    assert!(finished.output.contains("Reading tokens"), "{:?}", finished.output);
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
