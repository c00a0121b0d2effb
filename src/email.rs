//! E-mail addresses, as people type them.

use email_address::{EmailAddress, Options};

/// What is said of a text that is no address. The library's own words are about its grammar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an e-mail address looks like ada@acme.test")]
pub struct NoAddress;

/// Reads the address of a user.
pub fn address(text: &str) -> Result<EmailAddress, NoAddress> {
    // Not the form `Ada <ada@acme.test>` that mail programs show, nor a number in the place of a host's name.
    let options = Options::default().without_display_text().without_domain_literal();
    EmailAddress::parse_with_options(text, options).map_err(|_| NoAddress)
}
