//! A call of a tool.

use std::cell::Cell;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use rmcp::RoleServer;
use rmcp::model::{CallToolRequestParams, ProgressNotificationParam, ProgressToken};
use rmcp::service::RequestContext;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use crate::signals::Signals;

/// Time limit for sending the last progress of a call. The client may not read.
const SEND_LIMIT: Duration = Duration::from_secs(1);

pub struct Call {
    pub request: CallToolRequestParams,
    pub context: RequestContext<RoleServer>,
    pub progress: Progress,
    /// Receives no signals. While it is held, the call cannot be cancelled.
    pub signals: Rc<Signals>,
    /// Is cancelled when the server has received all input.
    pub ended: CancellationToken,
}

impl Call {
    /// Runs `work`, and sends its progress to the client. Returns `None` if the client cancelled the call or the server ends.
    pub async fn run<T>(
        &self,
        work: impl Future<Output = T>,
        mut updates: mpsc::UnboundedReceiver<Option<Update>>,
    ) -> Option<T> {
        let mut work = pin!(work);
        let token = self.context.meta.get_progress_token();
        let mut sending = pin!(async {
            while let (Some(token), Some(Some(update))) = (&token, updates.recv().await) {
                let _ = self.context.peer.notify_progress(update.notification(token.clone())).await;
            }
        });
        let mut is_sending = true;
        let mut cancelled = pin!(self.context.ct.cancelled());
        let mut is_cancelled = false;
        let result = std::future::poll_fn(|context| {
            if let Poll::Ready(result) = work.as_mut().poll(context) {
                return Poll::Ready(Some(result));
            }
            is_sending = is_sending && sending.as_mut().poll(context).is_pending();
            is_cancelled = is_cancelled || cancelled.as_mut().poll(context).is_ready();
            if is_cancelled && !self.signals.is_held() { Poll::Ready(None) } else { Poll::Pending }
        })
        .await;
        if is_sending && result.is_some() {
            // The client must not get progress after the result.
            let _ = self.progress.sender.send(None);
            let _ = timeout(SEND_LIMIT, sending).await;
        }
        result
    }
}

pub struct Update {
    done: f64,
    total: Option<f64>,
    message: &'static str,
}

impl Update {
    fn notification(self, token: ProgressToken) -> ProgressNotificationParam {
        let notification = ProgressNotificationParam::new(token, self.done).with_message(self.message);
        self.total.into_iter().fold(notification, ProgressNotificationParam::with_total)
    }
}

/// Progress of a call. The number that the client sees always increases.
pub struct Progress {
    sender: mpsc::UnboundedSender<Option<Update>>,
    done: Cell<usize>,
}

impl Progress {
    pub fn new(sender: mpsc::UnboundedSender<Option<Update>>) -> Self {
        Self { sender, done: Cell::new(0) }
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
        let update = Update { done: done as f64, total: total.map(|total| total as f64), message };
        let _ = self.sender.send(Some(update));
    }
}
