//! `tfy-tokens revoke-all`: every token of a user, and of no other.

#[cfg(unix)]
mod at_a_terminal;

use serde_json::json;
use wiremock::ResponseTemplate;

use crate::delete::changes;
use crate::support::platform::{ADA, Call, Fault, GRACE, Platform, TokenSeed, VALUE_SENTINEL};
use crate::support::program::Program;

const REVOCATION: &str = "DELETE /api/svc/v1/personal-access-tokens/revoke/all";

const NOTE: &str = "If services fail now, they were using one of these tokens: create new ones and update them.\n";

fn revoke_all(platform: &Platform) -> Program {
    revoke_all_retrying(platform, 0)
}

fn revoke_all_retrying(platform: &Platform, retries: u32) -> Program {
    Program::against(platform.url(), platform.key()).args(["revoke-all", "--retries", &retries.to_string()])
}

/// A platform where Ada has a token and Grace has two.
fn platform() -> Platform {
    let platform = Platform::start();
    platform.add(TokenSeed::named("adas"));
    platform.add(TokenSeed::named("first").owner(GRACE));
    platform.add(TokenSeed::named("second").owner(GRACE));
    platform
}

/// How many tokens Ada and Grace have.
fn counts(platform: &Platform) -> [usize; 2] {
    [ADA, GRACE].map(|email| platform.tokens_of(email).len())
}

#[test]
fn every_token_of_that_user_is_deleted_by_one_request() {
    let platform = platform();
    let run = revoke_all(&platform).args([GRACE, "--yes"]).run().exits(0);
    let said = format!("Deleted every token of {GRACE}\n");
    assert_eq!((run.stdout, run.stderr.as_str()), (said, NOTE));
    assert_eq!(changes(&platform), [REVOCATION]);
    assert_eq!(platform.requests().len(), 1);
    assert_eq!(platform.requests()[0].json(), json!({"email": GRACE}));
    assert_eq!(counts(&platform), [1, 0]);
}

#[test]
fn json_says_whose_they_were() {
    let platform = platform();
    let run = revoke_all(&platform).args([GRACE, "-y", "-o", "json"]).run().exits(0);
    let expected = json!([{"id": null, "name": null, "email": GRACE, "deleted": true}]);
    assert_eq!((run.json(), run.stderr.as_str()), (expected, ""));
    assert_eq!(changes(&platform), [REVOCATION]);
    assert_eq!(counts(&platform), [1, 0]);
}

#[test]
fn without_a_yes_and_a_terminal_nothing_is_asked_of_the_platform() {
    let platform = platform();
    let typed = || revoke_all(&platform).arg(GRACE);
    for program in [
        typed(),
        typed().stdin(format!("{GRACE}\n")),
        typed().stdin_file(GRACE),
        typed().stdin_closed(),
    ] {
        let run = program.run().exits(2);
        let said = "error: deleting every token of a user needs a yes, which cannot be asked for here: \
             nothing was done\nhint: add --yes to do it without being asked\n";
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
    }
    assert!(platform.requests().is_empty());
}

#[test]
fn what_is_no_address_is_refused() {
    let platform = platform();
    for email in [
        "",
        " ",
        "grace",
        "grace@",
        "@acme.test",
        "Grace <grace@acme.test>",
        "grace@[192.0.2.1]",
        "grace acme.test",
        "*",
        "grace@acme.test\n",
    ] {
        let run = revoke_all(&platform).args([email, "--yes"]).run().exits(2);
        assert_eq!(run.stdout, "", "{email:?}");
        let why = "for '<EMAIL>': an e-mail address looks like ada@acme.test\n";
        assert!(run.stderr.contains(why), "{}", run.stderr);
    }
    let value = format!("tfy_{VALUE_SENTINEL}_00042");
    revoke_all(&platform)
        .args([&value, "--yes"])
        .secret(&value)
        .run()
        .exits(2);
    revoke_all(&platform).args([GRACE, ADA, "--yes"]).run().exits(2);
    revoke_all(&platform).arg("--yes").run().exits(2);
    assert!(platform.requests().is_empty());
    assert_eq!(counts(&platform), [1, 2]);
}

#[test]
fn a_user_that_does_not_exist_is_not_found() {
    let platform = platform();
    let run = revoke_all(&platform).args(["nobody@acme.test", "--yes"]).run().exits(4);
    let said = "error: there is no user nobody@acme.test\n  the platform says: User nobody@acme.test not found\n";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
    assert_eq!(changes(&platform), [REVOCATION]);
    assert_eq!(counts(&platform), [1, 2]);
}

#[test]
fn a_key_that_may_not_is_told_so() {
    let platform = platform();
    platform.no_admin();
    let run = revoke_all(&platform).args([GRACE, "--yes"]).run().exits(3);
    let said = "error: Cannot manage access tokens. Check your API key permissions.\n  \
         the platform says: Only a tenant admin may do this\n";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
    platform.reject_key();
    let run = revoke_all(&platform).args([GRACE, "--yes"]).run().exits(3);
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr.starts_with("error: The key was not accepted"),
        "{}",
        run.stderr
    );
    assert_eq!(changes(&platform), [REVOCATION, REVOCATION]);
    assert_eq!(counts(&platform), [1, 2]);
}

#[test]
fn a_lost_answer_is_asked_for_again() {
    let platform = platform();
    platform.inject(Fault::hang_up(Call::RevokeAll).after_applying());
    let run = revoke_all_retrying(&platform, 1).args([GRACE, "--yes"]).run().exits(0);
    let said = format!("Deleted every token of {GRACE}\n");
    assert_eq!((run.stdout, run.stderr.as_str()), (said, NOTE));
    assert_eq!(changes(&platform), [REVOCATION, REVOCATION]);
    assert_eq!(counts(&platform), [1, 0]);
}

#[test]
fn fault_34_a_user_who_is_gone_when_asked_again_has_no_tokens_left() {
    let platform = platform();
    platform.inject(Fault::hang_up(Call::RevokeAll).after_applying());
    platform.inject(Fault::answer(Call::RevokeAll, ResponseTemplate::new(404)));
    let run = revoke_all_retrying(&platform, 1).args([GRACE, "--yes"]).run().exits(0);
    assert_eq!(run.stdout, format!("Deleted every token of {GRACE}\n"));
    assert_eq!(changes(&platform), [REVOCATION, REVOCATION]);
}

#[test]
fn a_user_who_does_not_exist_is_told_also_where_the_first_try_was_turned_away() {
    let platform = platform();
    let busy = ResponseTemplate::new(429).insert_header("Retry-After", "0");
    platform.answer_once(Call::RevokeAll, busy);
    let run = revoke_all_retrying(&platform, 1)
        .args(["nobody@acme.test", "--yes"])
        .run()
        .exits(4);
    assert!(
        run.stderr.starts_with("error: there is no user nobody@acme.test\n"),
        "{}",
        run.stderr
    );
    assert_eq!((run.stdout.as_str(), changes(&platform).len()), ("", 2));
}

#[test]
fn a_failure_does_not_say_that_something_was_deleted() {
    let platform = platform();
    platform.answer_once(Call::RevokeAll, ResponseTemplate::new(503));
    let run = revoke_all(&platform).args([GRACE, "--yes"]).run().exits(6);
    let said = "error: the platform is too busy or failing (HTTP 503): whether anything was deleted is not known\n\
         hint: try again in a while\n";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
    assert_eq!(changes(&platform), [REVOCATION]);
    assert_eq!(counts(&platform), [1, 2]);
}

#[test]
fn fault_22_a_sign_in_page_in_the_place_of_the_answer_has_deleted_nothing() {
    let platform = platform();
    let page = ResponseTemplate::new(200).set_body_string("<html>sign in</html>");
    platform.answer_always(Call::RevokeAll, page);
    let run = revoke_all(&platform).args([GRACE, "--yes"]).run().exits(1);
    let said = "error: the answer makes no sense: a web page (perhaps of a sign-in or a proxy) came instead of the answer \
         to a deletion\n";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", said));
    assert_eq!(changes(&platform), [REVOCATION]);
}
