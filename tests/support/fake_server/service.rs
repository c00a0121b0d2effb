//! The server's side of each call.

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use super::account::Caller;
use super::body::{creation, fields};
use super::faults::Answer as _;
use super::{ADA, Account, Call, Fault, GRACE, ReceivedRequest, Rules, TENANT, Total, issuer};

pub(super) type Hook = Box<dyn FnMut(usize, &ReceivedRequest, &mut Account) + Send>;

/// A status and JSON.
pub(super) type Response = (u16, Value);

/// The state of the server.
#[derive(Default)]
pub(super) struct Service {
    pub account: Account,
    pub rules: Rules,
    pub faults: Vec<Fault>,
    pub hook: Option<Hook>,
    pub requests: Vec<ReceivedRequest>,
    accepted_at: Option<Instant>,
}

impl Service {
    pub fn hangs_up(&self, raw: &Request) -> bool {
        let request = ReceivedRequest::of(raw);
        let fault = self.faults.iter().find(|fault| fault.matches(&request));
        fault.is_some_and(|fault| fault.answer.is_none())
    }

    /// Applies the request. If there is no response, the connection is to be closed.
    pub fn receive(&mut self, raw: &Request) -> Option<ResponseTemplate> {
        let mut request = ReceivedRequest::of(raw);
        if let Some(hook) = &mut self.hook {
            hook(self.requests.len() + 1, &request, &mut self.account);
        }
        let fault = self.faults.iter_mut().find(|fault| fault.matches(&request));
        let fault = fault.map(|fault| {
            fault.uses_left -= 1;
            (fault.answer.clone(), fault.applied)
        });
        let is_applied = fault.as_ref().is_none_or(|(_, is_applied)| *is_applied);
        let is_too_early = self.accepted_at.is_some_and(|time| time.elapsed() < self.rules.min_interval);
        let own = is_applied.then(|| {
            if is_too_early {
                return refusal(429, "Too many requests").template().insert_header("Retry-After", "1");
            }
            self.accepted_at = Some(Instant::now());
            self.outcome(&request).unwrap_or_else(|refusal| refusal).template()
        });
        let answer = fault.map_or(own, |(answer, _)| answer);
        request.status = answer.as_ref().map(status_of);
        self.requests.push(request);
        // Even a delay of zero would wait for a tick of the timer.
        match self.rules.latency {
            latency if latency.is_zero() => answer,
            latency => answer.map(|answer| answer.set_delay(latency)),
        }
    }

    fn outcome(&mut self, request: &ReceivedRequest) -> Result<Response, Response> {
        if matches!(request.call, Call::Unknown | Call::GetOrCreate) {
            return Err(refusal(404, &format!("Cannot {} {}", request.method, request.url.path())));
        }
        if issuer::CALLS.contains(&request.call) {
            return self.issue(request);
        }
        let header = request.header("authorization").unwrap_or_default();
        let caller = self.account.caller(header.strip_prefix("Bearer ").unwrap_or_default());
        let caller = caller.filter(|_| !self.rules.reject_key);
        let caller = caller.ok_or_else(|| refusal(401, "Unauthorized"))?;
        if request.call != Call::Session && self.rules.forbid {
            return Err(refusal(403, "You are not allowed to manage personal access tokens"));
        }
        let needs_admin = matches!(request.call, Call::CreateForUser | Call::RevokeAll);
        if needs_admin && (self.rules.no_admin || caller.email != ADA) {
            return Err(refusal(403, "Only a tenant admin may do this"));
        }
        match request.call {
            Call::Session => Ok((200, session(&caller))),
            Call::List => self.list(&caller, request),
            Call::Delete => self.delete(&caller, request),
            Call::RevokeAll => self.revoke_all(request),
            _ => self.create(&caller, request),
        }
    }

    fn list(&self, caller: &Caller, request: &ReceivedRequest) -> Result<Response, Response> {
        let mut query = BTreeMap::new();
        for (name, value) in request.url.query_pairs() {
            let is_known = ["limit", "offset", "nameSearchQuery"].contains(&&*name);
            if !is_known || query.insert(name.clone(), value).is_some() {
                return Err(wrong(&format!("property {name} should not exist")));
            }
        }
        let number = |name, absent| query.get(name).map_or(Some(absent), |value| value.parse::<usize>().ok());
        let max = self.rules.max_limit.unwrap_or(1000);
        let limit = number("limit", 100).filter(|limit| (1..=max).contains(limit));
        let (Some(limit), Some(offset)) = (limit, number("offset", 0)) else {
            return Err(wrong(&format!("limit must be within 1 and {max}, and offset a number")));
        };
        let limit = limit.min(self.rules.max_page.unwrap_or(limit));
        let found = self.account.listing(&caller.email, query.get("nameSearchQuery").map_or("", AsRef::as_ref));
        let data: Vec<_> = found.iter().skip(offset).take(limit).collect();
        let mut pagination = json!({"offset": offset, "limit": limit});
        match self.rules.total {
            Total::Counted => pagination["total"] = json!(found.len()),
            Total::Exactly(total) => pagination["total"] = json!(total),
            Total::Absent => {}
            Total::NoPagination => return Ok((200, json!({"data": data}))),
        }
        Ok((200, json!({"data": data, "pagination": pagination})))
    }

    fn create(&mut self, caller: &Caller, request: &ReceivedRequest) -> Result<Response, Response> {
        if caller.token.is_some() && !self.rules.tokens_may_create {
            return Err(refusal(403, "A personal access token cannot create others"));
        }
        let new = creation(request, &caller.email)?;
        let owner = new.get("owner").unwrap_or(ADA);
        check_user(owner)?;
        if self.account.tokens_of(owner).iter().any(|token| token.name == new.name) {
            let message = format!("Personal access token with name {} already exists", new.name);
            return Err(refusal(409, &message));
        }
        self.account.add_seed(&new);
        Ok((201, json!({"token": self.account.value_of(&new.name)})))
    }

    fn delete(&mut self, caller: &Caller, request: &ReceivedRequest) -> Result<Response, Response> {
        if !request.body.is_empty() {
            return Err(refusal(400, "A body is not expected here"));
        }
        if self.account.remove_where(&caller.email, |token| token.id == request.segment) {
            return Ok((200, json!({})));
        }
        Err(refusal(404, "Personal access token not found"))
    }

    fn revoke_all(&mut self, request: &ReceivedRequest) -> Result<Response, Response> {
        let email = &fields(request, &["email"], &[])?["email"];
        check_user(email)?;
        self.account.remove_where(email, |_| true);
        Ok((200, json!({})))
    }
}

pub(super) fn refusal(status: u16, message: &str) -> Response {
    (status, json!({"statusCode": status, "message": message}))
}

/// The refusal of a request with a wrong field.
pub(super) fn wrong(message: &str) -> Response {
    (400, json!({"statusCode": 400, "message": [message]}))
}

fn check_user(email: &str) -> Result<(), Response> {
    if [ADA, GRACE].contains(&email) {
        return Ok(());
    }
    Err(refusal(404, &format!("User {email} not found")))
}

fn session(caller: &Caller) -> Value {
    let mut subject = json!({"subjectType": "user", "subjectSlug": caller.email});
    if let Some(token) = &caller.token {
        subject["subjectPatName"] = json!(token);
    }
    let id = if caller.email == ADA { "user-1" } else { "user-2" };
    json!({
        "user": {"id": id, "email": caller.email, "tenantName": TENANT, "subject": subject},
        "tenantInfo": {"tenantName": TENANT},
        "accessToken": caller.key,
    })
}

/// A template hides its status, except in its debug representation.
fn status_of(template: &ResponseTemplate) -> u16 {
    let text = format!("{template:?}");
    let (_, status) = text.split_once("status_code: ").unwrap_or_default();
    status.get(..3).and_then(|status| status.parse().ok()).unwrap_or_default()
}
