//! The token that the client itself signs in with.

use wiremock::ResponseTemplate;

use super::{AFTERWARDS, add, changes, delete, deletion, left};
use crate::support::platform::{Call, Platform, TokenSeed, in_days};

const REFUSAL: &str = "error: `mine` is the token this client signs in with: nothing was deleted\n\
     hint: add --include-current as well as --yes; this client cannot sign in with its key afterwards\n";

fn signed_in_with_token() -> Platform {
    let platform = Platform::start();
    platform.sign_in_with_token(TokenSeed::named("mine").created(in_days(-300)));
    platform
}

#[test]
fn a_yes_beforehand_does_not_cover_it() {
    let platform = signed_in_with_token();
    add(&platform, ["ci"]);
    let mine = platform.tokens()[1].id.clone();
    for tokens in [["ci", "mine"], ["ci", &mine]] {
        let run = delete(&platform).args(tokens).arg("--yes").run().exits(2);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", REFUSAL));
    }
    let run = delete(&platform).args(["--unused-for", "90d", "--yes"]).run().exits(2);
    assert_eq!(run.stderr, REFUSAL);
    assert_eq!(changes(&platform), [""; 0]);
    assert_eq!(left(&platform), ["ci", "mine"]);
}

#[test]
fn it_is_deleted_when_that_is_said() {
    let platform = signed_in_with_token();
    let mine = platform.tokens()[0].id.clone();
    let run = delete(&platform)
        .args(["mine", "--yes", "--include-current"])
        .run()
        .exits(0);
    assert_eq!(run.stdout, format!("Deleted mine ({mine})\n"));
    assert_eq!(run.stderr, AFTERWARDS);
    assert_eq!(changes(&platform), [deletion(&mine)]);
}

#[test]
fn others_are_deleted_with_it_in_the_account() {
    let platform = signed_in_with_token();
    let [ci] = add(&platform, ["ci"]);
    delete(&platform).args(["ci", "--yes"]).run().exits(0);
    assert_eq!(changes(&platform), [deletion(&ci)]);
}

#[test]
fn a_platform_that_does_not_say_which_it_is_is_warned_of() {
    let platform = Platform::start();
    let [ci] = add(&platform, ["ci"]);
    platform.answer_always(Call::Session, ResponseTemplate::new(500));
    let run = delete(&platform).args(["ci", "--yes"]).run().exits(0);
    let warning = "warning: cannot tell which token this client signs in with: \
         the platform is too busy or failing (HTTP 500)\n";
    assert_eq!(run.stderr, format!("{warning}{AFTERWARDS}"));
    assert_eq!(changes(&platform), [deletion(&ci)]);
}

#[test]
fn a_token_that_signs_in_and_is_not_told_which_deletes_nothing_by_a_yes_beforehand() {
    for (answer, reason) in [
        (
            ResponseTemplate::new(500),
            "the platform is too busy or failing (HTTP 500)",
        ),
        (
            ResponseTemplate::new(403),
            "Cannot manage access tokens. Check your API key permissions.",
        ),
        (
            ResponseTemplate::new(200).set_body_string("<html>"),
            "the answer makes no sense: a web page (perhaps of a sign-in or a proxy) came instead of a session",
        ),
    ] {
        let platform = signed_in_with_token();
        let [ci] = add(&platform, ["ci"]);
        platform.answer_always(Call::Session, answer);
        let run = delete(&platform).args(["ci", "--yes", "--quiet"]).run().exits(2);
        let said = format!(
            "error: cannot tell whether the token this client signs in with is among those to delete: nothing was deleted\n  {reason}\n\
             hint: try again, or add --include-current to delete it all the same\n"
        );
        assert_eq!((run.stdout, run.stderr), (String::new(), said));
        let run = delete(&platform).args(["ci", "--yes", "-o", "json"]).run().exits(2);
        assert_eq!(run.failure()["kind"], "unconfirmed");
        assert_eq!(changes(&platform), [""; 0]);
        delete(&platform)
            .args(["ci", "--yes", "--include-current"])
            .run()
            .exits(0);
        assert_eq!(changes(&platform), [deletion(&ci)]);
    }
}

#[test]
fn a_deployment_without_sessions_deletes_with_a_warning() {
    let platform = signed_in_with_token();
    let [ci] = add(&platform, ["ci"]);
    platform.answer_always(Call::Session, ResponseTemplate::new(404));
    let run = delete(&platform).args(["ci", "--yes"]).run().exits(0);
    assert!(
        run.stderr
            .starts_with("warning: cannot tell which token this client signs in with: ")
    );
    assert_eq!(changes(&platform), [deletion(&ci)]);
}
