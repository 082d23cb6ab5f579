//! The connection as a state: up, or down until an instant known to the admin.

use rollcall_shared::domain::{Micros, Span};

const SECOND: i64 = 1_000_000;

/// The longest wait between two tries.
const LONGEST: i64 = 30;

/// How the connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// The first try is under way.
    Connecting,
    /// News arrive.
    Up,
    /// It is gone and will be tried again.
    Down {
        /// Why, one sentence; may hold untrusted text.
        why: String,
        /// Tries since it was lost.
        tries: u32,
        /// When the next try begins.
        retry_at: Micros,
        /// A try is under way.
        trying: bool,
    },
}

impl Link {
    /// Whether news arrive.
    pub fn is_up(&self) -> bool {
        matches!(self, Link::Up)
    }

    /// Notes a failed try; waits 1, 2, 4 … up to 30 seconds before the next.
    pub fn lost(&mut self, why: String, now: Micros) {
        let tries = match self {
            Link::Down { tries, .. } => tries.saturating_add(1),
            _ => 1,
        };
        let wait = (1i64 << (tries - 1).min(5)).min(LONGEST);
        *self = Link::Down {
            why,
            tries,
            retry_at: now.plus(Span(wait)),
            trying: false,
        };
    }

    /// Whole seconds until the next try; none while it is up or being tried.
    pub fn seconds_left(&self, now: Micros) -> Option<i64> {
        match self {
            Link::Down {
                retry_at,
                trying: false,
                ..
            } => Some((retry_at.0.saturating_sub(now.0) + SECOND - 1).max(0) / SECOND),
            _ => None,
        }
    }

    /// When the header must be drawn again or a try begins.
    pub fn next_tick(&self, now: Micros) -> Option<Micros> {
        let left = self.seconds_left(now)?;
        match self {
            Link::Down { retry_at, .. } => Some(Micros(
                retry_at.0.saturating_sub((left - 1).max(0) * SECOND),
            )),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_half_a_minute() {
        let mut link = Link::Up;
        let mut waits = Vec::new();
        for _ in 0..7 {
            link.lost("gone".into(), Micros(0));
            waits.push(link.seconds_left(Micros(0)).unwrap());
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
    }

    #[test]
    fn the_countdown_ticks_once_a_second() {
        let mut link = Link::Up;
        link.lost("gone".into(), Micros(0));
        link.lost("gone".into(), Micros(0));
        assert_eq!(link.seconds_left(Micros(0)), Some(2));
        assert_eq!(link.next_tick(Micros(0)), Some(Micros(SECOND)));
        assert_eq!(link.seconds_left(Micros(SECOND)), Some(1));
        assert_eq!(link.next_tick(Micros(SECOND)), Some(Micros(2 * SECOND)));
        assert_eq!(Link::Up.next_tick(Micros(0)), None);
    }
}
