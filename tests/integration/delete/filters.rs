//! What is deleted by what it is like.

use serde_json::json;

use super::{AFTERWARDS, changes, delete, deletion, left};
use crate::support::platform::{Platform, TokenSeed, in_days};

#[test]
fn expired_is_what_the_platform_says_or_else_the_clock() {
    let platform = Platform::start();
    let said = platform.add(TokenSeed::named("said").expires(in_days(9)).expired(true));
    platform.add(TokenSeed::named("denied").expires(in_days(-9)).expired(false));
    let silent = |item: &mut serde_json::Value| item["isExpired"] = json!(null);
    let over = platform.add(TokenSeed::named("over").expires(in_days(-1)).edited(silent));
    platform.add(TokenSeed::named("soon").expires(in_days(1)).edited(silent));
    platform.add(TokenSeed::named("never").edited(silent));
    platform.add(TokenSeed::named("odd").expires("no date").edited(silent));
    let run = delete(&platform).args(["--expired", "--yes"]).run().exits(0);
    assert_eq!(run.stdout, format!("Deleted over ({over})\nDeleted said ({said})\n"));
    assert_eq!(run.stderr, AFTERWARDS);
    assert_eq!(changes(&platform), [deletion(&said), deletion(&over)]);
    assert_eq!(left(&platform), ["odd", "never", "soon", "denied"]);
}

#[test]
fn unused_counts_from_the_last_use_or_else_from_the_creation() {
    let platform = Platform::start();
    let old = || TokenSeed::named("old").created(in_days(-300));
    let used = platform.add(old().last_used(in_days(-91)));
    platform.add(old().last_used(in_days(-89)));
    let never_used = platform.add(TokenSeed::named("never-used").created(in_days(-91)));
    platform.add(TokenSeed::named("new").created(in_days(-89)));
    platform.add(TokenSeed::named("dateless").created("no date"));
    let run = delete(&platform).args(["--unused-for", "90d", "--yes"]).run().exits(0);
    let expected = format!("Deleted never-used ({never_used})\nDeleted old ({used})\n");
    assert_eq!(run.stdout, expected);
    assert_eq!(left(&platform), ["dateless", "new", "old"]);
}

#[test]
fn two_filters_have_to_fit_both() {
    let platform = Platform::start();
    let both = platform.add(TokenSeed::named("both").created(in_days(-300)).expires(in_days(-1)));
    platform.add(TokenSeed::named("unused").created(in_days(-300)));
    platform.add(TokenSeed::named("expired").created(in_days(-9)).expires(in_days(-1)));
    let program = delete(&platform).args(["--expired", "--unused-for", "6mo", "--yes"]);
    assert_eq!(program.run().exits(0).stdout, format!("Deleted both ({both})\n"));
    assert_eq!(left(&platform), ["expired", "unused"]);
}

#[test]
fn a_filter_that_fits_nothing_is_no_failure() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("new").created(in_days(-1)));
    let run = delete(&platform).args(["--expired", "--yes"]).run().exits(0);
    let said = "There is no token that is expired: nothing was deleted.\n";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
    let program = delete(&platform).args(["--expired", "--unused-for", "1y", "--yes"]);
    let run = program.clone().run().exits(0);
    let said = "There is no token that is expired and unused for 1y: nothing was deleted.\n";
    assert_eq!(run.stderr, said);
    let run = program.args(["-o", "json"]).run().exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("[]\n", ""));
    assert_eq!(changes(&platform), [""; 0]);
}

#[test]
fn tokens_of_all_pages_are_filtered_and_deleted() {
    let platform = Platform::start();
    let mut ids: Vec<String> = (0..120)
        .map(|number| platform.add(TokenSeed::named(format!("ci-{number}")).expires(in_days(-1))))
        .collect();
    platform.add(TokenSeed::named("kept"));
    let run = delete(&platform).args(["--expired", "--yes"]).run().exits(0);
    assert_eq!(run.stdout.lines().count(), 120);
    ids.sort_unstable();
    let deletions: Vec<String> = ids.iter().map(|id| deletion(id)).collect();
    assert_eq!(changes(&platform), deletions);
    assert_eq!(left(&platform), ["kept"]);
}
