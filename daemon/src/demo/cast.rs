//! Who is in a tenant of the demo and what happened to whom: every account number has a story.
//!
//! Stories are dealt out by counting, not by chance, so that a known number of people is due for each sweep today.
//! What a sweep may do in a day is limited by the blast budget, which does not grow with a large tenant; so the
//! numbers of people who come due are measured by the budget and everything else by the tenant.

use super::calendar::Ago;
use super::rng::{Rng, Shuffle};
use super::tenants::Spec;
use rollcall_shared::domain::Mode;

/// Day of the first import; everybody who was there then is a veteran.
pub const FIRST_IMPORT: Ago = 92;

/// Newcomers come with the weekly imports, 13 of them, the last one yesterday.
pub const WEEKS: i32 = 13;

/// The day of a weekly import, 0 is the newest.
pub const fn import_day(week: i32) -> Ago {
    1 + 7 * week
}

/// What happened to one account. Days are counted back from today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Story {
    /// Owns the tenant.
    Owner,
    /// Works.
    Regular,
    /// Works with a privileged role.
    Privileged(Second),
    /// A program.
    Service,
    /// A signer or invited outsider.
    Outside,
    /// Stopped coming after a day.
    Quiet(Ago),
    /// Stopped coming after a day, and came back when warned.
    Returned(Ago),
    /// Stopped coming after a day, was suspended for it and brought back with a hold.
    Restored(Ago),
    /// Suspended by a person.
    Suspended(Ago),
    /// Suspended by a person, and brought back some days later.
    Reactivated(Ago),
    /// Last day of employment, also in the future.
    Ended(Ago),
    /// On leave since a day.
    Leave(Ago),
    /// Deactivated before the first import.
    Gone,
    /// Changed role or department at a weekly import.
    Moved(Ago),
    /// The vendor shows something else than what was decided.
    Drifted(Drift),
    /// Came with a weekly import and works.
    Joined,
    /// Came with a weekly import and never signed in.
    NeverCame,
    /// A contractor of the crowd that comes due today.
    Crowd,
    /// Invited on a day, no answer.
    Invited(Ago),
}

/// The second factor of a privileged account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Second {
    /// In order.
    Fine,
    /// None since the role was granted with a weekly import.
    None(Ago),
    /// None, but nobody has looked lately.
    Stale,
    /// Nobody has told.
    Unknown,
}

/// What the vendor shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drift {
    /// Active again, although deactivated here.
    Revived,
    /// Suspended there, active here.
    Locked,
    /// More roles than granted here.
    Roles,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cohort {
    Privileged,
    Service,
    Outside,
    Quiet,
    Returned,
    Restored,
    Suspended,
    Reactivated,
    Ended,
    Leave,
    Gone,
    Moved,
    Drifted,
}

/// One weekly import's newcomers.
#[derive(Debug, Clone, Copy)]
struct Week {
    day: Ago,
    first: u32,
    count: u32,
    crowd: u32,
    invited: u32,
    never: u32,
}

/// The stories of one tenant.
#[derive(Debug, Clone)]
pub struct Cast {
    /// Accounts in all.
    pub accounts: u32,
    /// Accounts of the first import.
    pub veterans: u32,
    acting: bool,
    /// The blast budget of a day.
    budget: u32,
    order: Shuffle,
    cohorts: Vec<(Cohort, u32)>,
    weeks: Vec<Week>,
}

/// People who stop coming are spread over the days from 28 to 127, so that as many come due each day.
const QUIET_FROM: Ago = 28;
const QUIET_DAYS: u32 = 100;

impl Cast {
    /// Deals the stories of a tenant with so many accounts.
    pub fn new(spec: &Spec, accounts: u32, rng: &mut Rng) -> Self {
        let budget = (accounts / 100).clamp(2, 50);
        let acting = spec.mode != Mode::Observe;
        let crowd = if spec.crowd {
            (budget * 8 / 5).min(accounts / 10)
        } else {
            0
        };
        let joined = accounts * 9 / 100;
        let veterans = accounts - joined - crowd;
        let weeks = weeks(veterans, joined, crowd, budget, acting);
        let share = |per_mille: u32| (u64::from(veterans) * u64::from(per_mille) / 1_000) as u32;
        let quiet = if acting {
            (QUIET_DAYS * (budget / 10).clamp(1, 5)).min(share(100))
        } else {
            share(70)
        };
        let only = |condition: bool, count: u32| if condition { count } else { 0 };
        let wanted = [
            (Cohort::Privileged, share(spec.privileged_share).max(3)),
            (Cohort::Quiet, quiet),
            (Cohort::Suspended, budget.clamp(3, 50)),
            (Cohort::Ended, budget.clamp(4, 50)),
            (Cohort::Service, share(5).max(1)),
            (
                Cohort::Drifted,
                only(spec.authority.word() == "vendor", share(7).clamp(3, 60)),
            ),
            (Cohort::Leave, share(7).max(2)),
            (Cohort::Returned, only(acting, share(5).clamp(1, 40))),
            (Cohort::Restored, only(acting, share(1).clamp(1, 10))),
            (Cohort::Reactivated, share(4).clamp(1, 120)),
            (Cohort::Outside, share(spec.outside_share)),
            (Cohort::Gone, share(25)),
            (Cohort::Moved, share(30)),
        ];
        // The owner's place is not dealt out; a tiny tenant gets as many of the first cohorts as it has people.
        let mut left = veterans.saturating_sub(1);
        let cohorts = wanted
            .into_iter()
            .map(|(cohort, count)| {
                let count = count.min(left);
                left -= count;
                (cohort, count)
            })
            .collect();
        Cast {
            accounts,
            veterans,
            acting,
            budget,
            order: Shuffle::new(veterans.saturating_sub(1), rng),
            cohorts,
            weeks,
        }
    }

    /// How many accounts are signers, outsiders, or deactivated since before the first import: they hold no seat.
    pub fn seatless(&self) -> u32 {
        self.cohorts
            .iter()
            .filter(|(cohort, _)| matches!(cohort, Cohort::Outside | Cohort::Gone))
            .map(|(_, count)| count)
            .sum()
    }

    /// Whether sweeps act here, by themselves or after approval.
    pub fn acting(&self) -> bool {
        self.acting
    }

    /// The first account of a weekly import and the one behind its last.
    pub fn newcomers(&self, day: Ago) -> std::ops::Range<u32> {
        self.weeks
            .iter()
            .find(|week| week.day == day)
            .map_or(0..0, |week| week.first..week.first + week.count)
    }

    /// The day of the import an account came with.
    pub fn imported(&self, account: u32) -> Ago {
        self.week_of(account).map_or(FIRST_IMPORT, |week| week.day)
    }

    fn week_of(&self, account: u32) -> Option<&Week> {
        self.weeks
            .iter()
            .find(|week| (week.first..week.first + week.count).contains(&account))
    }

    /// What happened to an account.
    pub fn story(&self, account: u32) -> Story {
        if account == 0 {
            return Story::Owner;
        }
        if account >= self.veterans {
            return self.newcomer(account);
        }
        let mut place = self.order.to(account - 1);
        for (cohort, count) in &self.cohorts {
            if place < *count {
                return self.veteran(*cohort, place, *count);
            }
            place -= count;
        }
        Story::Regular
    }

    fn veteran(&self, cohort: Cohort, k: u32, count: u32) -> Story {
        let soon = (self.budget / 16).max(1);
        let spread = |low: Ago, high: Ago| {
            low + (u64::from(k) * (high - low + 1).unsigned_abs() as u64 / u64::from(count.max(1)))
                as Ago
        };
        match cohort {
            Cohort::Privileged => Story::Privileged(match k {
                // A privileged suspension counts five times: too much for the budget of a small tenant.
                0 if self.budget >= 15 || !self.acting => Second::None(15),
                0 => Second::None(8),
                1 => Second::None(1),
                2 => Second::None(8),
                _ if count < 12 => Second::Fine,
                3 => Second::None(1),
                4 | 5 => Second::None(29),
                6 | 7 => Second::Stale,
                8 | 9 => Second::Unknown,
                _ => Second::Fine,
            }),
            Cohort::Service => Story::Service,
            Cohort::Outside => Story::Outside,
            Cohort::Quiet if !self.acting => Story::Quiet(spread(60, 199)),
            Cohort::Quiet => Story::Quiet(match k {
                // Too few to have somebody on every day: the days that matter today come first.
                0 if count < QUIET_DAYS => 84,
                1 if count < QUIET_DAYS => 115,
                2 if count < QUIET_DAYS => 74,
                _ => match spread(QUIET_FROM, QUIET_FROM + QUIET_DAYS as Ago - 1) {
                    // One each is enough of a small tenant's budget.
                    ago @ (84 | 115) if count < QUIET_DAYS => ago + 2,
                    ago => ago,
                },
            }),
            Cohort::Returned => Story::Returned(96 + (k % 12) as Ago),
            Cohort::Restored => Story::Restored(98 + (k % 10) as Ago),
            Cohort::Suspended if k < soon => Story::Suspended(31),
            Cohort::Suspended => Story::Suspended(match spread(2, 75) {
                30 | 31 => 29,
                ago => ago,
            }),
            Cohort::Reactivated => Story::Reactivated(14 + (k % 60) as Ago),
            Cohort::Ended if k < soon => Story::Ended(1),
            Cohort::Ended => Story::Ended(match spread(-30, 50) {
                1 => 2,
                ago => ago,
            }),
            Cohort::Leave => Story::Leave(spread(10, 100)),
            Cohort::Gone => Story::Gone,
            Cohort::Moved => Story::Moved(import_day(1 + (k % 11) as i32)),
            Cohort::Drifted => Story::Drifted(match k % 3 {
                0 => Drift::Revived,
                1 => Drift::Locked,
                _ => Drift::Roles,
            }),
        }
    }

    fn newcomer(&self, account: u32) -> Story {
        let Some(week) = self.week_of(account) else {
            return Story::Joined;
        };
        let mut k = account - week.first;
        if k < week.crowd {
            return Story::Crowd;
        }
        k -= week.crowd;
        if k < week.invited {
            let overdue = (self.budget / 13).max(1);
            return Story::Invited(match week.day {
                // Seven days pass between yesterday's run and today's.
                1 if k < overdue => 8,
                1 => 2 + (k % 5) as Ago,
                day => day + 1 + (k % 6) as Ago,
            });
        }
        if k < week.invited + week.never {
            return Story::NeverCame;
        }
        Story::Joined
    }
}

fn weeks(veterans: u32, joined: u32, crowd: u32, budget: u32, acting: bool) -> Vec<Week> {
    let mut first = veterans;
    (0..WEEKS)
        .rev()
        .map(|week| {
            let day = import_day(week);
            let people = joined / WEEKS as u32 + u32::from((week as u32) < joined % WEEKS as u32);
            let crowd = if day == CROWD_IMPORT { crowd } else { 0 };
            let invited = match day {
                1 => (budget / 13).max(1) + (people / 4).max(2),
                8..=36 if acting => (people / 10).clamp(1, 40),
                8..=50 if !acting => (people / 6).max(1),
                _ => 0,
            }
            .min(people);
            let never = match day {
                8..=57 => (people / 12).max(1),
                _ => 0,
            }
            .min(people - invited);
            let this = Week {
                day,
                first,
                count: people + crowd,
                crowd,
                invited,
                never,
            };
            first += this.count;
            this
        })
        .collect()
}

/// The weekly import the crowd came with, some days after the vendor created it.
const CROWD_IMPORT: Ago = import_day(11);
