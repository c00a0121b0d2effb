//! The platform has, or may have, made the token, and its answer does not bring the value.

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{
    ID, NOT_THERE, TO_BE_SURE, create, create_trying_once, cut_off, looked_up_once, lost, lost_and_found, obey,
    printed_commands, program, told,
};
use crate::support::platform::{Call, Fault, GRACE, Platform, TokenSeed, VALUE_SENTINEL};
use crate::support::program::Program;
use crate::support::servers::{Authority, RawServer, Script, TlsServer};

#[test]
fn fault_03_an_answer_that_was_lost_is_looked_up_and_not_asked_for_again() {
    let platform = Platform::start();
    platform.add(TokenSeed::named("ci-run-81"));
    platform.inject(Fault::hang_up(Call::Create).after_applying());
    let run = create(&platform).run().exits(7);
    let id = &platform.tokens()[0].id;
    let expected = lost_and_found(&cut_off(&platform).each_ref().map(String::as_str));
    assert_eq!(told(&run), expected.replace(ID, id));
    looked_up_once(&platform);
    program(&platform).args(["delete", "ci-run-81", "--yes"]).run().exits(0);
    obey(&platform, &run);
}

#[test]
fn fault_03_a_request_that_was_lost_is_told_to_have_made_no_token() {
    let platform = Platform::start();
    platform.inject(Fault::hang_up(Call::Create));
    let run = create(&platform).run().exits(7);
    let why = cut_off(&platform);
    assert_eq!(
        told(&run),
        lost(NOT_THERE, &why.each_ref().map(String::as_str), TO_BE_SURE)
    );
    looked_up_once(&platform);
    let command = &printed_commands(&run)[0];
    let listed = program(&platform).args(command).run().exits(0);
    assert_eq!(
        (listed.stdout.as_str(), listed.stderr.as_str()),
        ("", "There is no token with `ci-run` in its name.\n")
    );
}

#[test]
fn fault_03_a_token_that_cannot_be_looked_up_may_exist() {
    let platform = Platform::start();
    platform.inject(Fault::hang_up(Call::Create).after_applying());
    platform.answer_once(Call::List, ResponseTemplate::new(503));
    let run = create_trying_once(&platform).run().exits(7);
    let why = cut_off(&platform);
    assert_eq!(
        told(&run),
        lost(
            "the token may exist: looking it up failed: the platform is too busy or failing (HTTP 503)",
            &why.each_ref().map(String::as_str),
            "once the platform answers, run `tfy-tokens list --search ci-run`: if it is there and new, \
             delete it with `tfy-tokens delete ci-run`"
        )
    );
    let search = program(&platform).args(&printed_commands(&run)[0]).run().exits(0);
    assert!(search.stdout.contains(ID));
    obey(&platform, &run);
}

#[test]
fn a_value_that_came_and_was_lost_exists_even_if_it_cannot_be_looked_up() {
    let platform = Platform::start();
    platform.answer_once(Call::List, ResponseTemplate::new(503));
    let run = create_trying_once(&platform).stdout_full().run().exits(7);
    assert_eq!(
        told(&run),
        lost(
            "the token exists: looking it up failed: the platform is too busy or failing (HTTP 503)",
            &[
                "standard output did not take it",
                "No space left on device (os error 28)"
            ],
            "once the platform answers, run `tfy-tokens delete ci-run` and create it again"
        )
    );
    obey(&platform, &run);
}

#[test]
fn a_value_that_came_and_was_lost_exists_even_if_it_is_not_listed() {
    let platform = Platform::start();
    let nothing = ResponseTemplate::new(200).set_body_json(json!({"data": []}));
    platform.answer_once(Call::List, nothing);
    let run = create(&platform).stdout_full().run().exits(7);
    assert_eq!(
        told(&run),
        lost(
            "the token exists, though the platform does not list it",
            &[
                "standard output did not take it",
                "No space left on device (os error 28)"
            ],
            "once the platform answers, run `tfy-tokens delete ci-run` and create it again"
        )
    );
    obey(&platform, &run);
}

#[test]
fn fault_06_an_answer_that_brings_no_value_is_never_printed() {
    let value = format!("tfy_{VALUE_SENTINEL}");
    for (body, came) in [
        (format!(r#"{{"value":"{value}"}}"#), "JSON of another shape"),
        (format!(r#"{{"token":["{value}"]}}"#), "JSON of another shape"),
        (format!(r#"["{value}"]"#), "JSON of another shape"),
        (format!(r#"{{"token":"{value}\u001b[2J"}}"#), "JSON of another shape"),
        (format!(r#"{{"token":"{value}\n{value}"}}"#), "JSON of another shape"),
        (r#"{"token":""}"#.to_owned(), "JSON of another shape"),
        (r#"{"token":null}"#.to_owned(), "JSON of another shape"),
        ("null".to_owned(), "null"),
        (String::new(), "nothing"),
        (value.clone(), "text that is not JSON"),
        (format!(r#"{{"token":"{value}"#), "JSON that breaks off"),
        (
            format!("<html>{value}</html>"),
            "a web page (perhaps of a sign-in or a proxy)",
        ),
    ] {
        let platform = Platform::start();
        let answer = ResponseTemplate::new(201).set_body_string(&body);
        platform.inject(Fault::answer(Call::Create, answer).after_applying());
        let run = create(&platform).run().exits(7);
        let why = format!("the answer makes no sense: {came} came instead of a token's value");
        assert_eq!(told(&run), lost_and_found(&[&why]), "{body}");
        looked_up_once(&platform);
        obey(&platform, &run);
    }
}

#[test]
fn an_answer_that_breaks_off_in_the_value_is_a_lost_value() {
    let half = b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{\"token\":\"tfy_SENTINEL".to_vec();
    for script in [Script::CutShort(half.clone()), Script::Reset(half)] {
        let server = RawServer::answering(vec![script, Script::json(200, r#"{"data":[]}"#)]);
        let create = Program::against(server.url(), "key-of-no-platform").args(["create", "ci-run"]);
        let run = create.run().exits(7);
        assert!(run.stderr.contains(&format!("not delivered: {NOT_THERE}\n")));
        assert!(run.stderr.ends_with(&format!("hint: {TO_BE_SURE}\n")));
        assert_eq!(server.seen().requests().len(), 2);
    }
}

#[test]
fn fault_03_over_http2_an_answer_that_was_lost_is_looked_up_too() {
    let authority = Authority::new();
    let platform = Platform::start();
    platform.inject(Fault::hang_up(Call::Create).after_applying());
    let server = TlsServer::in_front_of_http2(authority.identity(), &platform.url());
    let secure = program(&platform)
        .env("TFY_BASE_URL", server.url())
        .env("SSL_CERT_FILE", authority.pem_file().to_str().unwrap());
    let run = secure.clone().args(["create", "ci-run"]).run().exits(7);
    assert!(told(&run).contains(&format!("the token exists, its id is {ID}, created TIME\n")));
    looked_up_once(&platform);
    let run = secure.args(["create", "new-one"]).delivers_value().run().exits(0);
    assert_eq!(run.stdout.trim_end(), platform.value_of("new-one").unwrap());
    assert!(server.seen().contains("PRI * HTTP/2.0"));
}

#[test]
fn another_users_token_is_not_looked_up_and_told_as_theirs() {
    let platform = Platform::start();
    let create = create(&platform).args(["--for-user", GRACE]);
    let told_of = |what: &str, why: &[&str]| {
        let hint =
            format!("have {GRACE} look for it and delete it with `tfy-tokens delete ci-run`, then create it again");
        lost(&format!("the token {what}, among those of {GRACE}"), why, &hint)
            .replace("ci-run, which", &format!("ci-run for {GRACE}, which"))
    };
    platform.inject(Fault::hang_up(Call::CreateForUser).after_applying());
    let why = cut_off(&platform);
    let run = create.run().exits(7);
    assert_eq!(told(&run), told_of("may exist", &why.each_ref().map(String::as_str)));
    assert_eq!(platform.requests().len(), 1);

    let run = create.stdout_full().run().exits(5);
    assert!(
        run.stderr
            .contains("error: A token with this name already exists. Use a different name.\n")
    );
}

#[test]
fn another_users_token_whose_value_was_not_taken_exists() {
    let platform = Platform::start();
    let run = create(&platform)
        .args(["--for-user", GRACE])
        .stdout_full()
        .run()
        .exits(7);
    assert!(run.stderr.contains(&format!(
        "error: the value of `ci-run` was not delivered: the token exists, among those of {GRACE}\n"
    )));
    assert_eq!(platform.tokens_of(GRACE).len(), 1);
}
