//! A server, or one on the way to it, gave up on a request that may have been applied.

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{NOT_THERE, TO_BE_SURE, create, looked_up_once, lost, lost_and_found, obey, told};
use crate::support::platform::{Call, Fault, Platform};

#[test]
fn fault_05_a_server_that_gave_up_is_not_asked_again_and_the_token_is_looked_up() {
    for status in [500, 502, 504, 503, 408] {
        let platform = Platform::start();
        let answer = || ResponseTemplate::new(status).set_body_string("<html>SENTINEL</html>");
        let why = [format!("the platform is too busy or failing (HTTP {status})")];
        let why = why.each_ref().map(String::as_str);

        platform.inject(Fault::answer(Call::Create, answer()).after_applying());
        let run = create(&platform).run().exits(7);
        assert_eq!(told(&run), lost_and_found(&why), "{status}");
        looked_up_once(&platform);
        obey(&platform, &run);

        platform.answer_once(Call::Create, answer());
        let run = create(&platform).run().exits(7);
        assert_eq!(told(&run), lost(NOT_THERE, &why, TO_BE_SURE), "{status}");
        assert_eq!(platform.calls(Call::Create).len(), 2);
    }
}

/// Only 429 and 503 say in this way that nothing was applied.
#[test]
fn fault_05_a_server_that_gave_up_is_not_asked_again_though_it_says_when_to_come_back() {
    for status in [500, 502, 504, 408] {
        let answer = || ResponseTemplate::new(status).insert_header("Retry-After", "1");
        let why = format!("the platform is too busy or failing (HTTP {status})");

        let platform = Platform::start();
        platform.inject(Fault::answer(Call::Create, answer()).after_applying());
        let run = create(&platform).run().exits(7);
        assert_eq!(told(&run), lost_and_found(&[&why]), "{status}");
        looked_up_once(&platform);
        obey(&platform, &run);

        let platform = Platform::start();
        platform.answer_once(Call::Create, answer());
        let run = create(&platform).run().exits(7);
        assert_eq!(told(&run), lost(NOT_THERE, &[&why], TO_BE_SURE), "{status}");
        looked_up_once(&platform);
    }
}

/// 303 answers a POST that was applied, and says where to look at what came of it.
#[test]
fn fault_10_a_redirect_that_says_see_other_is_no_refusal_and_the_token_is_looked_up() {
    let location = "https://elsewhere.test/api/svc/v1/personal-access-tokens/new";
    let answer = || ResponseTemplate::new(303).insert_header("Location", location);
    let why = format!("the platform answered with a redirect to {location} (HTTP 303), which is not followed");

    let platform = Platform::start();
    platform.inject(Fault::answer(Call::Create, answer()).after_applying());
    let run = create(&platform).run().exits(7);
    assert_eq!(told(&run), lost_and_found(&[&why]));
    looked_up_once(&platform);
    obey(&platform, &run);

    let platform = Platform::start();
    platform.answer_once(Call::Create, answer());
    let run = create(&platform).run().exits(7);
    assert_eq!(told(&run), lost(NOT_THERE, &[&why], TO_BE_SURE));
    looked_up_once(&platform);
}

#[test]
fn fault_05_the_status_that_lost_the_value_is_told_to_scripts() {
    let platform = Platform::start();
    platform.answer_once(Call::Create, ResponseTemplate::new(502));
    let run = create(&platform).args(["-o", "json"]).run().exits(7);
    let message =
        format!("the value of `ci-run` was not delivered: {NOT_THERE}: the platform is too busy or failing (HTTP 502)");
    let error = json!({
        "kind": "undelivered", "message": message, "hint": TO_BE_SURE, "status": 502, "exitCode": 7,
    });
    assert_eq!(run.failure(), error);
    assert_eq!(run.stdout, "");
    looked_up_once(&platform);
}
