//! A call of a tool.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use futures_util::FutureExt;
use rmcp::RoleServer;
use rmcp::model::{CallToolRequestParams, ProgressNotificationParam, ProgressToken};
use rmcp::service::RequestContext;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::transport::{Connection, Outcome};
use crate::error::{Failure, Kind};
use crate::output::show_lines;
use crate::signals::Signals;

/// Time limit for sending the last progress of a call.
const SEND_LIMIT: Duration = Duration::from_secs(1);

pub struct Call {
    pub request: CallToolRequestParams,
    pub context: RequestContext<RoleServer>,
    pub progress: Progress,
    /// Receives no signals. While it is held, the call cannot be cancelled.
    pub signals: Rc<Signals>,
    pub connection: Connection,
}

impl Call {
    /// Runs `work` on the call, and sends its progress to the client. Returns `None` if the client cancelled the call or the server
    /// ends.
    pub async fn run<T>(
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
        connection: Connection,
        work: impl AsyncFnOnce(Self) -> T,
    ) -> Option<T> {
        let (peer, cancellation, ended) = (context.peer.clone(), context.ct.clone(), connection.ended.clone());
        let signals = Rc::new(Signals::none());
        let (progress, mut updates) = Progress::new(context.meta.get_progress_token());
        let work = work(Self { request, context, progress, signals: Rc::clone(&signals), connection });
        // Ends when the work drops the call.
        let mut sending = pin!(
            async {
                while let Some(update) = updates.recv().await {
                    tokio::select! {
                        biased;
                        // At the end of input, rmcp sends no more progress, and this call would never return.
                        () = ended.cancelled() => {}
                        _ = peer.notify_progress(update) => {}
                    }
                }
            }
            .fuse()
        );
        let mut cancelled = pin!(cancellation.cancelled());
        let cancelled =
            poll_fn(|context| if signals.is_held() { Poll::Pending } else { cancelled.as_mut().poll(context) });
        let sending_forever = async {
            sending.as_mut().await;
            pending().await
        };
        let result = tokio::select! {
            biased;
            result = work => result,
            result = sending_forever => result,
            () = cancelled => return None,
        };
        // The client must not get progress after the result. It may not read at all.
        let _ = timeout(SEND_LIMIT, sending).await;
        Some(result)
    }

    pub fn ensure_not_cancelled(&self) -> Result<(), Failure> {
        if self.context.ct.is_cancelled() { Err(cancelled()) } else { Ok(()) }
    }

    /// Tells the person the outcome of a change if the client does not read it.
    pub fn tell(&self, outcome: String) {
        if self.context.ct.is_cancelled() || self.connection.ended.is_cancelled() {
            show_lines(&outcome);
        } else {
            self.connection.set_outcome(self.context.id.clone(), Outcome::Text(outcome));
        }
    }
}

/// The failure of a call that the client cancelled.
pub fn cancelled() -> Failure {
    Failure::new(Kind::Failed, "the call was cancelled")
}

/// Progress of a call. The number that the client sees always increases.
pub struct Progress {
    /// `None` if the client did not ask for progress.
    token: Option<ProgressToken>,
    sender: mpsc::UnboundedSender<ProgressNotificationParam>,
    done: Cell<usize>,
}

impl Progress {
    fn new(token: Option<ProgressToken>) -> (Self, mpsc::UnboundedReceiver<ProgressNotificationParam>) {
        let (sender, updates) = mpsc::unbounded_channel();
        (Self { token, sender, done: Cell::new(0) }, updates)
    }

    /// Reports the number of tokens read and, if known, of all tokens.
    pub fn tokens(&self, done: usize, total: Option<usize>) {
        if done > self.done.get() {
            self.send(done, total, "Reading tokens");
        }
    }

    /// Reports that the call is still being worked on.
    pub fn tick(&self, message: &'static str) {
        self.send(self.done.get() + 1, None, message);
    }

    #[expect(clippy::cast_precision_loss, reason = "no list has that many tokens")]
    fn send(&self, done: usize, total: Option<usize>, message: &'static str) {
        self.done.set(done);
        if let Some(token) = self.token.clone() {
            let update = ProgressNotificationParam::new(token, done as f64).with_message(message);
            let _ = self.sender.send(match total {
                Some(total) => update.with_total(total as f64),
                None => update,
            });
        }
    }
}
