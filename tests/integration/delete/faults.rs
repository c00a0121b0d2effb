//! The cases 32 to 36 of what goes wrong; 37 is in `terminal`.

use std::time::Duration;

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{AFTERWARDS, UNCONFIRMED, add, changes, delete, delete_retrying, deletion, left};
use crate::support::platform::{Call, Fault, Platform, TokenSeed};
use crate::support::program::Run;

/// A platform with one token of this id, which is named `odd`.
fn with_id(id: &str) -> Platform {
    let platform = Platform::start();
    platform.add(TokenSeed::named("bystander"));
    platform.add_raw(json!({"id": id, "type": "pat", "manifest": {"name": "odd"}}));
    platform
}

#[test]
fn fault_32_an_id_that_could_become_another_path_is_refused() {
    let long = "a".repeat(10_000);
    for id in [
        "revoke/all",
        "../x",
        "..",
        ".",
        "%2e%2e",
        "revoke%2Fall",
        "..;",
        "a\\b",
        "a\nb",
        &long,
    ] {
        let platform = with_id(id);
        for (token, more) in [("odd", "--yes"), (id, "--yes"), ("odd", "--dry-run")] {
            let run = delete(&platform).args(["bystander", token, more]).run().exits(2);
            let said = "error: the id of `odd` could be taken for another path of the platform: nothing was deleted\n\
                 hint: delete it on the platform's web page\n";
            assert_eq!(
                (run.stdout.as_str(), run.stderr.as_str()),
                ("", said),
                "{id:.20} {more}"
            );
        }
        assert_eq!(changes(&platform), [""; 0]);
        assert_eq!(left(&platform), ["odd", "bystander"]);
    }
}

#[test]
fn fault_32_any_other_id_is_one_encoded_segment() {
    for (id, segment) in [
        ("a?b", "a%3Fb"),
        ("a#b", "a%23b"),
        ("a b", "a%20b"),
        ("a;b=c&d", "a;b=c&d"),
        ("...", "..."),
        ("名", "%E5%90%8D"),
    ] {
        let platform = with_id(id);
        let run = delete(&platform).args([id, "--yes"]).run().exits(0);
        assert_eq!(run.stdout, format!("Deleted odd ({id})\n"));
        assert_eq!(changes(&platform), [deletion(segment)]);
        assert_eq!(left(&platform), ["bystander"]);
    }
}

#[test]
fn fault_32_an_id_that_no_token_has_never_gets_into_a_path() {
    let platform = Platform::start();
    add(&platform, ["ci"]);
    for id in ["revoke/all", "../x", "..", "%2e%2e", "a?b", &"a".repeat(10_000)] {
        delete(&platform).args([id, "--yes"]).run().exits(4);
    }
    assert_eq!(changes(&platform), [""; 0]);
    let paths = platform.requests().into_iter().map(|seen| seen.path);
    let other = paths.filter(|path| !matches!(path.rsplit('/').next(), Some("personal-access-tokens" | "session")));
    assert_eq!(other.collect::<Vec<_>>(), [""; 0]);
}

#[test]
fn fault_33_a_name_that_is_anothers_id_and_a_name_of_two_delete_nothing() {
    let platform = Platform::start();
    let [ci, first, second] = add(&platform, ["ci", "twin", "twin"]);
    let namesake = platform.add(TokenSeed::named(&ci));
    let run = delete(&platform).args(["twin", "--yes"]).run().exits(2);
    let said = format!(
        "error: `twin` fits more than one token: twin ({second}), twin ({first}): nothing was deleted\n\
         hint: name it by its id, as `tfy-tokens list` shows it\n"
    );
    assert_eq!((run.stdout, run.stderr), (String::new(), said));
    let run = delete(&platform).args([&first, &ci, "--yes"]).run().exits(2);
    let said = format!("error: `{ci}` fits more than one token: {ci} ({namesake}), ci ({ci}): nothing was deleted\n");
    assert!(run.stderr.starts_with(&said), "{}", run.stderr);
    assert_eq!(changes(&platform), [""; 0]);
    delete(&platform).args([&second, "ci", "--yes"]).run().exits(0);
    assert_eq!(
        platform.tokens().iter().map(|token| &token.id).collect::<Vec<_>>(),
        [&namesake, &first]
    );
}

#[test]
fn fault_33_a_part_of_a_name_and_another_case_delete_nothing() {
    let platform = Platform::start();
    add(&platform, ["laptop", "ci-pipeline"]);
    for (wanted, hint) in [
        ("ci", "hint: there is one named `ci-pipeline`\n"),
        ("CI-Pipeline", "hint: there is one named `ci-pipeline`\n"),
        ("ci-pipeline ", ""),
        ("ci-pipelines", ""),
    ] {
        let run = delete(&platform).args(["laptop", wanted, "--yes"]).run().exits(4);
        let said = format!(
            "error: Token ID not found. List tokens first to find the correct ID.\n  \
             no token has the name or id `{wanted}`: nothing was deleted\n{hint}"
        );
        assert_eq!((run.stdout, run.stderr), (String::new(), said));
    }
    assert_eq!(changes(&platform), [""; 0]);
}

#[test]
fn fault_34_an_answer_that_was_lost_after_the_deletion_is_a_success() {
    for lost in [
        Fault::hang_up(Call::Delete),
        Fault::answer(Call::Delete, ResponseTemplate::new(502)),
    ] {
        let platform = Platform::start();
        let [ci] = add(&platform, ["ci"]);
        platform.inject(lost.after_applying());
        let run = delete_retrying(&platform, 1).args(["ci", "--yes"]).run().exits(0);
        assert_eq!(
            (run.stdout, run.stderr.as_str()),
            (format!("Deleted ci ({ci})\n"), AFTERWARDS)
        );
        assert_eq!(changes(&platform), [deletion(&ci), deletion(&ci)]);
    }
}

#[test]
fn fault_34_a_token_gone_at_the_first_try_is_not_found() {
    let platform = Platform::start();
    let [ci] = add(&platform, ["ci"]);
    platform.before_each(|_, seen, account| {
        if seen.call == Call::Delete {
            account.remove("ci");
        }
    });
    let run = delete_retrying(&platform, 1).args(["ci", "--yes"]).run().exits(4);
    let said = "error: Token ID not found. List tokens first to find the correct ID.\n  \
         the platform says: Personal access token not found\n";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
    assert_eq!(changes(&platform), [deletion(&ci)]);
}

#[test]
fn fault_34_an_answer_that_does_not_come_leaves_open_whether_it_was_deleted() {
    let platform = Platform::start();
    let [ci] = add(&platform, ["ci"]);
    let late = ResponseTemplate::new(200).set_delay(Duration::from_mins(5));
    platform.inject(Fault::answer(Call::Delete, late).after_applying());
    let run = delete(&platform)
        .args(["ci", "--yes", "--timeout", "1s"])
        .run()
        .exits(6);
    let said = format!(
        "error: {} did not answer within 1 s: whether anything was deleted is not known\n\
         hint: try again, or allow more with --timeout\n",
        platform.url()
    );
    assert_eq!((run.stdout, run.stderr), (String::new(), said));
    assert_eq!(changes(&platform), [deletion(&ci)]);
}

#[test]
fn fault_34_a_lost_answer_leaves_it_open_also_where_the_next_try_is_turned_away() {
    let platform = Platform::start();
    add(&platform, ["ci"]);
    platform.inject(Fault::hang_up(Call::Delete));
    platform.inject(Fault::answer(Call::Delete, ResponseTemplate::new(429)));
    let run = delete_retrying(&platform, 1).args(["ci", "--yes"]).run().exits(6);
    let said = "error: the platform is too busy or failing (HTTP 429): whether anything was deleted is not known\n\
         hint: try again in a while\n";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
}

/// Deletes `first`, `second` and `third`; these two fail with these statuses.
fn two_fail(failing: [(&str, u16); 2]) -> (Platform, Run) {
    let platform = Platform::start();
    let ids = add(&platform, ["first", "second", "third"]);
    for (name, status) in failing {
        let number = ["first", "second", "third"].iter().position(|&known| known == name);
        let id = ids[number.unwrap()].clone();
        let answer = ResponseTemplate::new(status).set_body_json(json!({"message": format!("no to {name}")}));
        platform.inject(Fault::answer(Call::Delete, answer).when(move |seen| seen.segment == id));
    }
    let run = delete(&platform).args(["first", "second", "third", "--yes"]).run();
    assert_eq!(changes(&platform), ids.map(|id| deletion(&id)));
    (platform, run)
}

#[test]
fn fault_35_the_others_are_deleted_and_each_failure_is_told() {
    let (platform, run) = two_fail([("first", 403), ("third", 500)]);
    let run = run.exits(3);
    let existing = platform.tokens();
    let [third, first] = &existing[..] else {
        panic!("{existing:?}")
    };
    assert_eq!((third.name.as_str(), first.name.as_str()), ("third", "first"));
    assert!(run.stdout.starts_with("Deleted second (") && run.stdout.lines().count() == 1);
    let said = format!(
        "{AFTERWARDS}error: deleting 2 of 3 tokens failed\n  \
         first ({}): Cannot manage access tokens. Check your API key permissions. The platform says: no to first\n  \
         third ({}): the platform is too busy or failing (HTTP 500): whether anything was deleted is not known: the platform says: no to third\n",
        first.id, third.id
    );
    assert_eq!(run.stderr, said);
}

#[test]
fn fault_35_the_exit_code_is_that_of_the_first_failure() {
    two_fail([("second", 500), ("third", 403)]).1.exits(6);
    two_fail([("second", 404), ("third", 500)]).1.exits(4);
    two_fail([("first", 400), ("second", 404)]).1.exits(1);
}

#[test]
fn fault_35_json_has_what_was_deleted_and_the_failures_beside_it() {
    let platform = Platform::start();
    let [ci, laptop] = add(&platform, ["ci", "laptop"]);
    let failing = ci.clone();
    platform.inject(Fault::answer(Call::Delete, ResponseTemplate::new(403)).when(move |seen| seen.segment == failing));
    let run = delete(&platform)
        .args(["ci", "laptop", "--yes", "-o", "json"])
        .run()
        .exits(3);
    assert_eq!(run.json(), json!([{"id": laptop, "name": "laptop", "deleted": true}]));
    assert_eq!(run.stderr.lines().count(), 1);
    let error: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    let message = format!(
        "deleting 1 of 2 tokens failed: \
         ci ({ci}): Cannot manage access tokens. Check your API key permissions."
    );
    assert_eq!(error["error"]["message"], message);
    assert_eq!(
        (&error["error"]["status"], &error["error"]["exitCode"]),
        (&json!(403), &json!(3))
    );
}

#[test]
fn fault_36_an_input_that_is_no_terminal_confirms_nothing() {
    let platform = Platform::start();
    add(&platform, ["ci"]);
    let program = || delete(&platform).arg("ci");
    for program in [
        program().stdin_closed(),
        program().stdin_file("y\n"),
        program().stdin("y\n"),
        program().stdin("yes\n").arg("--no-input"),
    ] {
        let run = program.run().exits(2);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", UNCONFIRMED));
    }
    assert!(platform.requests().is_empty());
}

#[test]
fn fault_22_a_page_or_a_text_in_the_place_of_the_answer_has_deleted_nothing() {
    for (body, came) in [
        ("<html>sign in</html>", "a web page (perhaps of a sign-in or a proxy)"),
        ("welcome", "text that is not JSON"),
    ] {
        let platform = Platform::start();
        add(&platform, ["ci"]);
        platform.answer_always(Call::Delete, ResponseTemplate::new(200).set_body_string(body));
        let run = delete(&platform).args(["ci", "--yes"]).run().exits(1);
        let said = format!("error: the answer makes no sense: {came} came instead of the answer to a deletion\n");
        assert_eq!((run.stdout.as_str(), run.stderr), ("", said));
        assert_eq!(left(&platform), ["ci"]);
    }
}
