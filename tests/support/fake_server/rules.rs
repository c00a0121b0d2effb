//! How a deployment may differ from others.

use std::time::Duration;

use serde_json::Value;

/// The number of tokens that `pagination` reports.
#[derive(Debug, Clone, Copy, Default)]
pub enum Total {
    #[default]
    Counted,
    Exactly(u64),
    /// `pagination` without `total`.
    Absent,
    NoPagination,
}

#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "the rules are independent of each other")]
pub struct Rules {
    /// Answers every call with 401.
    pub reject_key: bool,
    /// Answers every call on tokens with 403.
    pub forbid: bool,
    /// Ada is no admin of the tenant.
    pub no_admin: bool,
    /// Whether a personal access token may create tokens, as on older deployments.
    pub tokens_may_create: bool,
    /// A larger `limit` is refused with 400; it is 1000 by default.
    pub max_limit: Option<usize>,
    /// Maximum size of a page, even if `limit` is larger.
    pub max_page: Option<usize>,
    pub total: Total,
    /// Sessions are issued by an auth server, whose paths are below `/auth` of this server, and not by the control plane.
    pub auth_server: bool,
    /// The address of the auth server, if it is not this server.
    pub auth_server_url: Option<String>,
    /// The number of polls before the user confirms a device code.
    pub polls: usize,
    /// Fields of a device code in addition to the codes.
    pub device_code: Value,
    /// A call that comes sooner after the last one accepted is refused with 429 and `Retry-After: 1`.
    pub min_interval: Duration,
    /// The time that every response takes.
    pub latency: Duration,
}
