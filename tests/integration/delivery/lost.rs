//! The server has, or may have, created the token, and its response has no value.

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{CREATED, NOT_CREATED, assert_one_lookup, assert_undelivered, create, delete_as_printed, printed_commands};
use crate::support::servers::{Authority, RawServer, Script, TlsServer};
use crate::support::{Call, FakeServer, Fault, GRACE, Output, Program, cases, snapshot};

#[test]
fn lost_response_is_looked_up() {
    let server = FakeServer::start();
    server.add_fault(Fault::hang_up(Call::Create).after_applying());
    let run = snapshot!(create(&server), @r#"
    exit: 7
    --- stderr
    Creating token ci-run on [SERVER]; never expires
    The token never expires. To limit it, pass an expiry such as --expires 90d.
    error: the value of token `ci-run` was not delivered; the token was created with ID cm3k1x9qf0000000000000001 at [now]
      connection to [SERVER] was lost before the response was complete
      connection closed before message completed
    hint: its value cannot be shown again; run `tfy-tokens delete cm3k1x9qf0000000000000001` and create it again
    --- requests
    POST /personal-access-tokens no response {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run 200
    "#);
    delete_as_printed(&server, &run);
}

/// Only 429, and 503 with `Retry-After`, mean that the server did not process the request.
#[test]
fn gateway_error_is_looked_up_unrepeated() {
    let gateway_errors = [500, 502, 408].map(|status| ResponseTemplate::new(status).insert_header("Retry-After", "1"));
    let see_other = ResponseTemplate::new(303).insert_header("Location", "https://elsewhere.test/new");
    let answers = gateway_errors.into_iter().chain([ResponseTemplate::new(503), see_other]);
    for (answer, is_applied) in answers.zip([true, false].into_iter().cycle()) {
        let server = FakeServer::start();
        let fault = Fault::answer(Call::Create, answer);
        server.add_fault(if is_applied { fault.after_applying() } else { fault });
        assert_undelivered(&create(&server).run(), if is_applied { CREATED } else { NOT_CREATED });
        assert_one_lookup(&server);
    }
}

#[test]
fn missing_token_prints_search_command() {
    let server = FakeServer::start();
    server.answer_once(Call::Create, 502);
    let run = snapshot!(create(&server).args("-o json"), @r#"
    exit: 7
    --- stderr
    {"error":{"kind":"undelivered","message":"the value of token `ci-run` was not delivered; no token with this name exists yet; the server is unavailable (HTTP 502)","hint":"run `tfy-tokens list --search ci-run` to be sure, then create it again","status":502,"exitCode":7}}
    --- requests
    POST /personal-access-tokens 502 {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run 200
    "#);
    assert_eq!(printed_commands(&run), ["list --search ci-run"]);
    server.program("list --search ci-run").run().exits(0);
}

#[test]
fn failed_lookup_leaves_state_open() {
    let server = FakeServer::start();
    server.add_fault(Fault::answer(Call::Create, 502).after_applying());
    server.answer_once(Call::List, 503);
    let run = snapshot!(create(&server).args("-q --retries 0"), @r#"
    exit: 7
    --- stderr
    error: the value of token `ci-run` was not delivered; the token may have been created
      the server is unavailable (HTTP 502)
      could not check whether `ci-run` exists: the server is unavailable (HTTP 503)
    hint: when the server is available again, run `tfy-tokens list --search ci-run`. If it lists the new token, run `tfy-tokens delete ci-run` and create it again
    --- requests
    POST /personal-access-tokens 502 {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run 503
    "#);
    let list = server.program(&printed_commands(&run)[0]).run().exits(0);
    assert!(list.stdout.contains("ci-run"), "{}", list.stdout);
    delete_as_printed(&server, &run);
}

#[test]
fn received_value_proves_creation() {
    let server = FakeServer::start();
    server.answer_once(Call::List, 503);
    let program = create(&server).args("-q --retries 0").stdout(Output::Full);
    let run = snapshot!(program, @r#"
    exit: 7
    --- stderr
    error: the value of token `ci-run` was not delivered; the token was created
      cannot write to standard output
      No space left on device (os error 28)
      could not check whether `ci-run` exists: the server is unavailable (HTTP 503)
    hint: when the server is available again, run `tfy-tokens delete ci-run` and create it again
    --- requests
    POST /personal-access-tokens 201 {"name":"ci-run"}
    GET /personal-access-tokens?limit=100&offset=0&nameSearchQuery=ci-run 503
    "#);
    delete_as_printed(&server, &run);
}

#[test]
fn created_token_may_be_missing_from_list() {
    let server = FakeServer::start();
    server.answer_once(Call::List, (200, serde_json::json!({"data": []})));
    let run = create(&server).stdout(Output::Full).run();
    assert_undelivered(&run, "; the token was created, but it is not in the token list\n");
    assert_undelivered(&run, "\nhint: wait a moment, then run `tfy-tokens delete ci-run` and create it again\n");
    delete_as_printed(&server, &run);
}

#[test]
fn response_without_value_is_never_printed() {
    for case in cases(
        r#"{"token":["VALUE"]}        | JSON with a different structure
           {"token":"VALUE\u001b[2J"} | JSON with a different structure
           {"token":"VALUE\nVALUE"}   | JSON with a different structure
           {"token":""}               | JSON with a different structure
           {"token":null}             | JSON with a different structure
                                      | an empty body
           VALUE                      | text that is not JSON
           {"token":"VALUE            | truncated JSON"#,
    ) {
        let [body, got] = case.columns();
        let server = FakeServer::start();
        let body = body.replace("VALUE", "tfy_value_SENTINEL");
        server.add_fault(Fault::answer(Call::Create, (201, body.as_str())).after_applying());
        let run = create(&server).run();
        assert_undelivered(&run, &format!(" from the server: expected a token value, got {got}"));
        assert_one_lookup(&server);
        delete_as_printed(&server, &run);
    }
}

#[test]
fn status_of_gateway_error_counts() {
    let server = FakeServer::start();
    server.answer_once(Call::Create, (502, json!({"statusCode": 400, "message": "bad request"})));
    assert_undelivered(&create(&server).run(), NOT_CREATED);
}

#[test]
fn oversized_value_is_looked_up() {
    let server = RawServer::answering(vec![Script::endless_json(), Script::json(200, r#"{"data":[]}"#)]);
    let run = server.program("create ci-run").run();
    assert_undelivered(&run, NOT_CREATED);
    assert!(run.stderr.contains("the response is larger than 32 MiB"), "{}", run.stderr);
}

#[test]
fn truncated_value_is_looked_up() {
    let half = b"HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{\"token\":\"tfy_SENTINEL".to_vec();
    let server = RawServer::answering(vec![Script::CutShort(half), Script::json(200, r#"{"data":[]}"#)]);
    assert_undelivered(&server.program("create ci-run").run(), NOT_CREATED);
    assert_eq!(server.received().requests().len(), 2);
}

#[test]
fn lost_http2_response_is_looked_up() {
    let authority = Authority::new();
    let server = FakeServer::start();
    server.add_fault(Fault::hang_up(Call::Create).after_applying());
    let proxy = TlsServer::in_front_of(&server.url(), authority.identity(), "h2");
    let program = Program::with_settings(proxy.url(), server.key(), "create ci-run");
    assert_undelivered(&program.env("SSL_CERT_FILE", authority.pem_file()).run(), CREATED);
    assert_one_lookup(&server);
    assert!(proxy.received().text().contains("PRI * HTTP/2.0"));
}

#[test]
fn other_users_token_is_not_looked_up() {
    let server = FakeServer::start();
    server.answer_once(Call::CreateForUser, 502);
    snapshot!(create(&server).args("-q --for-user").arg(GRACE), @r#"
    exit: 7
    --- stderr
    error: the value of token `ci-run` was not delivered; the token may have been created for grace@acme.test
      the server is unavailable (HTTP 502)
    hint: ask grace@acme.test to run `tfy-tokens delete ci-run` if the token exists, then create it again
    --- requests
    POST /personal-access-tokens/for-user 502 {"name":"ci-run","userEmail":"grace@acme.test"}
    "#);
    let program = create(&server).args("--for-user").arg(GRACE).stdout(Output::Full);
    assert_undelivered(&program.run(), "; the token was created for grace@acme.test\n");
    assert_eq!(server.tokens_of(GRACE).len(), 1);
}
