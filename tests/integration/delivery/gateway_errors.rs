//! A gateway gave up on a request that the server may have processed.

use wiremock::ResponseTemplate;

use super::{CREATED, NOT_CREATED, assert_one_lookup, assert_undelivered, create, delete_as_printed};
use crate::support::{Call, FakeServer, Fault, snapshot};

#[test]
fn token_is_found_after_gateway_error() {
    let server = FakeServer::start();
    let page = (502, "<html>SENTINEL</html>");
    server.add_fault(Fault::answer(Call::Create, page).after_applying());
    let run = snapshot!(create(&server), @r#"
    exit: 7
    --- stderr
    Creating token ci-run on [SERVER]; never expires
    error: the value of token `ci-run` was not delivered; the token was created with ID cm3k1x9qf0000000000000001 at [now]
      the server is unavailable (HTTP 502)
    hint: its value cannot be shown again; run `tfy-tokens delete cm3k1x9qf0000000000000001` and create it again
    --- requests
    POST /personal-access-tokens 502 {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run 200
    "#);
    delete_as_printed(&server, &run);
}

/// Only 429 and 503 with `Retry-After` mean that the request was not processed.
#[test]
fn gateway_errors_are_not_retried() {
    let without = [500, 502, 503, 504, 408].map(ResponseTemplate::new);
    let with = [500, 502, 504, 408].map(|status| ResponseTemplate::new(status).insert_header("Retry-After", "1"));
    for answer in without.into_iter().chain(with) {
        assert_looked_up(&answer);
    }
}

/// A 303 response follows a request that was processed.
#[test]
fn see_other_is_looked_up() {
    let answer = ResponseTemplate::new(303).insert_header("Location", "https://elsewhere.test/new");
    assert_looked_up(&answer);
}

/// Checks that the token is looked up after this response, whether it was created or not.
#[track_caller]
fn assert_looked_up(answer: &ResponseTemplate) {
    for (is_applied, state) in [(true, CREATED), (false, NOT_CREATED)] {
        let server = FakeServer::start();
        let fault = Fault::answer(Call::Create, answer.clone());
        server.add_fault(if is_applied { fault.after_applying() } else { fault });
        assert_undelivered(&create(&server).run(), state);
        assert_one_lookup(&server);
    }
}

#[test]
fn json_failure_has_gateway_status() {
    let server = FakeServer::start();
    server.answer_once(Call::Create, 502);
    let run = snapshot!(create(&server).args("-o json"), @r#"
    exit: 7
    --- stderr
    {"error":{"kind":"undelivered","message":"the value of token `ci-run` was not delivered; no token with this name exists; the server is unavailable (HTTP 502)","hint":"run `tfy-tokens list --search ci-run` to be sure, then create it again","status":502,"exitCode":7}}
    --- requests
    POST /personal-access-tokens 502 {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run 200
    "#);
    assert_eq!(run.failure()["status"], 502);
}
