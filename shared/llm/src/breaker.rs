use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Failures in a row after which a server is left alone.
const FAILURES: u32 = 5;
/// For how long; then one call may try it, and the others wait for what becomes of that.
const REST: Duration = Duration::from_secs(30);

/// Keeps calls from a server that fails (circuit breaker).
#[derive(Default)]
pub(crate) struct Breaker(Mutex<State>);

#[derive(Default)]
struct State {
    failures: u32,
    closed_until: Option<Duration>,
}

impl Breaker {
    /// Whether the server may be called now. After a rest the first to ask may, and the rest begins anew for the others.
    pub(crate) fn lets_through(&self, now: Duration) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.closed_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                state.closed_until = Some(now + REST);
                true
            }
        }
    }

    /// The server answered, whatever it said.
    pub(crate) fn answered(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }

    /// The server did not answer; `true` when it is left alone from now on.
    pub(crate) fn failed(&self, now: Duration) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures = state.failures.saturating_add(1);
        let rests = state.failures >= FAILURES;
        if rests {
            state.closed_until = Some(now + REST);
        }
        rests
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_server_is_left_alone_and_tried_by_one() {
        let (breaker, second) = (Breaker::default(), Duration::from_secs);
        for failure in 1..=FAILURES {
            assert!(breaker.lets_through(second(0)));
            assert_eq!(breaker.failed(second(0)), failure == FAILURES);
        }
        assert!(!breaker.lets_through(second(29)));
        assert!(breaker.lets_through(second(30)), "one may try");
        assert!(!breaker.lets_through(second(31)), "and no other");
        assert!(breaker.failed(second(32)));
        assert!(!breaker.lets_through(second(61)));
        assert!(breaker.lets_through(second(62)));
        breaker.answered();
        assert!(breaker.lets_through(second(62)) && breaker.lets_through(second(62)));
        assert!(!breaker.failed(second(63)), "it counts from the beginning");
    }
}
