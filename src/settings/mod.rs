//! Where base URL and key come from: the command line and the environment, `.env` in the working directory, the vendor CLI's
//! sign-in. The earlier is trusted more, and a key is never sent to a host that a less trusted place names.

mod account;
mod advice;
mod base_url;
mod dotenv;
mod file;
mod passed_over;
mod place;
mod proxies;
mod sign_in;

use std::path::Path;

use jiff::Timestamp;

pub use account::{Account, Source};
pub use advice::{another_key, sign_in_instead};
pub use base_url::{BaseUrl, is_loopback};
use dotenv::DotEnv;
pub use passed_over::PassedOver;
use place::Place;
pub use sign_in::{RefreshRequest, Refreshed, SignIn};

use crate::environment::Environment;
use crate::error::Error;
use crate::secret::Key;
use crate::text::{shell_word, shown};

/// Lets `http://` go to other machines.
const ALLOW_HTTP: &str = "TFY_ALLOW_HTTP";

/// What was found in all places, and what follows from it.
pub struct Settings {
    /// The platform.
    pub base_url: Found<BaseUrl>,
    /// The key.
    pub key: Found<Key>,
    /// What was found and is not used.
    pub passed_over: Vec<PassedOver>,
    /// What a user should know of the files that were read.
    pub warnings: Vec<String>,
    verdict: Result<Account, Error>,
    sign_in: Option<SignIn>,
}

/// A setting, and where it was found.
pub enum Found<T> {
    /// No place has it.
    Nothing,
    /// The first place that has it has nothing of use.
    Unusable(Source),
    /// It can be used.
    Usable(T, Source),
}

impl Settings {
    /// Looks in all places. `base_url` is the text of `--base-url`.
    pub fn find(base_url: Option<&str>, environment: &Environment) -> Result<Self, Error> {
        let file = DotEnv::read(Path::new(".env"));
        let path = environment.home().map(|home| SignIn::path(&home));
        let (sign_in, broken) = match path.as_deref().map(SignIn::read).transpose() {
            Ok(sign_in) => (sign_in.flatten(), None),
            Err(broken) => (None, Some(broken)),
        };
        let places = [
            Place::command_line_and_environment(base_url, environment)?,
            Place::dotenv(&file),
            Place::sign_in(sign_in.as_ref()),
        ];
        let mut settings = Self::choose(&places, environment.is(ALLOW_HTTP, "1"));
        match broken {
            // Whoever signed in that way must hear that it is broken, not that it is not there.
            Some(broken) if matches!(settings.verdict, Err(Error::NotSignedIn { .. })) => {
                settings.verdict = Err(broken);
            }
            Some(Error::SignIn { path, why, .. }) => {
                settings.passed_over.push(PassedOver::new(shown(&path), why));
            }
            _ => {}
        }
        let is_in_use = matches!(settings.key, Found::Usable(_, Source::SignIn(_)));
        settings.sign_in = sign_in.filter(|_| is_in_use);
        let exposed = settings.sign_in.as_ref().filter(|used| used.is_readable_by_others());
        let exposed = exposed.map(|used| {
            let path = shown(used.file());
            format!("{path} can be read by others: chmod 600 {}", shell_word(&path))
        });
        settings.warnings = proxies::warnings(environment)?;
        settings.warnings.extend(file.warning.into_iter().chain(exposed));
        Ok(settings)
    }

    fn choose(places: &[Place; 3], allow_http: bool) -> Self {
        let url_rank = places.iter().position(|place| place.base_url.is_some());
        let key_rank = places.iter().position(|place| place.key.is_some());
        let url_of = |rank: Option<usize>| {
            rank.and_then(|rank| places[rank].parsed_base_url(allow_http))
                .transpose()
        };
        let base_url = url_of(url_rank);
        let key = key_rank.and_then(|rank| places[rank].parsed_key()).transpose();
        let host_of_key = url_of(key_rank);
        let url_from = url_rank.and_then(|rank| Some(&places[rank].base_url.as_ref()?.0));
        let key_from = key_rank.and_then(|rank| Some(&places[rank].key.as_ref()?.0));
        Self {
            base_url: Found::new(&base_url, url_from),
            key: Found::new(&key, key_from),
            passed_over: PassedOver::among(places, url_from, key_from),
            warnings: Vec::new(),
            verdict: pair(base_url, key, url_rank > key_rank, host_of_key),
            sign_in: None,
        }
    }

    /// Whether the session of the sign-in in use has to be refreshed first.
    fn needs_refresh(&self, now: Timestamp) -> bool {
        self.verdict.is_ok() && self.sign_in.as_ref().is_some_and(|sign_in| sign_in.is_stale(now))
    }

    /// The pair to use, its session refreshed through `ask` where it has to be.
    pub async fn account(
        self,
        now: Timestamp,
        ask: impl AsyncFnOnce(&Account, RefreshRequest) -> Result<Refreshed, Error>,
    ) -> Result<Account, Error> {
        let needs_refresh = self.needs_refresh(now);
        let account = self.verdict?;
        let Some(sign_in) = self.sign_in.filter(|_| needs_refresh) else {
            return Ok(account);
        };
        let refreshed = sign_in
            .refreshed(now, async |request| ask(&account, request).await)
            .await?;
        let base_url = (account.base_url().clone(), account.base_url_from().clone());
        Ok(Account::new(
            base_url,
            (refreshed.key().clone(), account.key_from().clone()),
        ))
    }
}

impl<T: Clone> Found<T> {
    fn new(read: &Result<Option<(T, Source)>, Error>, from: Option<&Source>) -> Self {
        match (read, from) {
            (Ok(Some((value, from))), _) => Self::Usable(value.clone(), from.clone()),
            (_, Some(from)) => Self::Unusable(from.clone()),
            (_, None) => Self::Nothing,
        }
    }
}

/// Puts base URL and key together, unless the key belongs to another host or a less trusted place names the one it would go to.
fn pair(
    base_url: Result<Option<(BaseUrl, Source)>, Error>,
    key: Result<Option<(Key, Source)>, Error>,
    host_is_trusted_less: bool,
    host_of_key: Result<Option<(BaseUrl, Source)>, Error>,
) -> Result<Account, Error> {
    let (base_url, key) = match (base_url?, key?) {
        (Some(base_url), Some(key)) => (base_url, key),
        (base_url, key) => return Err(advice::missing(base_url.as_ref(), key.as_ref().map(|(_, from)| from))),
    };
    let other_host = match host_of_key {
        Ok(host) => host
            .filter(|(host, _)| *host != base_url.0)
            .map(|(host, _)| host.to_string()),
        Err(_) => Some("a host whose address cannot be used".to_owned()),
    };
    if host_is_trusted_less || other_host.is_some() {
        return Err(advice::split(&base_url, &key.1, other_host));
    }
    Ok(Account::new(base_url, key))
}
