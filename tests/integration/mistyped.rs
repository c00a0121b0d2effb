//! What a mistyped command line is answered with.

use serde_json::json;

use crate::support::program::Program;

fn program() -> Program {
    Program::against("http://127.0.0.1:1", "tfy_SENTINEL-of-the-key")
}

#[test]
fn a_misspelt_command_is_answered_with_the_one_that_was_meant() {
    let run = program().arg("lis").run().exits(2);
    assert_eq!(run.stdout, "");
    assert_eq!(
        run.stderr,
        "error: unrecognized subcommand 'lis'\n\n  tip: a similar subcommand exists: 'list'\n\n\
         Usage: tfy-tokens [OPTIONS] <COMMAND>\n\nFor more information, try '--help'.\n"
    );
    for (wrong, meant) in [("craete", "create"), ("delet", "delete"), ("revoke_all", "revoke-all")] {
        let said = program().arg(wrong).run().exits(2).stderr;
        let tip = said
            .lines()
            .find(|line| line.trim_start().starts_with("tip: "))
            .unwrap_or_default();
        assert!(tip.contains(&format!("'{meant}'")), "{said}");
    }
}

#[test]
fn a_script_is_told_what_is_wrong_with_a_command_line_as_json() {
    let told = |arguments: &[&str]| {
        let run = program().args(arguments).run().exits(2);
        assert_eq!(run.stdout, "");
        serde_json::from_str::<serde_json::Value>(&run.stderr).expect("JSON")
    };
    let error = |message: &str, hint: Option<&str>| {
        json!({"error": {
            "kind": "usage", "message": message, "hint": hint, "status": null, "exitCode": 2,
        }})
    };
    assert_eq!(
        told(&["lis", "-o", "json"]),
        error(
            "unrecognized subcommand 'lis'",
            Some("a similar subcommand exists: 'list'")
        )
    );
    assert_eq!(
        told(&["rotate", "--output=json"]),
        error("the following required arguments were not provided: <TOKEN>", None)
    );
    assert_eq!(
        told(&["list", "-ojson", "--sort", "size"]),
        error(
            "invalid value 'size' for '--sort <BY>' [possible values: name, created, expires, last-used]",
            None
        )
    );
}

#[test]
fn json_is_asked_for_in_each_form_that_the_option_takes() {
    for options in [
        &["-o", "json"][..],
        &["-ojson"],
        &["-o=json"],
        &["-qojson"],
        &["-vojson"],
        &["-qo", "json"],
        &["--output", "json"],
        &["--output=json"],
        &["-o", "csv", "-ojson"],
    ] {
        for arguments in [["list", "--nope"], ["nope", "list"]] {
            let run = program().args(arguments).args(options).run().exits(2);
            assert_eq!(run.failure()["kind"], "usage", "{options:?}");
        }
    }
    for options in [
        &["-o", "json", "-o", "table"][..],
        &["--outputs", "json"],
        &["--", "-ojson"],
    ] {
        let run = program().arg("nope").args(options).run().exits(2);
        assert!(run.stderr.starts_with("error: "), "{options:?}: {}", run.stderr);
    }
}

#[test]
fn the_refusal_is_coloured_as_the_command_line_has_it() {
    for option in [&["--color", "always"][..], &["--color=always"]] {
        let run = program().arg("lis").args(option).coloured().run().exits(2);
        assert!(run.stderr.contains("\u{1b}["), "{}", run.stderr);
    }
    let forced = program().arg("lis").env("CLICOLOR_FORCE", "1");
    let run = forced.clone().coloured().run().exits(2);
    assert!(run.stderr.contains("\u{1b}["), "{}", run.stderr);
    for option in [&["--color", "never"][..], &["--color=never"]] {
        let run = forced.clone().args(option).run().exits(2);
        assert!(!run.stderr.contains("\u{1b}["), "{}", run.stderr);
    }
}

#[test]
fn an_option_that_does_not_exist_is_not_taken_for_a_name() {
    for arguments in [["create", "--name"], ["delete", "--all"], ["rotate", "--force"]] {
        let run = program().args(arguments).run().exits(2);
        let refused = format!("error: unexpected argument '{}' found\n\nUsage: ", arguments[1]);
        assert!(run.stderr.starts_with(&refused), "{}", run.stderr);
        let failure = program().args(arguments).arg("-ojson").run().exits(2).failure();
        assert_eq!(failure["hint"], json!(null));
    }
    let run = program().args(["create", "--expire", "1d"]).run().exits(2);
    let tip = "\n  tip: a similar argument exists: '--expires'\n";
    assert!(run.stderr.contains(tip), "{}", run.stderr);
}

#[test]
fn whoever_wants_to_see_a_value_again_is_told_that_it_cannot_be_shown() {
    let why = "a value cannot be shown again; delete the token and create a new one";
    for arguments in [&["show"][..], &["get", "ci"], &["view", "ci"], &["reveal", "ci", "-q"]] {
        let run = program().args(arguments).run().exits(2);
        let said = format!("error: unrecognized subcommand '{}'\n\n  tip: {why}\n\n", arguments[0]);
        assert!(run.stderr.starts_with(&said), "{}", run.stderr);
        let failure = program().args(arguments).arg("-ojson").run().exits(2).failure();
        assert_eq!(failure["hint"], why);
    }
}
