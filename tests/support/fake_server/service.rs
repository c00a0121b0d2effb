//! The server's side of each call.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use super::account::Caller;
use super::body::{creation, fields};
use super::faults::Answer as _;
use super::{ADA, Account, Call, Fault, GRACE, ReceivedRequest, Rules, TENANT, Total};

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
    pub prefixes: Vec<String>,
    pub requests: Vec<ReceivedRequest>,
    /// The number of Ada's tokens before the hook ran.
    count_before: usize,
}

impl Service {
    pub fn hangs_up(&self, raw: &Request) -> bool {
        let request = ReceivedRequest::of(raw, &self.prefixes);
        let fault = self.faults.iter().find(|fault| fault.matches(&request));
        fault.is_some_and(|fault| fault.answer.is_none())
    }

    /// Applies the request. If there is no response, the connection is to be closed.
    pub fn receive(&mut self, raw: &Request) -> Option<ResponseTemplate> {
        let mut request = ReceivedRequest::of(raw, &self.prefixes);
        self.count_before = self.account.tokens_of(ADA).len();
        if let Some(hook) = &mut self.hook {
            hook(self.requests.len() + 1, &request, &mut self.account);
        }
        let fault = self.faults.iter_mut().find(|fault| fault.matches(&request));
        let fault = fault.map(|fault| {
            fault.uses_left -= 1;
            (fault.answer.clone(), fault.applied)
        });
        let is_applied = fault.as_ref().is_none_or(|(_, is_applied)| *is_applied);
        let own = is_applied.then(|| self.outcome(&request).unwrap_or_else(|refusal| refusal).template());
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
            return Err(refusal(404, &format!("Cannot {} {}", request.method, request.path)));
        }
        if request.call == Call::Refresh {
            return self.refresh(request);
        }
        let header = request.header("authorization").unwrap_or_default();
        let caller = self.account.caller(header.strip_prefix("Bearer ").unwrap_or_default());
        let caller = caller.filter(|_| !self.rules.reject_key);
        let caller = caller.ok_or_else(|| refusal(401, "Unauthorized"))?;
        if request.call != Call::Session && self.rules.forbid {
            return Err(refusal(403, "You are not allowed to manage personal access tokens"));
        }
        let needs_admin = matches!(request.call, Call::CreateForUser | Call::RevokeAll);
        if needs_admin && !(self.rules.admin && caller.email == ADA) {
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
        for (name, value) in &request.query {
            let is_known = ["limit", "offset", "nameSearchQuery"].contains(&name.as_str());
            if !is_known || query.insert(name.as_str(), value.as_str()).is_some() {
                return Err(wrong(&format!("property {name} should not exist")));
            }
        }
        let number = |name, absent: &'static str| query.get(name).unwrap_or(&absent).parse::<usize>().ok();
        let limit = number("limit", "100").filter(|limit| (1..=self.rules.max_limit).contains(limit));
        let (Some(limit), Some(offset)) = (limit, number("offset", "0")) else {
            let max = self.rules.max_limit;
            return Err(wrong(&format!("limit must be within 1 and {max}, and offset a number")));
        };
        let limit = limit.min(self.rules.max_page);
        let found = self.account.listing(&caller.email, query.get("nameSearchQuery").unwrap_or(&""));
        let skipped = if self.rules.ignore_offset { 0 } else { offset };
        let data: Vec<_> = found.iter().skip(skipped).take(limit).collect();
        let mut pagination = json!({"offset": offset, "limit": limit});
        match self.rules.total {
            Total::Counted => pagination["total"] = json!(found.len()),
            Total::CountedBefore => pagination["total"] = json!(self.count_before),
            Total::Exactly(total) => pagination["total"] = json!(total),
            Total::Absent => {}
            Total::NoPagination => return Ok((200, json!({"data": data}))),
        }
        Ok((200, json!({"data": data, "pagination": pagination})))
    }

    fn create(&mut self, caller: &Caller, request: &ReceivedRequest) -> Result<Response, Response> {
        if caller.token.is_some() && !self.rules.tokens_may_create {
            return Err(refusal(
                403,
                "Personal access tokens cannot be created while authenticated with a personal access token",
            ));
        }
        let new = creation(request, &caller.email, &self.rules)?;
        check_user(new.owner())?;
        let mut tokens = self.account.tokens_of(new.owner()).into_iter();
        if tokens.any(|token| token.name == new.name) {
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
        let is_it = |token: &super::Existing| token.id == request.segment;
        if self.account.remove_where(&caller.email, is_it) {
            Ok((200, json!({})))
        } else {
            Err(refusal(404, "Personal access token not found"))
        }
    }

    fn revoke_all(&mut self, request: &ReceivedRequest) -> Result<Response, Response> {
        let email = &fields(request, &["email"], &[])?["email"];
        check_user(email)?;
        self.account.remove_where(email, |_| true);
        Ok((200, json!({})))
    }

    fn refresh(&mut self, request: &ReceivedRequest) -> Result<Response, Response> {
        if request.header("authorization").is_some() {
            return Err(refusal(400, "A refresh must not be authenticated"));
        }
        let token = request.json()["refreshToken"].clone();
        let expected = json!({
            "refreshToken": token, "tenantName": TENANT, "grantType": "refresh_token", "returnJWT": true,
        });
        if request.json() != expected {
            return Err(wrong("the body is not that of a refresh"));
        }
        if self.account.refresh_token.as_deref() != token.as_str() {
            return Err(refusal(401, "The refresh token is invalid or has expired"));
        }
        let (access_token, refresh_token) = self.account.log_in();
        Ok((201, json!({"accessToken": access_token, "refreshToken": refresh_token})))
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
    let end = status.find(|c: char| !c.is_ascii_digit()).unwrap_or(status.len());
    status[..end].parse().unwrap_or_default()
}
