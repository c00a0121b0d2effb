//! The server that issues login sessions: the control plane itself, or an auth server next to it.
//!
//! No request in this module carries an API key.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use url::Url;

use super::message::{Request, Response};
use super::response_error::general_failure;
use super::transport::{Limits, Report, Transport};
use super::wire::{Fields, parse_body, unexpected};
use super::{ROOT, to_json};
use crate::error::{Failure, Kind};
use crate::secret::Secret;
use crate::settings::{BaseUrl, Grant, is_loopback};

const DEFAULT_VALIDITY: Duration = Duration::from_mins(1);

const MAX_VALIDITY: Duration = Duration::from_hours(1);

const DEFAULT_INTERVAL: Duration = Duration::from_secs(1);

/// The issuer of the sessions of one tenant.
pub struct Issuer {
    /// Whether the issuer is the control plane itself.
    is_control_plane: bool,
    transport: Transport,
    base_url: BaseUrl,
    control_plane: BaseUrl,
    tenant: String,
}

/// A code that the user confirms on a page in a browser.
pub struct DeviceCode {
    pub user_code: String,
    /// An `https://` URL, or one of this machine.
    pub page: Url,
    /// Whether the user must type the code, because the page does not know it.
    pub is_typed: bool,
    /// Time from now in which the code can be confirmed.
    pub validity: Duration,
    /// Time between two polls.
    pub interval: Duration,
    secret: Secret,
}

impl Issuer {
    /// Asks the control plane who issues its sessions. `tenant` is known if a session exists.
    pub async fn find(
        control_plane: &BaseUrl,
        tenant: Option<String>,
        limits: Limits,
        report: &Report,
    ) -> Result<Self, Failure> {
        control_plane.ensure_encrypted().map_err(|error| Failure::invalid("base URL", error))?;
        let mut issuer = Self {
            is_control_plane: true,
            transport: Transport::new(control_plane, limits, report.clone())?,
            base_url: control_plane.clone(),
            control_plane: control_plane.clone(),
            tenant: tenant.clone().unwrap_or_default(),
        };
        let url = |name| control_plane.join(ROOT.into_iter().chain([name]));
        let response = issuer.transport.send(&Request::new(Method::GET, url("min-cli-version"))).await?;
        let response = successful(response, control_plane)?;
        let configuration = parse_body(&response.body, "the configuration of a TrueFoundry server")?;
        issuer.is_control_plane = configuration.get("useSFYServerAuthAPIs").unwrap_or(false);
        if issuer.is_control_plane && tenant.is_some() {
            return Ok(issuer);
        }

        let mut tenant_url = url("tenant-id");
        tenant_url.query_pairs_mut().append_pair("hostName", control_plane.authority());
        let response = issuer.transport.send(&Request::new(Method::GET, tenant_url)).await?;
        if response.status == 404 {
            let message = format!("no TrueFoundry tenant has the address {control_plane}");
            let failure = Failure::new(Kind::NotFound, message).status(404);
            return Err(failure.hint("use the address that your browser shows for the TrueFoundry website"));
        }
        let response = successful(response, control_plane)?;
        let info = parse_body(&response.body, "a tenant")?;
        issuer.tenant = match tenant.or_else(|| info.get("tenantName")) {
            Some(tenant) => tenant,
            None => return Err(unexpected("a tenant", &response.body)),
        };
        if !issuer.is_control_plane {
            issuer.base_url = BaseUrl::parse(&info.text("auth_server_url").unwrap_or_default(), false)
                .map_err(|_| Failure::unexpected_response("it names an auth server with an invalid address"))?;
            issuer.transport = Transport::new(&issuer.base_url, limits, report.clone())?;
        }
        Ok(issuer)
    }

    /// Requests a code for a new session.
    pub async fn device_code(&self) -> Result<DeviceCode, Failure> {
        let path = if self.is_control_plane { "api/svc/v1/oauth2/device-authorize" } else { "api/v1/oauth/device" };
        let response = successful(self.post(path, json!({})).await?, &self.base_url)?;
        let code = parse_body(&response.body, "a login code")?;
        let (Some(user_code), Some(secret)) = (code.get::<String>("userCode"), code.get::<Secret>("deviceCode")) else {
            return Err(unexpected("a login code", &response.body));
        };
        if user_code.trim().is_empty() || secret.expose().is_empty() {
            return Err(Failure::unexpected_response("it sent an empty login code"));
        }
        // The other fields of an auth server are known to be wrong.
        let details = if self.is_control_plane { code } else { Fields::default() };
        let (page, complete_page) = (details.text("verificationURI"), details.text("verificationURIComplete"));
        let is_typed = complete_page.is_none() && page.is_some();
        let page = if let Some(page) = complete_page.or(page) {
            safe_page(&page)
                .ok_or_else(|| Failure::unexpected_response("the address of its login page is not an https:// URL"))?
        } else {
            let mut page = self.control_plane.join(["authorize", "device"]);
            page.query_pairs_mut().append_pair("userCode", &user_code);
            page
        };
        let seconds = |name| details.get(name).filter(|seconds| *seconds > 0).map(Duration::from_secs);
        let validity = seconds("expiresInSeconds").unwrap_or(DEFAULT_VALIDITY).min(MAX_VALIDITY);
        let interval = seconds("intervalInSeconds").unwrap_or(DEFAULT_INTERVAL);
        Ok(DeviceCode {
            user_code,
            page,
            is_typed,
            validity,
            // The server is asked several times while the code is valid.
            interval: interval.min(validity / 4).max(DEFAULT_INTERVAL),
            secret,
        })
    }

    /// Returns the new session, or `None` if the user has not confirmed the code yet.
    pub async fn poll(&self, code: &DeviceCode) -> Result<Option<Grant>, Failure> {
        let code = code.secret.expose();
        let response = if self.is_control_plane {
            let body = json!({ "deviceCode": code, "grantType": "device_code", "returnJWT": true });
            self.post("api/svc/v1/oauth2/token", body).await?
        } else {
            self.post("api/v1/oauth/device/token", json!({ "deviceCode": code })).await?
        };
        if response.status == 202 {
            return Ok(None);
        }
        self.grant(response, "the login was denied, or the code has expired").map(Some)
    }

    /// Requests new secrets for a session. If the session has ended, the failure is [`Kind::NotSignedIn`].
    pub async fn refresh(&self, refresh_token: &Secret) -> Result<Grant, Failure> {
        let token = refresh_token.expose();
        let response = if self.is_control_plane {
            let body = json!({ "refreshToken": token, "grantType": "refresh_token", "returnJWT": true });
            self.post("api/svc/v1/oauth2/token", body).await?
        } else {
            self.post("api/v1/oauth/token/refresh", json!({ "refreshToken": token })).await?
        };
        self.grant(response, "the session has ended")
    }

    async fn post(&self, path: &str, mut body: Value) -> Result<Response, Failure> {
        body["tenantName"] = json!(self.tenant);
        let url = self.base_url.join(path.split('/'));
        self.transport.send(&Request::new(Method::POST, url).with_json(to_json(&body)?)).await
    }

    /// Reads new secrets. A refusal is a failure with the message `refused`.
    fn grant(&self, response: Response, refused: &str) -> Result<Grant, Failure> {
        if response.is_final_refusal() {
            let failure = general_failure(&response, &self.base_url);
            return Err(if response.is_html() {
                // A gateway or a firewall sent a page. The issuer may still accept the session.
                Failure { kind: Kind::Failed, ..failure }
            } else {
                Failure { kind: Kind::NotSignedIn, message: refused.to_owned(), hint: None, ..failure }
            });
        }
        let response = successful(response, &self.base_url)?;
        let grant = parse_body(&response.body, "a login session")?;
        match grant.get("accessToken") {
            Some(access_token) => Ok(Grant { access_token, refresh_token: grant.get("refreshToken") }),
            None => Err(unexpected("a login session", &response.body)),
        }
    }
}

fn successful(response: Response, base_url: &BaseUrl) -> Result<Response, Failure> {
    if response.is_success() { Ok(response) } else { Err(general_failure(&response, base_url)) }
}

/// Returns the address of a page if it is safe to open. A server could name a program or a file instead.
fn safe_page(text: &str) -> Option<Url> {
    let page = Url::parse(text).ok()?;
    let is_local = page.scheme() == "http" && page.host().is_some_and(|host| is_loopback(&host));
    (page.scheme() == "https" || is_local)
        .then_some(page)
        .filter(|page| page.username().is_empty() && page.password().is_none())
}
