//! A made-up population to look around in: four tenants, one for each vendor, with ninety days of past.
//!
//! The same number of users, seed and day give the same batches, byte for byte, on any machine. Nothing here reads a
//! clock or a file, and nobody in it exists: every address ends in `.example`.

mod activity;
mod agenda;
mod arrival;
mod calendar;
mod cast;
mod history;
mod ledger;
mod names;
mod names_latin;
mod names_world;
mod owned;
mod people;
mod rng;
mod rooms;
mod runs;
mod scene;
mod steps;
mod stream;
mod tenants;

use calendar::Ago;
use rollcall_shared::domain::{
    Actor, Batch, Day, Entry, Fact, Header, JournalId, Micros, Seal, TenantId,
};
use scene::{ARMED, Scene};
use std::collections::{BTreeMap, VecDeque};
use stream::Stream;
use tenants::TENANTS;

/// A demo population.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Demo {
    /// Accounts over all tenants; at least one, its owner, in each.
    pub users: u32,
    /// What chance is drawn from.
    pub seed: u64,
    /// The UTC day the past leads up to; everything lies before its first instant.
    pub today: Day,
}

impl Demo {
    /// The batches, in an order a store can append them: first the platform's tenants, then each tenant's journal, last
    /// the platform's schedules. The times of each journal never go backwards; sequence numbers count from 1 in the
    /// order given. A batch has at most 20,000 entries and stays under 5 MB.
    pub fn batches(&self) -> impl Iterator<Item = (JournalId, Batch)> + use<> {
        let scenes = self.scenes();
        let mut platform: VecDeque<Batch> = scenes.iter().map(creation).collect();
        let mut scenes = scenes.into_iter();
        let mut journal: Option<Stream> = None;
        let mut fired = Vec::new();
        std::iter::from_fn(move || {
            loop {
                // The platform's own batches: tenants at first, schedules when all tenants are done.
                if let Some(batch) = platform.pop_front() {
                    return Some((JournalId::PLATFORM, batch));
                }
                if let Some(batch) = journal.as_mut().and_then(Stream::next) {
                    return Some((batch.header.journal, batch));
                }
                journal = scenes.next().map(Stream::new);
                match &journal {
                    Some(stream) => fired.extend(stream.fired()),
                    None if fired.is_empty() => return None,
                    None => platform = schedules(std::mem::take(&mut fired)),
                }
            }
        })
    }

    fn scenes(&self) -> Vec<Scene> {
        let mut left = self.users.max(TENANTS.len() as u32);
        let total = u64::from(left);
        (1..)
            .zip(&TENANTS)
            .filter_map(|(id, spec)| {
                let rest = TENANTS.len() as u32 - id;
                let share = (total * u64::from(spec.share) / 100) as u32;
                let accounts = if rest == 0 {
                    left
                } else {
                    share.clamp(1, left - rest)
                };
                left -= accounts;
                Scene::new(spec, TenantId(id), accounts, self.seed, self.today)
            })
            .collect()
    }

    /// One sentence for whoever starts the demo.
    pub fn notice(&self) -> String {
        let armed = Day(self.today.0.saturating_sub(ARMED));
        format!(
            "The demo's people are made up, and so is its past: its policies were armed on {armed}, so its sweeps act \
             at once where a new tenant's would wait for the 14-day amnesty."
        )
    }
}

fn creation(scene: &Scene) -> Batch {
    let tenant = scene.tenant();
    let at = tenant.created;
    let fact = Entry::plain(Fact::TenantCreated(Box::new(tenant)));
    platform(at, "tenant create", Actor::demo(), vec![fact])
}

/// One batch for each day: the schedules of all tenants that came due in its night, in the order of time.
fn schedules(fired: Vec<(Ago, Fact)>) -> VecDeque<Batch> {
    let mut nights: BTreeMap<Ago, Vec<(Micros, Fact)>> = BTreeMap::new();
    for (ago, fact) in fired {
        if let Fact::ScheduleFired { due, .. } = fact {
            nights.entry(-ago).or_default().push((due, fact));
        }
    }
    nights
        .into_values()
        .filter_map(|mut night| {
            night.sort_by_key(|(due, _)| *due);
            let at = night.last()?.0;
            let facts = night.into_iter().map(|(_, fact)| Entry::plain(fact));
            Some(platform(
                at,
                "sweep run",
                Actor::schedule(),
                facts.collect(),
            ))
        })
        .collect()
}

fn platform(at: Micros, verb: &str, actor: Actor, entries: Vec<Entry>) -> Batch {
    Batch {
        header: Header {
            journal: JournalId::PLATFORM,
            at,
            actor,
            verb: verb.into(),
            request: None,
            run: None,
            reason: None,
            answer: None,
            break_glass: None,
            seal: Seal::default(),
        },
        entries,
    }
}

#[cfg(test)]
mod tests;
