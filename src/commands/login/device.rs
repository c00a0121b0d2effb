//! Login with a code that the user confirms on a page in a browser.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use url::Url;
use webbrowser::{Browser, BrowserOptions};

use crate::api::{DeviceCode, Issuer};
use crate::commands::{Context, ensure_thread};
use crate::error::{Failure, Kind};
use crate::output::{Spinner, show};
use crate::settings::{BaseUrl, Grant, env};
use crate::thread;
use crate::untrusted::Untrusted;

/// Variables that are set in an SSH session. A browser would open on the remote machine.
const SSH: [&str; 3] = ["SSH_CONNECTION", "SSH_CLIENT", "SSH_TTY"];

/// Variables that are set if a program can open a window. A browser on Windows opens windows for the Windows Subsystem for Linux.
const DISPLAYS: [&str; 3] = ["DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"];

/// Requests a code, shows it, and waits until the user confirms it.
pub async fn log_in(host: &BaseUrl, no_browser: bool, context: &Context<'_>) -> anyhow::Result<Grant> {
    ensure_thread(host)?;
    let spinner = context.output.spinner("Waiting for the server");
    let code = async {
        let issuer = Issuer::find(host, None, context.limits(), &context.report()).await?;
        let code = issuer.device_code().await?;
        Ok::<_, Failure>((issuer, code))
    };
    let (issuer, code) = context.signals.or_interrupt(code).await?;
    drop(spinner);
    show(format_args!("To log in, open this page in a browser: {}", code.page));
    let user_code = Untrusted::new(code.user_code.as_str());
    let what = if code.is_typed { "Type this code on the page" } else { "Make sure that the page shows this code" };
    show(format_args!("{what}: {} (valid for {} s)", user_code.short(), code.validity.as_secs()));
    if !no_browser && context.output.stderr.is_terminal && can_open_browser() {
        open_browser(code.page.clone());
    }
    context.signals.or_interrupt(confirmation(&issuer, &code, context)).await
}

/// Waits for the user to confirm the code.
async fn confirmation(issuer: &Issuer, code: &DeviceCode, context: &Context<'_>) -> Result<Grant, Failure> {
    let spinner = context.output.spinner("Waiting for you to confirm the login");
    let lost = RefCell::new(None);
    tokio::select! {
        biased;
        grant = poll(issuer, code, &lost) => grant,
        () = expiry(code, &spinner) => {
            let message = "the code has expired before the login was confirmed";
            let expired = Failure::new(Kind::NotSignedIn, message);
            let expired = lost.take().into_iter().fold(expired, Failure::caused_by);
            Err(expired.hint("run the command again"))
        }
    }
}

/// Asks for the new session until the user has confirmed the code. `lost` is the failure of the last request, if it got no response.
async fn poll(issuer: &Issuer, code: &DeviceCode, lost: &RefCell<Option<Failure>>) -> Result<Grant, Failure> {
    loop {
        match issuer.poll(code).await {
            Ok(Some(grant)) => return Ok(grant),
            Ok(None) => drop(lost.take()),
            // The network may come back before the code expires.
            Err(failure) if failure.kind == Kind::Unreachable && failure.status.is_none() => {
                lost.replace(Some(failure));
            }
            Err(failure) => return Err(failure),
        }
        tokio::time::sleep(code.interval).await;
    }
}

/// Waits until the code expires, and shows how long it is valid.
async fn expiry(code: &DeviceCode, spinner: &Spinner) {
    let start = Instant::now();
    while let Some(left) = code.validity.checked_sub(start.elapsed()).filter(|left| !left.is_zero()) {
        spinner.say(format!("; the code is valid for {} s", left.as_secs_f64().ceil()));
        tokio::time::sleep(left.min(Duration::from_secs(1))).await;
    }
}

fn can_open_browser() -> bool {
    let has_display = cfg!(any(windows, target_os = "macos")) || DISPLAYS.into_iter().any(env::is_set);
    has_display && !SSH.into_iter().any(env::is_set)
}

/// Opens a page on another thread, because some browsers run until the user quits them. Ignores errors, because the user can open the
/// page too.
fn open_browser(page: Url) {
    let _ = thread::start(move || {
        let options = BrowserOptions::new().with_suppress_output(true).clone();
        let _ = webbrowser::open_browser_with_options(Browser::Default, page.as_str(), &options);
    });
}
