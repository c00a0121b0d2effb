//! Answers that the platform gives in place of its own.

use wiremock::ResponseTemplate;

use super::{Call, Seen};

/// An answer in place of the platform's own: once, unless told otherwise.
pub struct Fault {
    call: Call,
    when: Box<dyn Fn(&Seen) -> bool + Send>,
    /// `None` closes the connection without an answer.
    answer: Option<ResponseTemplate>,
    applied: bool,
    /// How often it still strikes.
    left: usize,
}

impl Fault {
    pub fn answer(call: Call, answer: ResponseTemplate) -> Self {
        Self {
            call,
            when: Box::new(|_| true),
            answer: Some(answer),
            applied: false,
            left: 1,
        }
    }

    /// Closes the connection without an answer.
    pub fn hang_up(call: Call) -> Self {
        Self {
            answer: None,
            ..Self::answer(call, ResponseTemplate::new(500))
        }
    }

    pub fn times(self, times: usize) -> Self {
        Self { left: times, ..self }
    }

    pub fn always(self) -> Self {
        self.times(usize::MAX)
    }

    /// Does what was asked first: only the answer is lost.
    pub fn after_applying(self) -> Self {
        Self { applied: true, ..self }
    }

    /// Strikes only requests that fit.
    pub fn when(self, fits: impl Fn(&Seen) -> bool + Send + 'static) -> Self {
        Self {
            when: Box::new(fits),
            ..self
        }
    }

    fn strikes(&self, seen: &Seen) -> bool {
        self.left > 0 && self.call == seen.call && (self.when)(seen)
    }
}

/// What a fault does to one request.
pub(super) struct Strike {
    pub answer: Option<ResponseTemplate>,
    pub applied: bool,
}

/// The faults in the order they were injected; of those that fit, the first strikes.
#[derive(Default)]
pub(super) struct Faults(Vec<Fault>);

impl Faults {
    pub fn push(&mut self, fault: Fault) {
        self.0.push(fault);
    }

    /// Whether the connection of this request is to be closed without an answer.
    pub fn hang_up(&self, seen: &Seen) -> bool {
        let next = self.0.iter().find(|fault| fault.strikes(seen));
        next.is_some_and(|fault| fault.answer.is_none())
    }

    pub fn strike(&mut self, seen: &Seen) -> Option<Strike> {
        let fault = self.0.iter_mut().find(|fault| fault.strikes(seen))?;
        fault.left -= 1;
        Some(Strike {
            answer: fault.answer.clone(),
            applied: fault.applied,
        })
    }
}
