//! Standard input and output as the streams of the protocol.

use std::io::{self, Read as _};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::thread;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::api::NewToken;
use crate::output::{escape_controls, write_stdout};
use crate::redact;
use crate::secret::TokenValue;

/// Number of bytes that are read at once.
const CHUNK: usize = 64 * 1024;

/// Standard input. A thread reads it, because a read cannot be cancelled.
pub struct Input {
    chunks: mpsc::Receiver<Vec<u8>>,
    chunk: io::Cursor<Vec<u8>>,
    /// Is cancelled when the server has received all input.
    ended: CancellationToken,
}

impl Input {
    pub fn start(ended: CancellationToken) -> io::Result<Self> {
        let (sender, chunks) = mpsc::channel(1);
        thread::Builder::new().spawn(move || {
            while let Some(chunk) = read_chunk()
                && sender.blocking_send(chunk).is_ok()
            {}
        })?;
        Ok(Self { chunks, chunk: io::Cursor::default(), ended })
    }
}

impl AsyncRead for Input {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let read = self.chunk.read(buffer.initialize_unfilled())?;
        if read > 0 {
            buffer.advance(read);
            return Poll::Ready(Ok(()));
        }
        if let Some(chunk) = ready!(self.chunks.poll_recv(context)) {
            self.chunk = io::Cursor::new(chunk);
            return self.poll_read(context, buffer);
        }
        self.ended.cancel();
        Poll::Ready(Ok(()))
    }
}

/// Reads some bytes from standard input. Returns `None` at the end, and if standard input cannot be read.
fn read_chunk() -> Option<Vec<u8>> {
    let mut chunk = vec![0; CHUNK];
    loop {
        match io::stdin().lock().read(&mut chunk) {
            Ok(0) => return None,
            Ok(length) => {
                chunk.truncate(length);
                return Some(chunk);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // The client may have made the stream non-blocking, as Node.js does with sockets.
            #[cfg(unix)]
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                use rustix::event::{PollFd, PollFlags, poll};
                let _ = poll(&mut [PollFd::new(&rustix::stdio::stdin(), PollFlags::IN)], None);
            }
            Err(_) => return None,
        }
    }
}

/// A new token whose value the client has not received yet.
pub struct Undelivered {
    pub value: TokenValue,
    pub new: NewToken,
}

/// All new tokens whose values the client has not received yet. Clones share the list.
#[derive(Clone, Default)]
pub struct Delivery(Arc<Mutex<Vec<Undelivered>>>);

impl Delivery {
    pub fn add(&self, value: TokenValue, new: NewToken) {
        self.lock().push(Undelivered { value, new });
    }

    pub fn take_all(&self) -> Vec<Undelivered> {
        std::mem::take(&mut self.lock())
    }

    /// Returns the value that `text` contains, if any.
    fn value_in(&self, text: &str) -> Option<String> {
        let tokens = self.lock();
        let mut values = tokens.iter().map(|token| token.value.expose());
        values.find(|value| text.contains(value)).map(str::to_owned)
    }

    fn finish(&self, value: &str) {
        self.lock().retain(|token| token.value.expose() != value);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Undelivered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

type Writing = Pin<Box<dyn Future<Output = io::Result<()>> + Send>>;

/// Standard output. Removes all secrets but the values that are to be delivered.
pub struct Output {
    buffer: Vec<u8>,
    writing: Option<Writing>,
    delivery: Delivery,
    /// Is cancelled when standard output cannot be written to.
    broken: CancellationToken,
}

impl Output {
    pub fn new(delivery: Delivery, broken: CancellationToken) -> Self {
        Self { buffer: Vec::new(), writing: None, delivery, broken }
    }

    fn write_buffer(&mut self) -> Writing {
        let text = String::from_utf8_lossy(&std::mem::take(&mut self.buffer)).into_owned();
        let text = escape_controls(&text).into_owned();
        let delivery = self.delivery.clone();
        Box::pin(async move {
            let value = delivery.value_in(&text);
            let Some((value, (before, after))) =
                value.as_ref().and_then(|value| Some((value, text.split_once(value)?)))
            else {
                return write_stdout(redact::exact(text)).await;
            };
            let [before, after] = [before, after].map(|text| redact::exact(text.to_owned()));
            write_stdout([&before, value, &*after].concat()).await?;
            delivery.finish(value);
            Ok(())
        })
    }
}

impl AsyncWrite for Output {
    fn poll_write(mut self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.buffer.extend_from_slice(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            if let Some(writing) = &mut self.writing {
                let written = ready!(writing.as_mut().poll(context));
                self.writing = None;
                return Poll::Ready(written.inspect_err(|_| self.broken.cancel()));
            }
            if self.buffer.is_empty() {
                return Poll::Ready(Ok(()));
            }
            self.writing = Some(self.write_buffer());
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_flush(context)
    }
}
