//! What is not deleted, and not even asked about.

use serde_json::json;

use super::{UNCONFIRMED, add, changes, delete, left};
use crate::support::platform::{Call, Platform, VALUE_SENTINEL};
use crate::support::program::Program;

#[test]
fn without_a_yes_and_a_terminal_nothing_is_asked_of_the_platform() {
    let platform = Platform::start();
    add(&platform, ["ci"]);
    let run = delete(&platform).arg("ci").run().exits(2);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", UNCONFIRMED));
    let run = delete(&platform).args(["ci", "-o", "json"]).run().exits(2);
    let error: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    let expected = json!({"error": {
        "kind": "unconfirmed",
        "message": "deleting tokens needs a yes, which cannot be asked for here: nothing was done",
        "hint": "add --yes to do it without being asked",
        "status": null,
        "exitCode": 2,
    }});
    assert_eq!(error, expected);
    assert!(platform.requests().is_empty());
}

#[test]
fn without_a_token_and_a_terminal_nothing_is_asked_of_the_platform() {
    let platform = Platform::start();
    for arguments in [&["--yes"][..], &["--dry-run"], &["--include-current"], &[]] {
        let run = delete(&platform).args(arguments).run().exits(2);
        let said = "error: which tokens to delete must be given: there is no way to ask for it here\n\
             hint: tfy-tokens delete TOKEN...\n";
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said), "{arguments:?}");
    }
    assert!(platform.requests().is_empty());
}

#[test]
fn contradictions_and_empty_arguments_are_refused() {
    let platform = Platform::start();
    add(&platform, ["ci"]);
    for (arguments, said) in [
        (&["ci", "--expired"][..], "cannot be used with"),
        (&["ci", "--unused-for", "90d"], "cannot be used with"),
        (&[""], "invalid value '' for '[TOKEN]...': it is empty"),
        (&["ci", ""], "invalid value '' for '[TOKEN]...': it is empty"),
        (&["--unused-for", ""], "write a whole number and a unit"),
        (&["--unused-for", "0d"], "it must be more than zero"),
        (&["--unused-for=-3d"], "it must be more than zero"),
        (&["--unused-for", "3m"], "`m` could be minutes or months"),
        (&["ci", "-o", "csv"], "only `list` can be written in that format"),
    ] {
        let run = delete(&platform).arg("--yes").args(arguments).run().exits(2);
        assert!(
            run.stdout.is_empty() && run.stderr.contains(said),
            "{arguments:?}: {}",
            run.stderr
        );
    }
    assert!(platform.requests().is_empty());
}

#[test]
fn one_that_fits_nothing_keeps_all_of_them() {
    let platform = Platform::start();
    add(&platform, ["ci", "laptop"]);
    let run = delete(&platform)
        .args(["ci", "gone", "laptop", "lost", "--yes"])
        .run()
        .exits(4);
    let said = "error: Token ID not found. List tokens first to find the correct ID.\n  \
         no token has the name or id `gone`, `lost`: nothing was deleted\n";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
    let run = delete(&platform).args(["ci", "gone", "--dry-run"]).run().exits(4);
    assert_eq!(run.stdout, "");
    assert_eq!(changes(&platform), [""; 0]);
    assert_eq!(left(&platform), ["laptop", "ci"]);
}

#[test]
fn a_value_in_the_place_of_a_name_is_never_said_back() {
    let platform = Platform::start();
    add(&platform, ["ci"]);
    let opaque = format!("tfy_{VALUE_SENTINEL}_00042");
    let jwt = format!("eyJhbGciOiJSUzI1NiJ9.eyJ0ZW5hbnROYW1lIjoiYWNtZSJ9.{VALUE_SENTINEL}");
    for value in [opaque.clone(), jwt, format!(" {opaque}")] {
        for more in [
            &["--yes"][..],
            &["ci", "--yes", "-v"],
            &["--yes", "-o", "json"],
            &["--dry-run"],
        ] {
            let program = delete(&platform).arg(&value).args(more).secret(&value);
            let run = program.run().exits(2);
            assert!(run.stderr.contains("it looks like a key"), "{}", run.stderr);
        }
        let refused = delete(&platform).args([&value, "--expired"]).secret(&value);
        refused.run().exits(2);
    }
    assert!(platform.requests().is_empty());
}

#[test]
fn a_key_that_may_not_list_deletes_nothing() {
    let platform = Platform::start();
    let [ci] = add(&platform, ["ci"]);
    platform.forbid();
    let run = delete(&platform).args([&ci, "--yes"]).run().exits(3);
    let said = "error: Cannot manage access tokens. Check your API key permissions.\n  \
         the platform says: You are not allowed to manage personal access tokens\n";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
    platform.reject_key();
    let run = delete(&platform).args([&ci, "--yes"]).run().exits(3);
    assert!(
        run.stderr.starts_with("error: The key was not accepted"),
        "{}",
        run.stderr
    );
    assert!(platform.calls(Call::Delete).is_empty());
}

#[test]
fn who_types_remove_means_delete_and_is_not_sent_to_revoke_all() {
    for word in ["rm", "remove"] {
        let platform = Platform::start();
        add(&platform, ["ci"]);
        let run = Program::against(platform.url(), platform.key())
            .args([word, "ci", "--yes"])
            .run();
        assert_eq!((run.code, platform.tokens().len()), (0, 0), "{word}");
    }
}
