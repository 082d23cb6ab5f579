//! Days pass, some people sign in, and the sweeps of invitations, of inactivity and of seats run.

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
/// Whoever was suspended otherwise keeps the seat so many days.
pub const RECLAIM: u32 = 20;
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
                && !world.stays_out_of_reach(p)
        });
        let mut overdue = self.without_whom_a_part_needs(overdue, "expired");
        // A plan over the budget is held as a whole; whatever touched somebody today counts.
        let most = (self.accounts() / 100).clamp(2, 50);
        let mut spent = self.weight(&overdue);
        if spent > most {
            spent = 0;
            overdue.clear();
        }
        for n in overdue {
            let person = self.people.get_mut(&n).unwrap();
            person.becomes("expired", By::Expiry, today);
        }
        let idle = self.idle(today);
        let idle = self.without_whom_a_part_needs(idle, "suspended");
        let asleep = self.those(|world, p| {
            let person = p.holder == Holder::Person && !world.stays_out_of_reach(p);
            let slept = p.status == "suspended" && p.by == By::Idle;
            person && slept && (p.since + ASLEEP).max(AMNESTY) <= today
        });
        let asleep = self.without_whom_a_part_needs(asleep, "deactivated");
        let told = self.weight(&idle) + self.weight(&asleep);
        if spent + told <= most {
            spent += told;
            self.all_become(&idle, "suspended", By::Idle);
            self.all_become(&asleep, "deactivated", By::Idle);
        }
        let unused = self.those(|world, p| {
            let person = p.holder == Holder::Person && !world.stays_out_of_reach(p);
            let shut = p.status == "suspended" && p.by != By::Idle;
            person && shut && (p.since + RECLAIM).max(AMNESTY) <= today
        });
        let unused = self.without_whom_a_part_needs(unused, "deactivated");
        if spent + self.weight(&unused) <= most {
            self.all_become(&unused, "deactivated", By::Unused);
        }
    }

    fn all_become(&mut self, some: &[u64], status: &'static str, by: By) {
        for n in some {
            let person = self.people.get_mut(n).unwrap();
            person.becomes(status, by, self.day);
        }
    }

    /// Who has not been there for too long; of whom nobody told a use, nothing is known. Of the owners so many stay that
    /// somebody can still act as one: the last one there first, of several the one that came to be first.
    fn idle(&self, today: u32) -> Vec<u64> {
        let quiet = |p: &Person| p.used.map(|used| p.let_in.max(used));
        let mut idle = self.those(|world, p| {
            let over = |since: u32| (since + IDLE).max(AMNESTY) <= today;
            let person = p.holder == Holder::Person && p.status == "active";
            let stays = !world.usable_owner(p) || world.vendor.most_owners == Some(1);
            let stays = stays && world.stays_out_of_reach(p);
            person && quiet(p).is_some_and(over) && !stays
        });
        let owners = self.those(|world, p| world.usable_owner(p));
        if owners.iter().all(|n| idle.contains(n)) {
            let last = owners.iter().copied().max_by_key(|n| {
                let since = quiet(&self.people[n]);
                (since, std::cmp::Reverse(*n))
            });
            idle.retain(|n| Some(*n) != last);
        }
        idle
    }

    /// Whether an owner who is not in is left as they are: nobody else could act as one, or there is one owner alone.
    fn stays_out_of_reach(&self, person: &Person) -> bool {
        let alone = self.vendor.most_owners == Some(1);
        self.owns(&person.roles) && (alone || self.usable_owners() == 0)
    }

    fn weight(&self, some: &[u64]) -> usize {
        let privileged = |n: &&u64| self.privileged(&self.people[*n]);
        some.len() + (PRIVILEGED - 1) * some.iter().filter(privileged).count()
    }

    fn those(&self, which: impl Fn(&World, &Person) -> bool) -> Vec<u64> {
        let found = self.people.iter().filter(|(_, p)| which(self, p));
        found.map(|(n, _)| *n).collect()
    }

    /// Of those who would come to this state one after the other, whoever leaves each organisation with an owner and with
    /// somebody to run it.
    fn without_whom_a_part_needs(&self, some: Vec<u64>, status: &'static str) -> Vec<u64> {
        let mut left = self.clone();
        let mut leaves = |n: &u64| {
            let mut next = left.clone();
            next.people.get_mut(n).unwrap().status = status;
            let keeps = next.parts_keep(&left).is_ok();
            if keeps {
                left = next;
            }
            keeps
        };
        some.into_iter().filter(|n| leaves(n)).collect()
    }

    fn privileged(&self, person: &Person) -> bool {
        let role = |id: &String| self.vendor.role(id).is_some_and(|r| r.privileged);
        person.roles.iter().any(|(id, _)| role(id))
    }

    fn accounts(&self) -> usize {
        let counts = |p: &&Person| p.holder != Holder::Guest && p.status != "deleted";
        let known = self.people.values().chain(self.nameless.values());
        known.filter(counts).count() + self.others
    }
}
