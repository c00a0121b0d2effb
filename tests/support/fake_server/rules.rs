//! How a deployment may differ from others.

use std::time::Duration;

/// The number of tokens that `pagination` reports.
#[derive(Debug, Clone, Copy)]
pub enum Total {
    Counted,
    /// The number before the hook added or removed tokens.
    CountedBefore,
    Exactly(u64),
    /// `pagination` without `total`.
    Absent,
    /// No `pagination` at all.
    NoPagination,
}

/// How this deployment differs from others.
#[expect(clippy::struct_excessive_bools, reason = "the rules are independent of each other")]
pub struct Rules {
    /// Answers every call with 401.
    pub reject_key: bool,
    /// Answers every call on tokens with 403.
    pub forbid: bool,
    /// Whether Ada is an admin of the tenant.
    pub admin: bool,
    /// Whether a personal access token may create tokens, as on older deployments.
    pub tokens_may_create: bool,
    /// Whether a new token needs a team, which cannot be `everyone`.
    pub team_required: bool,
    /// Maximum lifetime of new tokens.
    pub max_age_days: Option<i64>,
    /// A larger `limit` is refused with 400.
    pub max_limit: usize,
    /// Maximum size of a page, even if `limit` is larger.
    pub max_page: usize,
    /// Every page is the first one, although `pagination` claims otherwise.
    pub ignore_offset: bool,
    pub total: Total,
    /// The time that every response takes; concurrent requests do not wait for each other.
    pub latency: Duration,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            reject_key: false,
            forbid: false,
            admin: true,
            tokens_may_create: false,
            team_required: false,
            max_age_days: None,
            max_limit: 1000,
            max_page: 1000,
            ignore_offset: false,
            total: Total::Counted,
            latency: Duration::ZERO,
        }
    }
}
