use crate::Pace;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// The part of a minute's allowance that may be used at once.
const AT_ONCE: f64 = 0.1;

/// An allowance per minute, shared by all calls of the process: in no minute is more used. What was estimated before a
/// call is corrected after it, so the level may fall below nothing; the next then waits longer.
pub(crate) struct Rate {
    at_once: f64,
    per_second: f64,
    level: Mutex<Level>,
}

struct Level {
    left: f64,
    at: Duration,
}

impl Rate {
    pub(crate) fn per_minute(allowance: u64) -> Self {
        let allowance = allowance.max(1) as f64;
        let at_once = (allowance * AT_ONCE).max(1.0);
        // What may be used at once comes on top of what flows in before the minute is over, so less flows in.
        let per_second = (allowance - at_once + 1.0) / 60.0;
        Self { at_once, per_second, level: Mutex::new(Level { left: at_once, at: Duration::ZERO }) }
    }

    /// Takes `amount` and answers `None`, or how long to wait before the next try. More than may be used at once is let
    /// through when all of that is there, and owed.
    fn take(&self, amount: f64, now: Duration) -> Option<Duration> {
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        let flown = now.saturating_sub(level.at).as_secs_f64() * self.per_second;
        level.left = (level.left + flown).min(self.at_once);
        level.at = level.at.max(now);
        let needed = amount.min(self.at_once);
        // Sums of fractions end a hair short of whole numbers.
        if level.left + 1e-6 >= needed {
            level.left -= amount;
            return None;
        }
        Some(Duration::from_secs_f64((needed - level.left) / self.per_second))
    }

    /// Takes `amount`, waiting for it; `false` when that cannot be before `until`.
    pub(crate) async fn wait(&self, amount: u64, pace: &dyn Pace, until: Duration) -> bool {
        while let Some(wait) = self.take(amount as f64, pace.now()) {
            if pace.now() + wait >= until {
                return false;
            }
            pace.sleep(wait).await;
        }
        true
    }

    /// Says what was really used of an amount taken.
    pub(crate) fn correct(&self, taken: u64, used: u64) {
        let mut level = self.level.lock().unwrap_or_else(PoisonError::into_inner);
        level.left = (level.left + taken as f64 - used as f64).min(self.at_once);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_no_minute_is_more_used_than_allowed() {
        for allowance in [2_u64, 60, 10_000] {
            let rate = Rate::per_minute(allowance);
            let (mut now, mut taken) = (Duration::ZERO, Vec::new());
            while now < Duration::from_secs(300) {
                match rate.take(1.0, now) {
                    None => taken.push(now),
                    Some(wait) => now += wait.max(Duration::from_millis(1)),
                }
            }
            let minute = Duration::from_secs(60);
            let most = taken
                .iter()
                .map(|from| taken.partition_point(|at| *at < *from + minute) - taken.partition_point(|at| at < from));
            let most = most.max().unwrap_or(0) as u64;
            assert!(most <= allowance.max(2), "{most} of {allowance}");
            assert!(taken.len() as u64 >= allowance * 4, "{} in five minutes of {allowance}", taken.len());
        }
    }

    #[test]
    fn what_was_used_beyond_the_estimate_is_owed() {
        let rate = Rate::per_minute(600);
        assert_eq!(rate.take(60.0, Duration::ZERO), None);
        rate.correct(60, 150);
        let wait = rate.take(1.0, Duration::ZERO).unwrap();
        assert!(wait > Duration::from_secs(10) && wait < Duration::from_secs(11), "{wait:?}");
        rate.correct(150, 0);
        assert_eq!(rate.take(60.0, Duration::ZERO), None);
        assert_eq!(rate.take(5_000.0, Duration::from_secs(60)), None, "too large a question passes, and the next wait");
        assert!(rate.take(1.0, Duration::from_secs(120)).is_some());
    }
}
