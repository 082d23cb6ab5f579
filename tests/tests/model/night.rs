//! Days pass, some people sign in, and the sweeps of invitations and of inactivity run.

use crate::vendors::Holder;
use crate::world::{By, Person, World};

/// An open invitation lives this long.
const INVITATION: u32 = 7;
/// Suspended after so many days without use …
pub const IDLE: u32 = 30;
/// … deactivated so many days after that …
pub const ASLEEP: u32 = 10;
/// … and nothing before so many days after the policy was armed, on the first day.
const AMNESTY: u32 = 14;
/// A privileged account counts this many times in the budget of a day.
const PRIVILEGED: usize = 5;

impl World {
    pub fn night(&mut self, days: u32, signed_in: &[u64]) {
        self.day += days;
        let today = self.day;
        for n in signed_in {
            self.people.get_mut(n).unwrap().used = Some(today);
        }
        let overdue = self.those(|world, p| {
            let since = p.invited.unwrap_or(p.since);
            p.status == "invited"
                && p.holder != Holder::Guest
                && since + INVITATION <= today
                && !world.owns(&p.roles)
        });
        for n in overdue {
            let person = self.people.get_mut(&n).unwrap();
            person.becomes("expired", By::Expiry, today);
        }
        let idle = self.those(|world, p| {
            // Of whom no use is known, none is known before the policy was armed: on the first day.
            let since = p.let_in.max(p.used.unwrap_or(0));
            let person = p.holder == Holder::Person && !world.owns(&p.roles);
            person && p.status == "active" && (since + IDLE).max(AMNESTY) <= today
        });
        let asleep = self.those(|world, p| {
            let person = p.holder == Holder::Person && !world.owns(&p.roles);
            let slept = p.status == "suspended" && p.by == By::Idle;
            person && slept && (p.since + ASLEEP).max(AMNESTY) <= today
        });
        let weight = |n: &u64| match self.privileged(&self.people[n]) {
            true => PRIVILEGED,
            false => 1,
        };
        let sum: usize = idle.iter().chain(&asleep).map(weight).sum();
        // A plan over the budget is held as a whole.
        if sum > (self.accounts() / 100).clamp(2, 50) {
            return;
        }
        for (some, status) in [(idle, "suspended"), (asleep, "deactivated")] {
            for n in some {
                let person = self.people.get_mut(&n).unwrap();
                person.becomes(status, By::Idle, today);
            }
        }
    }

    fn those(&self, which: impl Fn(&World, &Person) -> bool) -> Vec<u64> {
        let found = self.people.iter().filter(|(_, p)| which(self, p));
        found.map(|(n, _)| *n).collect()
    }

    fn privileged(&self, person: &Person) -> bool {
        let role = |id: &String| self.vendor.role(id).is_some_and(|r| r.privileged);
        person.roles.iter().any(|(id, _)| role(id))
    }

    fn accounts(&self) -> usize {
        self.people.len() + self.nameless.len() + self.others
    }
}
