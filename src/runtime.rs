//! The runtime that everything async runs on.

use std::io;

/// Runs work to its end, on this thread. Fails where the system does not provide what a runtime needs.
pub fn block_on<T>(work: impl Future<Output = T>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let result = runtime.block_on(work);
    // A host name that is still being looked up must not hold up the end.
    runtime.shutdown_background();
    Ok(result)
}
