//! When heads are copied: at the start, on the schedule, and after a failure again, later and later.

use super::copy::Places;
use crate::handlers::Service;
use crate::schedule::Schedule;
use rollcall_shared::config;
use rollcall_shared::domain::{Micros, Span};
use rollcall_shared::text;
use std::sync::Arc;
use tokio::sync::watch;

/// After a failure it is tried again this much later, after each further failure twice as much later …
const RETRY: Span = Span(60);
/// … but never more than this.
const RETRY_MOST: Span = Span::hours(1);

/// What the driver waits for.
struct Rounds {
    settings: config::Heads,
    places: Places,
    next: Micros,
    /// How long it waits after the last failure; none after none.
    pause: Option<Span>,
}

impl Rounds {
    /// The first round is due at once: what was missed while nobody ran is made up for by it.
    fn of(settings: config::Heads) -> Self {
        let next = match settings.copied() {
            true => Micros(i64::MIN),
            false => Micros(i64::MAX),
        };
        Rounds {
            settings,
            places: Places::default(),
            next,
            pause: None,
        }
    }

    async fn round(&mut self, service: &Arc<Service>) {
        let now = service.clock.now();
        match self.places.copy(service, &self.settings, now).await {
            Ok(()) => {
                service.heads.copied(now);
                self.pause = None;
                let schedule = Schedule::parse(&self.settings.schedule).ok();
                let next = schedule.and_then(|s| s.next_after(now, &jiff::tz::TimeZone::UTC));
                self.next = next.unwrap_or(Micros(i64::MAX));
            }
            Err(why) => {
                tracing::error!("signed heads were not copied: {}", text::safe(&why));
                let pause = longer(self.pause);
                self.pause = Some(pause);
                self.next = now.plus(pause);
                service.heads.not_copied(now, why);
            }
        }
    }
}

/// The pause after a failure, given the one before it.
fn longer(pause: Option<Span>) -> Span {
    let longer = pause.map_or(RETRY, |p| Span(p.0.saturating_mul(2)));
    longer.min(RETRY_MOST)
}

/// Runs until `stop` says true.
pub(crate) async fn drive(service: Arc<Service>, mut stop: watch::Receiver<bool>) {
    let mut rounds = Rounds::of(service.config().heads.clone());
    loop {
        if rounds.next <= service.clock.now() {
            tokio::select! {
                () = rounds.round(&service) => continue,
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
        tokio::select! {
            () = service.clock.wait_until(rounds.next) => {}
            () = service.heads.again.notified() => {
                let settings = service.config().heads.clone();
                if settings != rounds.settings {
                    service.heads.elsewhere();
                    rounds = Rounds::of(settings);
                } else if rounds.pause.is_some() {
                    // Perhaps it was the key that was in the way.
                    rounds.next = Micros(i64::MIN);
                }
            }
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_after_failures_grow_to_an_hour() {
        let pauses = std::iter::successors(Some(longer(None)), |p| Some(longer(Some(*p))));
        let minutes: Vec<i64> = pauses.take(8).map(|p| p.0 / 60).collect();
        assert_eq!(minutes, [1, 2, 4, 8, 16, 32, 60, 60]);
    }
}
