//! Answers in place of the platform's own.

use std::time::{Duration, Instant};

use serde_json::json;
use wiremock::ResponseTemplate;

use super::{SESSION, ask, create, delete, list};
use crate::support::platform::{Call, Fault, Platform, Seen};

#[test]
fn faults_replace_answers_with_or_without_the_work_done() {
    let platform = Platform::start();
    let busy = || ResponseTemplate::new(503);
    let body = json!({"name": "made"});
    platform.answer_once(Call::Create, busy());
    assert_eq!(create(&platform, &body).0, 503);
    assert_eq!(platform.tokens(), []);
    platform.inject(Fault::answer(Call::Create, busy()).after_applying());
    assert_eq!(create(&platform, &body).0, 503);
    assert_eq!(platform.tokens().len(), 1);
    platform.inject(Fault::hang_up(Call::Delete).after_applying());
    let id = platform.tokens()[0].id.clone();
    assert_eq!((delete(&platform, &id), delete(&platform, &id)), (0, 404));

    platform.inject(Fault::answer(Call::List, busy()).times(2));
    let statuses = [(); 3].map(|()| list(&platform, "").0);
    assert_eq!(statuses, [503, 503, 200]);
    let second_page = |seen: &Seen| seen.parameter("offset") == Some("1");
    platform.inject(Fault::answer(Call::List, busy()).when(second_page));
    assert_eq!((list(&platform, "").0, list(&platform, "?offset=1").0), (200, 503));
    platform.answer_always(Call::Session, busy());
    assert_eq!([(); 3].map(|()| ask(&platform, "GET", SESSION, None).0), [503; 3]);
}

#[test]
fn an_answer_takes_as_long_as_told() {
    let platform = Platform::start();
    platform.latency(Duration::from_millis(30));
    let start = Instant::now();
    list(&platform, "");
    assert!(start.elapsed() >= Duration::from_millis(30));
}
