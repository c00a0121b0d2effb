//! What holds answers back until a test lets them go.

use std::sync::Arc;

use tokio::sync::Semaphore;

/// A gate that answers wait at; clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Semaphore>);

impl Gate {
    /// A gate that lets nothing through yet.
    pub fn closed() -> Self {
        Self(Arc::new(Semaphore::new(0)))
    }

    /// Lets so many more through.
    pub fn let_through(&self, count: usize) {
        self.0.add_permits(count);
    }

    pub(super) async fn pass(&self) {
        let permit = self.0.acquire().await.expect("a gate that is there");
        permit.forget();
    }
}
