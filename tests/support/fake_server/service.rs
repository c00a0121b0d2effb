//! The server's side of each call.

use jiff::Timestamp;
use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use super::body::{self, PageQuery, is_name};
use super::faults::{Answer as _, Faults};
use super::keys::Keys;
use super::seed::written;
use super::{ADA, Account, Call, ReceivedRequest, Rules, Seed, TENANT, Total};

pub(super) type Hook = Box<dyn FnMut(usize, &ReceivedRequest, &mut Account) + Send>;

/// The status and the body of a response.
pub(super) type Outcome = Result<(u16, Value), Refusal>;

pub(super) struct Refusal {
    status: u16,
    message: Value,
}

impl Refusal {
    pub fn new(status: u16, message: &str) -> Self {
        let message = message.into();
        Self { status, message }
    }

    /// 400 with a message for each wrong field.
    pub fn wrong(messages: Vec<String>) -> Self {
        Self {
            status: 400,
            message: messages.into(),
        }
    }
}

/// The state of the server.
pub(super) struct Service {
    pub account: Account,
    pub rules: Rules,
    pub keys: Keys,
    pub faults: Faults,
    pub hook: Option<Hook>,
    pub prefixes: Vec<String>,
    pub requests: Vec<ReceivedRequest>,
    /// The number of Ada's tokens before the hook ran.
    count_before: usize,
}

/// The user whose key authenticates a request.
struct Caller {
    key: String,
    email: String,
    /// The name of the token, if the key is a personal access token.
    token: Option<String>,
}

impl Service {
    pub fn new() -> Self {
        Self {
            account: Account::default(),
            rules: Rules::default(),
            keys: Keys::new(),
            faults: Faults::default(),
            hook: None,
            prefixes: vec![String::new()],
            requests: Vec::new(),
            count_before: 0,
        }
    }

    pub fn hangs_up(&self, raw: &Request) -> bool {
        self.faults.hang_up(&ReceivedRequest::of(raw, &self.prefixes))
    }

    /// Applies the request. Without a response, the connection is to be closed.
    pub fn receive(&mut self, raw: &Request) -> Option<ResponseTemplate> {
        let mut request = ReceivedRequest::of(raw, &self.prefixes);
        self.count_before = self.account.tokens_of(ADA).len();
        if let Some(hook) = &mut self.hook {
            hook(self.requests.len() + 1, &request, &mut self.account);
        }
        let effect = self.faults.take(&request);
        let is_applied = effect.as_ref().is_none_or(|effect| effect.applied);
        let own = is_applied.then(|| self.outcome(&request));
        let answer = match (effect, own) {
            (Some(effect), _) => effect.answer,
            (None, Some(Ok(answer))) => Some(answer.template()),
            (None, Some(Err(Refusal { status, message }))) => {
                Some((status, json!({"statusCode": status, "message": message})).template())
            }
            (None, None) => None,
        };
        request.status = answer.as_ref().map(status_of);
        self.requests.push(request);
        match self.rules.latency {
            latency if latency.is_zero() => answer,
            latency => answer.map(|answer| answer.set_delay(latency)),
        }
    }

    fn outcome(&mut self, request: &ReceivedRequest) -> Outcome {
        match request.call {
            Call::Unknown => {
                let message = format!("Cannot {} {}", request.method, request.path);
                return Err(Refusal::new(404, &message));
            }
            Call::Refresh => return self.refresh(request),
            _ => {}
        }
        let caller = self.caller(request)?;
        if request.call == Call::Session {
            return Ok((200, session(&caller)));
        }
        if self.rules.forbid {
            return Err(Refusal::new(
                403,
                "You are not allowed to manage personal access tokens",
            ));
        }
        match request.call {
            Call::List => self.list(&caller, request),
            Call::Create | Call::CreateForUser => self.create(&caller, request),
            Call::Delete => self.delete(&caller, request),
            Call::RevokeAll => self.revoke_all(&caller, request),
            _ => self.get_or_create(&caller, request),
        }
    }

    fn caller(&self, request: &ReceivedRequest) -> Result<Caller, Refusal> {
        let header = request.header("authorization").unwrap_or_default();
        let key = header.strip_prefix("Bearer ").unwrap_or_default();
        let caller = if self.keys.is_user(key) {
            Some((ADA.to_owned(), None))
        } else {
            let holder = self.account.holder(key);
            holder.map(|(email, name)| (email, Some(name)))
        };
        match caller {
            Some((email, token)) if !self.rules.reject_key => Ok(Caller {
                key: key.to_owned(),
                email,
                token,
            }),
            _ => Err(Refusal::new(401, "Unauthorized")),
        }
    }

    fn list(&self, caller: &Caller, request: &ReceivedRequest) -> Outcome {
        let query = PageQuery::of(request, self.rules.max_limit)?;
        let limit = query.limit.min(self.rules.max_page);
        let mut pagination = json!({"offset": query.offset, "limit": limit});
        let offset = if self.rules.ignore_offset { 0 } else { query.offset };
        let (data, count) = self.account.page(&caller.email, &query.search, offset, limit);
        match self.rules.total {
            Total::Counted => pagination["total"] = json!(count),
            Total::CountedBefore => pagination["total"] = json!(self.count_before),
            Total::Exactly(total) => pagination["total"] = json!(total),
            Total::Absent => {}
            Total::NoPagination => return Ok((200, json!({"data": data}))),
        }
        Ok((200, json!({"data": data, "pagination": pagination})))
    }

    fn create(&mut self, caller: &Caller, request: &ReceivedRequest) -> Outcome {
        let for_user = request.call == Call::CreateForUser;
        if caller.token.is_some() && !self.rules.tokens_may_create {
            return Err(Refusal::new(
                403,
                "Personal access tokens cannot be created while authenticated with a personal access token",
            ));
        }
        if for_user {
            self.admin_only(caller)?;
        }
        let new = body::creation(request, for_user, &caller.email, &self.rules)?;
        if !Account::has_user(&new.owner) {
            return Err(Refusal::new(404, &format!("User {} not found", new.owner)));
        }
        let name = new.name.clone();
        if self.account.is_taken(&new.owner, &name) {
            let message = format!("Personal access token with name {name} already exists");
            return Err(Refusal::new(409, &message));
        }
        self.account.add_seed(new);
        Ok((201, json!({"token": self.account.value_of(&name)})))
    }

    fn delete(&mut self, caller: &Caller, request: &ReceivedRequest) -> Outcome {
        if !request.body.is_empty() {
            return Err(Refusal::new(400, "A body is not expected here"));
        }
        if self.account.delete(&caller.email, &request.segment) {
            Ok((200, json!({})))
        } else {
            Err(Refusal::new(404, "Personal access token not found"))
        }
    }

    fn revoke_all(&mut self, caller: &Caller, request: &ReceivedRequest) -> Outcome {
        self.admin_only(caller)?;
        let email = body::email(request)?;
        if !Account::has_user(&email) {
            return Err(Refusal::new(404, &format!("User {email} not found")));
        }
        self.account.revoke_all(&email);
        Ok((200, json!({})))
    }

    /// Behaves as older deployments do, so that a client that calls this by mistake creates a token.
    fn get_or_create(&mut self, caller: &Caller, request: &ReceivedRequest) -> Outcome {
        let name = &request.segment;
        if !is_name(name) {
            return Err(Refusal::wrong(vec!["name is not valid".to_owned()]));
        }
        let created = !self.account.is_taken(&caller.email, name);
        if created {
            let mut new = Seed::named(name);
            new.created = written(Timestamp::now());
            new.owner.clone_from(&caller.email);
            self.account.add_seed(new);
        }
        let value = self.account.value_of(name);
        Ok((200, json!({"token": value, "created": created})))
    }

    fn refresh(&mut self, request: &ReceivedRequest) -> Outcome {
        if request.header("authorization").is_some() {
            return Err(Refusal::new(400, "A refresh must not be authenticated"));
        }
        let token = body::refresh(request)?;
        if self.keys.refresh.as_ref() != Some(&token) {
            return Err(Refusal::new(401, "The refresh token is invalid or has expired"));
        }
        let (access, next) = (self.keys.sign_in(), self.keys.refresh_token());
        self.keys.refresh = Some(next.clone());
        Ok((201, json!({"accessToken": access, "refreshToken": next})))
    }

    fn admin_only(&self, caller: &Caller) -> Result<(), Refusal> {
        if self.rules.admin && caller.email == ADA {
            Ok(())
        } else {
            Err(Refusal::new(403, "Only a tenant admin may do this"))
        }
    }
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
    let status = text.split("status_code: ").nth(1).unwrap_or_default();
    let digits: String = status.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_default()
}
