//! E-mail addresses, as people type them.

use std::str::FromStr;

use email_address::EmailAddress;

/// What is said of a text that is no address. The library's own words are about its grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an e-mail address looks like ada@acme.test")]
pub struct NoAddress;

/// Reads the address of a user.
pub fn address(text: &str) -> Result<EmailAddress, NoAddress> {
    EmailAddress::from_str(text).map_err(|_| NoAddress)
}
