//! The platform's side of each call.

use jiff::Timestamp;
use serde_json::{Value, json};
use wiremock::{Request, ResponseTemplate};

use super::answer::{Outcome, Refusal, template};
use super::faults::Faults;
use super::keys::Keys;
use super::page::PageQuery;
use super::rules::{Access, Rules, name_fits};
use super::seed::written;
use super::{ADA, Account, Call, Seen, TENANT, TokenSeed, Total, body};

pub(super) type Hook = Box<dyn FnMut(usize, &Seen, &mut Account) + Send>;

/// All that the platform knows, and how it answers.
pub(super) struct Service {
    pub account: Account,
    pub rules: Rules,
    pub keys: Keys,
    pub faults: Faults,
    pub hook: Option<Hook>,
    pub latency: Option<std::time::Duration>,
    pub prefixes: Vec<String>,
    pub requests: Vec<Seen>,
    /// How many tokens Ada had before the hook ran.
    before: usize,
}

/// Whose key a request was sent with.
struct Caller {
    key: String,
    email: String,
    /// The name of the token that the key is, unless it is a signed-in user's.
    token: Option<String>,
}

impl Service {
    pub fn new() -> Self {
        Self {
            account: Account::new(),
            rules: Rules::usual(),
            keys: Keys::new(),
            faults: Faults::default(),
            hook: None,
            latency: None,
            prefixes: vec![String::new()],
            requests: Vec::new(),
            before: 0,
        }
    }

    /// Whether this request's connection is to be closed in place of an answer.
    pub fn hangs_up(&self, request: &Request) -> bool {
        self.faults.hang_up(&Seen::of(request, &self.prefixes))
    }

    /// Applies the request and answers it; without an answer, the connection is to be closed.
    pub fn receive(&mut self, request: &Request) -> Option<ResponseTemplate> {
        let seen = Seen::of(request, &self.prefixes);
        self.requests.push(seen.clone());
        self.before = self.account.tokens_of(ADA).len();
        if let Some(hook) = &mut self.hook {
            hook(self.requests.len(), &seen, &mut self.account);
        }
        let answer = match self.faults.strike(&seen) {
            None => Some(template(self.outcome(&seen))),
            Some(strike) => {
                if strike.applied {
                    // What it would have answered is what gets lost.
                    let _ = self.outcome(&seen);
                }
                strike.answer
            }
        };
        match self.latency {
            Some(latency) => answer.map(|answer| answer.set_delay(latency)),
            None => answer,
        }
    }

    fn outcome(&mut self, seen: &Seen) -> Outcome {
        match seen.call {
            Call::Unknown => {
                let message = format!("Cannot {} {}", seen.method, seen.path);
                return Err(Refusal::new(404, &message));
            }
            Call::Refresh => return self.refresh(seen),
            _ => {}
        }
        let caller = self.caller(seen)?;
        if seen.call == Call::Session {
            return Ok((200, Self::session(&caller)));
        }
        if self.rules.access == Access::Forbidden {
            return Err(Refusal::new(
                403,
                "You are not allowed to manage personal access tokens",
            ));
        }
        match seen.call {
            Call::List => self.list(&caller, seen),
            Call::Create | Call::CreateForUser => self.create(&caller, seen),
            Call::Delete => self.delete(&caller, seen),
            Call::RevokeAll => self.revoke_all(&caller, seen),
            _ => self.get_or_create(&caller, seen),
        }
    }

    fn caller(&self, seen: &Seen) -> Result<Caller, Refusal> {
        let header = seen.header("authorization").unwrap_or_default();
        let key = header.strip_prefix("Bearer ").unwrap_or_default();
        let caller = if self.keys.is_user(key) {
            Some((ADA.to_owned(), None))
        } else {
            let holder = self.account.holder(key);
            holder.map(|(email, name)| (email, Some(name)))
        };
        match caller {
            Some((email, token)) if self.rules.access != Access::Rejected => Ok(Caller {
                key: key.to_owned(),
                email,
                token,
            }),
            _ => Err(Refusal::new(401, "Unauthorized")),
        }
    }

    fn session(caller: &Caller) -> Value {
        let mut subject = json!({"subjectType": "user", "subjectSlug": caller.email});
        if let Some(token) = &caller.token {
            subject["subjectPatName"] = json!(token);
        }
        json!({
            "user": {"id": user_id(&caller.email), "email": caller.email, "tenantName": TENANT, "subject": subject},
            "tenantInfo": {"tenantName": TENANT},
            "accessToken": caller.key,
        })
    }

    fn list(&self, caller: &Caller, seen: &Seen) -> Outcome {
        let mut query = PageQuery::of(seen)?;
        query.limit = query.limit.min(self.rules.largest_page);
        let mut pagination = json!({"offset": query.offset, "limit": query.limit});
        if self.rules.ignores_offset {
            query.offset = 0;
        }
        let (data, count) = self.account.page(&caller.email, &query);
        match self.rules.total {
            Total::Counted => pagination["total"] = json!(count),
            Total::CountedBefore => pagination["total"] = json!(self.before),
            Total::Exactly(total) => pagination["total"] = json!(total),
            Total::Absent => {}
            Total::NoPagination => return Ok((200, json!({"data": data}))),
        }
        Ok((200, json!({"data": data, "pagination": pagination})))
    }

    fn create(&mut self, caller: &Caller, seen: &Seen) -> Outcome {
        let for_user = seen.call == Call::CreateForUser;
        if caller.token.is_some() && !self.rules.tokens_may_create {
            return Err(Refusal::new(
                403,
                "Personal access tokens cannot be created while authenticated with a personal access token",
            ));
        }
        if for_user {
            self.admin_only(caller)?;
        }
        let creation = self.rules.creation(seen, for_user)?;
        let owner = creation.email.as_ref().unwrap_or(&caller.email);
        if !self.account.has_user(owner) {
            return Err(Refusal::new(404, &format!("User {owner} not found")));
        }
        let name = creation.token.name.clone();
        if self.account.is_taken(owner, &name) {
            let message = format!("Personal access token with name {name} already exists");
            return Err(Refusal::new(409, &message));
        }
        self.account.add(creation.token.owner(owner).created_by(&caller.email));
        Ok((201, json!({"token": self.account.value_of(&name)})))
    }

    fn delete(&mut self, caller: &Caller, seen: &Seen) -> Outcome {
        if !seen.body.is_empty() {
            return Err(Refusal::new(400, "A body is not expected here"));
        }
        if self.account.delete(&caller.email, &seen.segment) {
            Ok((200, json!({})))
        } else {
            Err(Refusal::new(404, "Personal access token not found"))
        }
    }

    fn revoke_all(&mut self, caller: &Caller, seen: &Seen) -> Outcome {
        self.admin_only(caller)?;
        let email = body::email(seen)?;
        if !self.account.has_user(&email) {
            return Err(Refusal::new(404, &format!("User {email} not found")));
        }
        self.account.revoke_all(&email);
        Ok((200, json!({})))
    }

    /// As older deployments answer it, to any key.
    fn get_or_create(&mut self, caller: &Caller, seen: &Seen) -> Outcome {
        let name = &seen.segment;
        name_fits(name).map_err(|wrong| Refusal::wrong(vec![wrong]))?;
        let created = !self.account.is_taken(&caller.email, name);
        if created {
            let new = TokenSeed::named(name).created(written(Timestamp::now()));
            self.account.add(new.owner(&caller.email).created_by(&caller.email));
        }
        let token = self.account.token(&caller.email, name);
        let (data, value) = token.ok_or_else(|| Refusal::new(404, "Personal access token not found"))?;
        Ok((200, json!({"data": data, "token": value, "created": created})))
    }

    fn refresh(&mut self, seen: &Seen) -> Outcome {
        let token = body::refresh(seen)?;
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

fn user_id(email: &str) -> &'static str {
    if email == ADA { "user-1" } else { "user-2" }
}
