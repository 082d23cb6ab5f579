//! Waiting for a condition.

use std::time::{Duration, Instant};

/// Asks `condition` again and again until it gives something, at most a minute.
///
/// # Panics
/// When it never does; the message says what was waited for.
#[allow(
    clippy::disallowed_methods,
    reason = "a test's patience is measured in real time"
)]
pub fn poll<T>(what: &str, mut condition: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(60);
    loop {
        if let Some(found) = condition() {
            return found;
        }
        assert!(Instant::now() < end, "waited in vain for {what}");
        std::thread::park_timeout(Duration::from_millis(5));
    }
}
