//! When people use their account: habits with a weekday rhythm on the tenant's clock.

use super::calendar::{Ago, clock};
use super::cast::{Drift, Second, Story, import_day};
use super::rng::Rng;
use super::scene::Scene;
use rollcall_shared::domain::Micros;

/// Days of daily counts.
pub const DAYS: usize = 28;

/// Uses of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uses {
    /// Counts of the 28 days up to yesterday, oldest first.
    pub counts: [u8; DAYS],
    /// The last one.
    pub last: Option<Micros>,
    /// Whether people sign in with it; programs do not.
    pub interactive: bool,
    /// The local day of the last use.
    pub last_day: Ago,
}

/// When an account may be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Presence {
    /// By habit, from a day to a later day.
    Between(Ago, Ago),
    /// Last on this day.
    Last(Ago),
    /// Not at all.
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    Daily,
    Weekly(usize),
    Rare,
    Program,
}

const LONG: Ago = DAYS as Ago;

/// Longer ago than anything here.
const EVER: Ago = 10_000;

/// Days between a person's suspension and the decision to bring them back.
pub fn back_after(account: u32) -> Ago {
    3 + (account % 7) as Ago
}

/// The day somebody who was warned comes back: two days after the first warning, which goes out 74 days after the last
/// use.
pub fn back_when_warned(last: Ago) -> Ago {
    last - 76
}

fn presence(scene: &Scene, account: u32, story: Story, rng: &mut Rng) -> Presence {
    use Presence::{Between, Last, Never};
    match story {
        // Suspended by the mandate half way between then and now.
        Story::Privileged(Second::None(29)) if scene.cast.acting() => Between(EVER, 16),
        Story::Owner
        | Story::Regular
        | Story::Privileged(_)
        | Story::Service
        | Story::Moved(_)
        | Story::Drifted(Drift::Roles) => Between(EVER, 1),
        Story::Outside => Last(rng.range(1, 200)),
        Story::Quiet(last) | Story::Restored(last) => Last(last),
        Story::Returned(last) => Between(back_when_warned(last), 1),
        Story::Suspended(ago) => Between(EVER, ago + 1),
        Story::Reactivated(ago) => Between((ago - back_after(account)).max(2), 1),
        Story::Ended(ago) => Between(EVER, ago.max(1)),
        Story::Leave(from) => Between(EVER, from + 1),
        Story::Gone => Last(rng.range(130, 700)),
        Story::Drifted(Drift::Revived) => Last(rng.range(40, 44)),
        Story::Drifted(Drift::Locked) => Between(EVER, 6),
        Story::Joined => {
            let day = scene.cast.imported(account);
            match scene.accepts_late(account) {
                true => Between(day - 8, 1),
                false => Between(day, 1),
            }
        }
        // They came once: 83 days of silence end between yesterday's run and today's.
        Story::Crowd => Last(84),
        Story::NeverCame | Story::Invited(_) => Never,
    }
}

fn habit(story: Story, rng: &mut Rng) -> Habit {
    match story {
        Story::Service => Habit::Program,
        Story::Owner | Story::Privileged(_) | Story::Returned(_) => Habit::Daily,
        _ => match rng.below(100) {
            0..50 => Habit::Daily,
            50..82 => Habit::Weekly(rng.below(5) as usize),
            _ => Habit::Rare,
        },
    }
}

impl Scene {
    /// The uses of an account.
    pub fn uses(&self, account: u32, story: Story) -> Uses {
        let mut rng = self.rng(account, Purpose::Uses);
        let mut uses = Uses {
            counts: [0; DAYS],
            last: None,
            interactive: story != Story::Service,
            last_day: 0,
        };
        let day = match presence(self, account, story, &mut rng) {
            Presence::Never => return uses,
            Presence::Last(ago) => {
                if let Some(slot) = slot(ago) {
                    uses.counts[slot] = 1;
                }
                ago
            }
            Presence::Between(from, to) => {
                let habit = habit(story, &mut rng);
                match self.by_habit(habit, from, to, &mut rng, &mut uses.counts) {
                    Some(ago) => ago,
                    // Nothing in the last 28 days: either the time of use was over before, or the person comes rarely.
                    None if to > LONG => (to + rng.range(0, 3)).min(from),
                    None if from > LONG => (to.max(LONG) + rng.range(1, 27)).min(from),
                    None => {
                        let ago = from.max(to);
                        if let Some(slot) = slot(ago) {
                            uses.counts[slot] = 1;
                        }
                        ago
                    }
                }
            }
        };
        let seconds = clock(9, 5) + i64::from(rng.below(clock(8, 50) as u32));
        uses.last = Some(self.calendar.at(day, seconds));
        uses.last_day = day;
        uses
    }

    /// Fills in the counts of a habit; gives the newest day with a use.
    fn by_habit(
        &self,
        habit: Habit,
        from: Ago,
        to: Ago,
        rng: &mut Rng,
        counts: &mut [u8; DAYS],
    ) -> Option<Ago> {
        let mut newest = None;
        let mut bits = 0;
        for ago in (1..=LONG).rev() {
            // 16 bits a day, four days from one number.
            bits = if ago % 4 == 0 { rng.next() } else { bits >> 16 };
            if ago > from || ago < to {
                continue;
            }
            let (chance, many) = ((bits & 0xff) as u32, (bits >> 8 & 0xff) as u8);
            let weekday = self.calendar.weekday(ago);
            let likely = match (habit, weekday) {
                (Habit::Program, 0..5) => 250,
                (Habit::Program, _) => 190,
                (Habit::Daily, 0..5) => 222,
                (Habit::Daily, _) => self.spec.weekend,
                (Habit::Weekly(favourite), day) if favourite == day => 200,
                (Habit::Weekly(_), 0..5) => 18,
                (Habit::Rare, 0..5) => 9,
                (Habit::Weekly(_) | Habit::Rare, _) => self.spec.weekend / 8,
            };
            if chance >= likely {
                continue;
            }
            if let Some(slot) = slot(ago) {
                counts[slot] = match habit {
                    Habit::Program => 20 + many / 8,
                    Habit::Daily => 1 + many / 37,
                    Habit::Weekly(_) | Habit::Rare => 1 + many / 100,
                };
                newest = Some(ago);
            }
        }
        newest
    }
}

/// The place of a day among the counts.
pub fn slot(ago: Ago) -> Option<usize> {
    usize::try_from(ago)
        .ok()
        .filter(|ago| *ago >= 1)
        .and_then(|ago| DAYS.checked_sub(ago))
}

/// What a stream of chance is for: each purpose has its own, so that one table can change without moving the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Purpose {
    /// Shuffles of a tenant.
    Tenant = 1,
    /// Records of people.
    Person,
    /// Uses.
    Uses,
    /// Second factors.
    Mfa,
    /// What happened over time.
    History,
    /// Names, numbers and managers.
    Dress,
    /// Salts of personal data.
    Salt,
    /// Sign-in events.
    Event,
    /// Ids of runs and requests.
    Id,
}

/// The oldest day somebody who came with a weekly import may have been created.
pub const NEWCOMER_DAYS: i32 = 6;

/// Whether the account's first weekly import is old enough for another one after it.
pub fn can_accept_late(day: Ago) -> bool {
    day >= import_day(2)
}
