//! The calls that issue login sessions, at the control plane and at an auth server.

use serde_json::{Value, json};

use super::service::{Response, Service, refusal, wrong};
use super::{Call, ReceivedRequest, TENANT};

pub(super) const CALLS: [Call; 5] = [Call::ServerConfig, Call::TenantId, Call::DeviceCode, Call::Poll, Call::Refresh];

const USER_CODE: &str = "WDJB-MJHT";

impl Service {
    pub(super) fn issue(&mut self, request: &ReceivedRequest) -> Result<Response, Response> {
        if request.header("authorization").is_some() {
            return Err(refusal(400, "This request must not be authenticated"));
        }
        let is_at_auth_server = request.url.path().starts_with("/auth/");
        let is_at_issuer = is_at_auth_server == self.rules.auth_server;
        match request.call {
            Call::ServerConfig => Ok((200, self.server_config())),
            Call::TenantId => self.tenant_id(request),
            _ if !is_at_issuer => Err(refusal(404, "This server does not issue sessions")),
            Call::DeviceCode => self.device_code(request),
            Call::Poll => self.poll(request),
            _ => self.refresh(request),
        }
    }

    /// The flag is absent by default, as on older deployments.
    fn server_config(&self) -> Value {
        let mut config = json!({"minVersion": "0.1.0", "truefoundryCliMinVersion": "0.5.0"});
        if !self.rules.auth_server {
            config["useSFYServerAuthAPIs"] = json!(true);
        }
        config
    }

    fn tenant_id(&self, request: &ReceivedRequest) -> Result<Response, Response> {
        let host = request.header("host").unwrap_or_default();
        if request.parameter("hostName").as_deref() != Some(host) {
            return Err(refusal(404, "Tenant not found"));
        }
        let own = format!("http://{host}/auth");
        let url = self.rules.auth_server_url.clone().unwrap_or(own);
        Ok((200, json!({"tenantName": TENANT, "auth_server_url": url})))
    }

    fn device_code(&mut self, request: &ReceivedRequest) -> Result<Response, Response> {
        expect(request, &json!({"tenantName": TENANT}))?;
        let mut code = json!({"userCode": USER_CODE, "deviceCode": self.account.issue_device_code()});
        if let Value::Object(fields) = self.rules.device_code.clone() {
            code.as_object_mut().expect("an object").extend(fields);
        }
        Ok((201, code))
    }

    fn poll(&mut self, request: &ReceivedRequest) -> Result<Response, Response> {
        self.expect_exchange(request, "deviceCode", &self.account.device_code, "device_code")?;
        if self.rules.polls > 0 {
            self.rules.polls -= 1;
            return Ok((202, json!({"message": "authorization pending"})));
        }
        Ok(self.grant())
    }

    fn refresh(&mut self, request: &ReceivedRequest) -> Result<Response, Response> {
        let token = request.json()["refreshToken"].as_str().unwrap_or_default().to_owned();
        self.expect_exchange(request, "refreshToken", &token, "refresh_token")?;
        if token != self.account.refresh_token {
            return Err(refusal(401, "The refresh token is invalid or has expired"));
        }
        Ok(self.grant())
    }

    /// Expects a secret that is exchanged for a session. Only the control plane wants to know its kind.
    fn expect_exchange(
        &self,
        request: &ReceivedRequest,
        name: &str,
        secret: &str,
        grant: &str,
    ) -> Result<(), Response> {
        let mut body = json!({"tenantName": TENANT, name: secret});
        if !self.rules.auth_server {
            body["grantType"] = json!(grant);
            body["returnJWT"] = json!(true);
        }
        expect(request, &body)
    }

    fn grant(&mut self) -> Response {
        let access_token = self.account.log_in();
        (201, json!({"accessToken": access_token, "refreshToken": self.account.refresh_token}))
    }
}

fn expect(request: &ReceivedRequest, body: &Value) -> Result<(), Response> {
    if request.json() == *body { Ok(()) } else { Err(wrong("the body is not the one that this call expects")) }
}
