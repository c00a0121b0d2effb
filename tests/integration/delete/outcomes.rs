//! What is done and said of tokens that were named.

use std::time::Duration;

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{AFTERWARDS, add, changes, delete, deletion, left};
use crate::support::platform::{Call, Fault, Platform};

#[test]
fn tokens_are_deleted_by_name_and_by_id_and_told_in_the_order_given() {
    let platform = Platform::start();
    let [ci, laptop, other] = add(&platform, ["ci", "laptop", "other"]);
    let run = delete(&platform).args(["other", &ci, "--yes"]).run().exits(0);
    assert_eq!(run.stdout, format!("Deleted other ({other})\nDeleted ci ({ci})\n"));
    assert_eq!(run.stderr, AFTERWARDS);
    assert_eq!(changes(&platform), [deletion(&ci), deletion(&other)]);
    assert_eq!(platform.tokens()[0].id, laptop);
    let calls = platform.requests().into_iter().map(|seen| seen.call);
    let reads: Vec<Call> = calls.filter(|&call| call != Call::Delete).collect();
    assert!(reads.len() == 2 && reads.contains(&Call::List) && reads.contains(&Call::Session));
}

#[test]
fn a_token_given_twice_is_deleted_once() {
    let platform = Platform::start();
    let [ci] = add(&platform, ["ci"]);
    let run = delete(&platform).args(["ci", &ci, "ci", "-y"]).run().exits(0);
    assert_eq!(run.stdout, format!("Deleted ci ({ci})\n"));
    assert_eq!(changes(&platform), [deletion(&ci)]);
}

#[test]
fn json_is_an_array_of_what_was_deleted_and_nothing_else_is_said() {
    let platform = Platform::start();
    let [ci, laptop] = add(&platform, ["ci", "laptop"]);
    let run = delete(&platform)
        .args(["ci", "laptop", "--yes", "-o", "json"])
        .run()
        .exits(0);
    let expected = json!([
        {"id": ci, "name": "ci", "deleted": true},
        {"id": laptop, "name": "laptop", "deleted": true},
    ]);
    assert_eq!((run.json(), run.stderr.as_str()), (expected, ""));
    assert_eq!(left(&platform), [""; 0]);
}

#[test]
fn quiet_leaves_the_result_alone() {
    let platform = Platform::start();
    let [ci] = add(&platform, ["ci"]);
    let run = delete(&platform).args(["ci", "--yes", "-q"]).run().exits(0);
    assert_eq!(
        (run.stdout, run.stderr),
        (format!("Deleted ci ({ci})\n"), String::new())
    );
}

#[test]
fn a_dry_run_says_what_would_be_deleted_and_needs_no_yes() {
    let platform = Platform::start();
    let [ci, laptop] = add(&platform, ["ci", "laptop"]);
    let program = delete(&platform).args(["laptop", "ci", "--dry-run"]);
    let run = program.run().exits(0);
    let expected = format!("Would delete laptop ({laptop})\nWould delete ci ({ci})\n");
    assert_eq!((run.stdout, run.stderr), (expected, String::new()));
    let run = program.args(["--yes", "-o", "json"]).run().exits(0);
    let expected = json!([
        {"id": laptop, "name": "laptop", "deleted": false},
        {"id": ci, "name": "ci", "deleted": false},
    ]);
    assert_eq!(run.json(), expected);
    assert_eq!(changes(&platform), [""; 0]);
    assert_eq!(left(&platform), ["laptop", "ci"]);
}

#[test]
fn an_unnamed_token_is_deleted_by_its_id() {
    let platform = Platform::start();
    platform.add_raw(json!({"id": "bare-1", "type": "pat", "manifest": null}));
    let run = delete(&platform).args(["bare-1", "--yes"]).run().exits(0);
    assert_eq!(run.stdout, "Deleted (unnamed) (bare-1)\n");
    assert_eq!(changes(&platform), [deletion("bare-1")]);
}

/// Fault 19.
#[test]
fn a_hostile_name_is_told_harmless_on_one_line_and_exact_in_json() {
    let name = "a\u{1b}[2J\r\nDeleted b\u{202e}";
    for (more, expected) in [
        (
            &["-q"][..],
            "Deleted a\u{fffd}[2J  Deleted b\u{fffd} (cm3k1x9qf000001)\n",
        ),
        (
            &["-o", "json"],
            "[\n{\"id\":\"cm3k1x9qf000001\",\"name\":\"a\\u001b[2J\\r\\nDeleted b\\u202e\",\"deleted\":true}\n]\n",
        ),
    ] {
        let platform = Platform::start();
        add(&platform, [name]);
        let run = delete(&platform).args([name, "--yes"]).args(more).run().exits(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), (expected, ""));
    }
}

#[test]
fn what_was_deleted_is_deleted_though_nobody_reads_it() {
    let platform = Platform::start();
    let ids = add(&platform, ["ci", "laptop"]);
    let run = delete(&platform)
        .args(["ci", "laptop", "--yes"])
        .stdout_reader_gone()
        .run()
        .exits(1);
    assert_eq!(changes(&platform), ids.each_ref().map(|id| deletion(id)));
    assert!(run.stderr.starts_with(AFTERWARDS), "{}", run.stderr);
    let said = format!(
        "\nerror: deleted ci ({}), laptop ({}), but this could not be written to standard output\n",
        ids[0], ids[1]
    );
    assert!(run.stderr.contains(&said), "{}", run.stderr);
}

#[test]
fn a_signal_ends_the_deleting_and_what_was_done_is_told_also_behind_one_that_hangs() {
    let platform = Platform::start();
    let [ci, hung, last] = add(&platform, ["ci", "hung", "last"]);
    let late = ResponseTemplate::new(200).set_delay(Duration::from_mins(5));
    let id = hung.clone();
    platform.inject(Fault::answer(Call::Delete, late).when(move |seen| seen.segment == id));
    let running = delete(&platform).args(["ci", "hung", "last", "--yes", "-v"]).start();
    for id in [&ci, &last] {
        running.wait_for_stderr(&format!("{id}: 200 in "));
    }
    running.interrupt();
    let run = running.wait().exits(130);
    assert_eq!(run.stdout, format!("Deleted ci ({ci})\nDeleted last ({last})\n"));
    let said = format!("{AFTERWARDS}error: cancelled: tokens that are not listed above may have been deleted too\n");
    assert!(run.stderr.ends_with(&said), "{}", run.stderr);
    assert_eq!(left(&platform), ["hung"]);
}

#[test]
fn a_failure_is_told_also_where_nobody_reads_what_was_deleted() {
    let platform = Platform::start();
    let ids = add(&platform, ["ci", "laptop"]);
    let laptop = ids[1].clone();
    platform.inject(Fault::answer(Call::Delete, ResponseTemplate::new(403)).when(move |seen| seen.segment == laptop));
    let run = delete(&platform)
        .args(["ci", "laptop", "--yes"])
        .stdout_reader_gone()
        .run()
        .exits(3);
    assert!(
        run.stderr.contains(&format!(
            "error: deleted ci ({}), but this could not be written to standard output\n  \
             deleting 1 of 2 tokens failed\n  laptop (",
            ids[0]
        )),
        "{}",
        run.stderr
    );
    assert_eq!(changes(&platform), ids.map(|id| deletion(&id)));
    assert_eq!(left(&platform), ["laptop"]);
}

#[test]
fn a_script_that_reads_json_finds_one_line_on_standard_error_and_no_warning_before_it() {
    let platform = Platform::start();
    add(&platform, ["ci"]);
    platform.answer_always(Call::Session, ResponseTemplate::new(404));
    platform.answer_always(Call::Delete, ResponseTemplate::new(400));
    let run = delete(&platform).args(["ci", "--yes", "-o", "json"]).run().exits(1);
    assert_eq!(run.failure()["status"], 400);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
}
