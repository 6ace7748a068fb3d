//! How long a message waits before SQS shows it again. The first two waits keep within the two minutes of an analysis, for
//! most failures pass at once; the later ones are for outages: five attempts span ten minutes at the very least.

const FIRST_SECONDS: u64 = 10;
const LONGEST_SECONDS: u64 = 480;

/// Waits are drawn out or cut by up to so many percent, or all messages of an outage would come back in one moment.
const JITTER_PERCENT: u64 = 10;

/// Seconds until a message that failed at `attempt` (from 1) is shown again: four times as long each time, up to eight
/// minutes. What follows the last attempt is the dead letters, and for these nobody waits. The same message always
/// waits for the same time.
pub(crate) fn seconds_after(attempt: u32, max_attempts: u32, message_id: &str) -> u64 {
    if attempt >= max_attempts {
        return 1;
    }
    let wait = FIRST_SECONDS.saturating_mul(4_u64.saturating_pow(attempt.saturating_sub(1))).min(LONGEST_SECONDS);
    let percent = 100 - JITTER_PERCENT + scattered(attempt, message_id) % (2 * JITTER_PERCENT + 1);
    (wait * percent).div_ceil(100)
}

/// A number that follows from the message and the attempt, and looks as if it did not (FNV-1a).
fn scattered(attempt: u32, message_id: &str) -> u64 {
    let bytes = message_id.bytes().chain(attempt.to_le_bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    hash >> 32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> impl Iterator<Item = String> {
        (0..500).map(|number| format!("059f36b4-87a3-44ab-83d2-{number:012}"))
    }

    #[test]
    fn five_attempts_span_ten_minutes_and_the_first_two_waits_one() {
        for id in ids() {
            let waits: Vec<u64> = (1..5).map(|attempt| seconds_after(attempt, 5, &id)).collect();
            assert!(waits.is_sorted(), "{waits:?}");
            assert!((600..800).contains(&waits.iter().sum::<u64>()), "{waits:?}");
            assert!(waits.iter().take(2).sum::<u64>() < 60, "{waits:?}");
            assert_eq!(seconds_after(5, 5, &id), 1, "nobody waits for the dead letters");
        }
    }

    #[test]
    fn waits_differ_by_message_and_are_the_same_for_one() {
        let waits: std::collections::BTreeSet<u64> = ids().map(|id| seconds_after(4, 5, &id)).collect();
        assert!(waits.len() > 15, "{waits:?}");
        assert_eq!((waits.first(), waits.last()), (Some(&432), Some(&528)));
        assert_eq!(seconds_after(2, 5, "m"), seconds_after(2, 5, "m"));
    }
}
