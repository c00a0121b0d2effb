//! Environment variables that a command gets.

use crate::secret::TokenValue;
use crate::settings::{BaseUrl, env};

/// A variable with its new value, or with `None` if it must not be set.
pub type Change<'a> = (&'a str, Option<String>);

/// Returns the variables for a command. The key that created the token is in none of the variables that this program reads.
pub fn changes<'a>(
    value: &TokenValue,
    base_url: &BaseUrl,
    gateway: Option<&BaseUrl>,
    variables: &'a [String],
) -> Vec<Change<'a>> {
    let value = || Some(value.expose().to_owned());
    let [base_url_variable, host_variable, old_host_variable] = env::BASE_URLS;
    let mut changes = vec![
        (env::KEY, value()),
        (env::KEY_FILE, None),
        (base_url_variable, Some(base_url.to_string())),
        (host_variable, Some(base_url.to_string())),
        (old_host_variable, None),
    ];
    if let Some(gateway) = gateway {
        changes.push(("OPENAI_BASE_URL", Some(gateway.to_string())));
        changes.push(("OPENAI_API_KEY", value()));
    }
    changes.extend(variables.iter().map(|name| (name.as_str(), value())));
    changes
}
