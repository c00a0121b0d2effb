//! Asks the person behind the client to approve a call.
//!
//! A client that sent `initialize` gets a request while its call waits. A client of 2026-07-28 gets the question as the result of
//! its call, and calls again with the answer and the state of the question. The state is a random handle; the question itself stays
//! here. It can be answered once, and only by the same call.

use std::cell::RefCell;
use std::collections::HashMap;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use rmcp::model::{
    BooleanSchema, ClientResult, ElicitRequest, ElicitRequestParams, ElicitationSchema, InputRequest,
    InputRequiredResult, JsonObject, PrimitiveSchemaDefinition, ProtocolVersion, ServerRequest,
};
use rmcp::service::PeerRequestOptions;
use serde_json::{Value, json};
use tokio::task::spawn_local;
use tokio::time::{interval, sleep};

use super::call::Call;
use crate::claims::Claims;
use crate::error::{Failure, Kind};
use crate::secret::Key;
use crate::settings::Account;
use crate::untrusted::Untrusted;

/// Time limit for an answer.
const LIMIT: Duration = Duration::from_mins(10);

/// Interval between two notifications that a call still waits for the person. Clients give up after a minute without one.
const TICK: Duration = Duration::from_secs(5);

/// Key of the question among the questions of a result.
const QUESTION: &str = "approval";

/// The only field of the form.
const APPROVE: &str = "approve";

/// The arguments of a call, and the user and server that it is for. A different call cannot use its approval.
#[derive(Clone, PartialEq)]
struct Identity {
    arguments: Option<JsonObject>,
    base_url: String,
    user: Option<Untrusted>,
    /// `None` if the key names its user: the key of a login session changes when it is refreshed.
    key: Option<Key>,
}

pub enum Verdict<T> {
    Approved(T),
    /// The client must ask the person and call again.
    Ask(Box<InputRequiredResult>),
}

/// Questions about one kind of change that the client has not answered yet, by their state.
pub struct Approvals<T>(Rc<RefCell<HashMap<String, (Identity, T)>>>);

impl<T: 'static> Approvals<T> {
    pub fn new() -> Self {
        Self(Rc::default())
    }

    /// Returns the change that this call was approved for. `None` if the call has no valid state, so that the person must be asked.
    /// Fails if the person did not approve.
    pub fn answered(&self, call: &Call, account: &Account) -> Result<Option<T>, Failure> {
        let state = call.request.request_state.as_ref();
        let Some(change) = state.and_then(|state| self.take(state, &Identity::new(call, account))) else {
            return Ok(None);
        };
        let answer = call.request.input_responses.as_ref().and_then(|answers| answers.get(QUESTION));
        if answer.is_some_and(is_approval) { Ok(Some(change)) } else { Err(not_approved()) }
    }

    /// Asks the person. Fails if the person does not approve.
    pub async fn ask(&self, call: &Call, account: &Account, message: String, change: T) -> Result<Verdict<T>, Failure> {
        let form = form(message)?;
        if call.context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2026_07_28) {
            let state = self.keep(Identity::new(call, account), change)?;
            let question = InputRequest::Elicitation(ElicitRequest::new(form));
            let questions = [(QUESTION.to_owned(), question)].into();
            return Ok(Verdict::Ask(Box::new(InputRequiredResult::new(Some(questions), Some(state)))));
        }
        if is_approved(call, form).await { Ok(Verdict::Approved(change)) } else { Err(not_approved()) }
    }

    /// Keeps a question until it is answered or too old. Returns its state.
    fn keep(&self, identity: Identity, change: T) -> Result<String, Failure> {
        let state = random_state()?;
        self.0.borrow_mut().insert(state.clone(), (identity, change));
        let (questions, expired) = (Rc::clone(&self.0), state.clone());
        spawn_local(async move {
            sleep(LIMIT).await;
            questions.borrow_mut().remove(&expired);
        });
        Ok(state)
    }

    /// Removes a question. Returns its change if the same call asked it.
    fn take(&self, state: &str, identity: &Identity) -> Option<T> {
        let (asked_by, change) = self.0.borrow_mut().remove(state)?;
        (asked_by == *identity).then_some(change)
    }
}

/// Asks a client that sent `initialize`, and waits for the answer.
async fn is_approved(call: &Call, form: ElicitRequestParams) -> bool {
    let request = ServerRequest::ElicitRequest(ElicitRequest::new(form));
    let asked = call.context.peer.send_request_with_option(request, PeerRequestOptions::no_options()).await;
    let Ok(mut question) = asked else {
        return false;
    };
    let mut limit = pin!(sleep(LIMIT));
    let mut ticks = interval(TICK);
    let reason = loop {
        tokio::select! {
            biased;
            answer = &mut question.rx => return match answer {
                Ok(Ok(ClientResult::ElicitResult(answer))) => is_approval(&json!(answer)),
                _ => false,
            },
            // No answer can arrive, and the client does not listen.
            () = call.connection.ended.cancelled() => return false,
            () = call.context.ct.cancelled() => break "the call was cancelled",
            () = &mut limit => break "the time limit for an answer has passed",
            _ = ticks.tick() => call.progress.tick("Waiting for the approval of the person"),
        }
    };
    spawn_local(question.cancel(Some(reason.to_owned())));
    false
}

impl Identity {
    fn new(call: &Call, account: &Account) -> Self {
        let user = Claims::of(account.key.expose()).and_then(|claims| claims.user());
        let key = user.is_none().then(|| account.key.clone());
        Self { arguments: call.request.arguments.clone(), base_url: account.base_url.to_string(), user, key }
    }
}

/// Returns `true` if the client can show a form to the person. Clients that name no mode can show forms only.
pub fn can_ask(call: &Call) -> bool {
    let capabilities = call.context.client_capabilities();
    let elicitation = capabilities.and_then(|capabilities| capabilities.elicitation);
    elicitation.is_some_and(|elicitation| elicitation.form.is_some() || elicitation.url.is_none())
}

fn not_approved() -> Failure {
    Failure::new(Kind::Declined, "the person did not approve this call; nothing was changed")
        .hint("do not ask again unless the person tells you to")
}

/// Only an accepted form whose field is `true` approves a call.
fn is_approval(answer: &Value) -> bool {
    answer["action"] == "accept" && answer["content"][APPROVE] == true
}

fn form(message: String) -> Result<ElicitRequestParams, Failure> {
    let field = PrimitiveSchemaDefinition::Boolean(BooleanSchema::new().title("Approve"));
    let schema = ElicitationSchema::builder().required_property(APPROVE, field).build();
    let requested_schema = schema.map_err(|error| Failure::new(Kind::Failed, error))?;
    Ok(ElicitRequestParams::FormElicitationParams { meta: None, message, requested_schema })
}

fn random_state() -> Result<String, Failure> {
    let mut bytes = [0; 32];
    let random = rustls::crypto::ring::default_provider().secure_random;
    random.fill(&mut bytes).map_err(|_| Failure::new(Kind::Failed, "the system has no random numbers"))?;
    Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use tokio::task::{LocalSet, yield_now};
    use tokio::time::advance;

    use super::*;
    use crate::tokens::save::TokenFile;

    #[tokio::test(start_paused = true)]
    async fn question_expires_with_its_file() {
        let directory = tempfile::tempdir().unwrap();
        let identity = Identity { arguments: None, base_url: String::new(), user: None, key: None };
        let work = async {
            let approvals = Approvals::new();
            let [early, late] = ["early", "late"].map(|name| {
                let file = TokenFile::create(&directory.path().join(name)).unwrap();
                approvals.keep(identity.clone(), file).unwrap()
            });
            yield_now().await;
            advance(Duration::from_mins(9)).await;
            assert!(approvals.take(&early, &identity).is_some());
            advance(Duration::from_mins(2)).await;
            yield_now().await;
            assert!(approvals.take(&late, &identity).is_none());
            assert_eq!(directory.path().read_dir().unwrap().count(), 0);
        };
        LocalSet::new().run_until(work).await;
    }
}
