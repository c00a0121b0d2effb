//! Bytes passed on between two connections.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, split};

use super::seen::Tape;

/// Passes on what comes from either side until both have ended or one has failed; records what
/// comes from the client.
pub async fn relay<C, U>(client: &mut C, upstream: &mut U, tape: &Tape) -> io::Result<()>
where
    C: AsyncRead + AsyncWrite + Unpin,
    U: AsyncRead + AsyncWrite + Unpin,
{
    let (mut from_client, mut to_client) = split(client);
    let (mut from_upstream, mut to_upstream) = split(upstream);
    let up = pass_on(&mut from_client, &mut to_upstream, |bytes| {
        tape.received(bytes);
    });
    let down = pass_on(&mut from_upstream, &mut to_client, |bytes| {
        tape.sent(bytes.len());
    });
    tokio::try_join!(up, down)?;
    Ok(())
}

async fn pass_on(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    record: impl Fn(&[u8]),
) -> io::Result<()> {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let count = from.read(&mut buffer).await?;
        if count == 0 {
            return to.shutdown().await;
        }
        record(&buffer[..count]);
        to.write_all(&buffer[..count]).await?;
        to.flush().await?;
    }
}
