//! A redirect is told, and never followed.

use super::{KEY, got_nothing, hostile, list};
use crate::support::program::Program;
use crate::support::servers::{RawServer, Script};

#[test]
fn fault_10_no_redirect_is_followed_whatever_its_status_and_place() {
    for status in [301, 302, 303, 307, 308] {
        let other = hostile();
        let elsewhere = format!("{}/api/svc/v1/personal-access-tokens?limit=100&offset=0", other.url());
        for location in [elsewhere.as_str(), "/elsewhere"] {
            let server = RawServer::answering(vec![Script::redirect(status, location)]);
            let run = list(Program::against(server.url(), KEY)).run().exits(1);
            assert_eq!(run.stdout, "");
            assert_eq!(server.seen().requests().len(), 1, "{status}");
        }
        got_nothing(&other);
    }
}

#[test]
fn fault_10_the_message_names_the_address_and_the_base_url_to_set() {
    let server = RawServer::answering(vec![Script::redirect(
        308,
        "https://new.test/team/api/svc/v1/personal-access-tokens?limit=100&ticket=s3cret-ticket",
    )]);
    let run = list(Program::against(server.url(), KEY))
        .secret("s3cret-ticket")
        .run()
        .exits(1);
    assert_eq!(
        run.stderr,
        "error: the platform answered with a redirect to \
         https://new.test/team/api/svc/v1/personal-access-tokens (HTTP 308), which is not followed\n\
         hint: set the base URL to https://new.test/team\n"
    );
}

#[test]
fn fault_10_a_redirect_in_a_circle_is_not_mended_by_the_base_url_that_is_set() {
    let server = RawServer::answering(vec![Script::redirect(302, "/api/svc/v1/personal-access-tokens")]);
    let run = list(Program::against(server.url(), KEY)).run().exits(1);
    let hint = "\nhint: set the base URL to the platform's own address\n";
    assert!(run.stderr.ends_with(hint), "{}", run.stderr);
}

#[test]
fn fault_10_from_http_to_https_is_told_as_the_https_base_url() {
    let server = RawServer::answering(vec![Script::redirect(
        301,
        "https://127.0.0.1/api/svc/v1/personal-access-tokens",
    )]);
    let run = list(Program::against(server.url(), KEY)).run().exits(1);
    assert!(
        run.stderr.ends_with("\nhint: set the base URL to https://127.0.0.1\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn fault_10_a_sign_in_page_with_a_password_in_its_address_is_told_without_it() {
    let server = RawServer::answering(vec![Script::redirect(
        302,
        "https://user:s3cret-password@login.test/start?next=s3cret-ticket#s3cret-fragment",
    )]);
    let program = list(Program::against(server.url(), KEY));
    let program = program
        .secret("s3cret-password")
        .secret("s3cret-ticket")
        .secret("s3cret-fragment");
    let run = program.run().exits(1);
    assert_eq!(
        run.stderr,
        "error: the platform answered with a redirect to https://login.test/start (HTTP 302), which is not followed\n\
         hint: set the base URL to the platform's own address\n"
    );
}

#[test]
fn fault_10_a_redirect_that_makes_no_sense_is_told_as_one_to_nowhere() {
    for location in ["http://[", "http://\u{202e}.test/", "https://"] {
        let server = RawServer::answering(vec![Script::redirect(302, location)]);
        let run = list(Program::against(server.url(), KEY)).run().exits(1);
        assert_eq!(
            run.stderr,
            "error: the platform answered with a redirect to nowhere (HTTP 302), which is not followed\n\
             hint: set the base URL to the platform's own address\n"
        );
    }
}

#[test]
fn fault_10_an_address_that_has_the_key_in_it_is_told_without_it() {
    let server = RawServer::answering(vec![Script::redirect(
        302,
        &format!("https://other.test/{KEY}/x?{KEY}"),
    )]);
    let run = list(Program::against(server.url(), KEY)).run().exits(1);
    assert!(
        run.stderr
            .contains("a redirect to https://other.test/(hidden)/x (HTTP 302)"),
        "{}",
        run.stderr
    );
}
