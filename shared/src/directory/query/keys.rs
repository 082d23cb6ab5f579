//! Numbers to sort by: smaller comes first, whatever the column and the direction.

use super::rows::Rows;
use super::{Frame, select};
use crate::directory::activity::{ACTIVITY_DAYS, Counts};
use crate::directory::chunk::{Number, ROWS};
use crate::directory::column::codes::{Codes, FILTERED};
use crate::directory::column::hot::PAGE;
use crate::directory::column::interned::{bits_of, role_names, seen_of};
use crate::directory::flags;
use crate::directory::fold::folded;
use crate::directory::tenant::TenantView;
use crate::domain::{Assignment, Day, Micros, ScopeId, TenantId};
use crate::wire::user::SortKey;
use std::collections::{BTreeMap, BTreeSet};

/// One row in this many is few enough to find the flags of each for itself.
const FEW: usize = 16;

/// The sort keys of the rows that matched.
pub(super) struct Keys<'a> {
    frames: &'a [Frame<'a>],
    matched: &'a [Rows],
    key: SortKey,
    ranks: Ranks,
    /// The bits of each tenant's sets of roles, where only a part of them is seen.
    seen: BTreeMap<TenantId, Vec<u8>>,
    part: Option<&'a BTreeSet<ScopeId>>,
    flip: u64,
    now: Micros,
}

impl<'a> Keys<'a> {
    pub fn new(
        tenants: &[&TenantView],
        frames: &'a [Frame<'a>],
        matched: &'a [Rows],
        key: SortKey,
        descending: bool,
        now: Micros,
        part: Option<&'a BTreeSet<ScopeId>>,
    ) -> Self {
        let bits = |view: &&TenantView| {
            let part = part.filter(|_| key == SortKey::Flags)?;
            let sets = view.table.interned.role_sets().iter();
            let bits = sets.map(|set| bits_of(&seen_of(set, part), &view.catalog));
            Some((view.tenant.id, bits.collect()))
        };
        Keys {
            frames,
            matched,
            key,
            ranks: Ranks::new(tenants, key, part),
            seen: tenants.iter().filter_map(bits).collect(),
            part,
            flip: if descending { u64::MAX } else { 0 },
            now,
        }
    }

    fn of(&self, frame: usize, rows: &Rows) -> Vec<u64> {
        let (frame, flip) = (&self.frames[frame], self.flip);
        let mut keys = Vec::with_capacity(rows.count());
        let told = Told {
            ranks: self.ranks.of(frame.view),
            bits: self.seen.get(&frame.view.tenant.id).map(Vec::as_slice),
            part: self.part,
        };
        each(frame, rows, self.key, &told, self.now, |key| {
            keys.push(key ^ flip);
        });
        keys
    }
}

impl select::Keys for Keys<'_> {
    fn frames(&self) -> usize {
        self.frames.len()
    }

    fn all(&self, frame: usize) -> Vec<u64> {
        self.of(frame, &self.matched[frame])
    }

    fn sample(&self, frame: usize, step: usize) -> Vec<u64> {
        self.of(frame, &self.matched[frame].thinned(step))
    }
}

/// What sorting in one tenant goes by, as far as it is shown.
struct Told<'a> {
    ranks: &'a [u64],
    /// The bits of sets of roles, where only a part of them is seen.
    bits: Option<&'a [u8]>,
    part: Option<&'a BTreeSet<ScopeId>>,
}

/// Shows the sort keys of rows of one frame.
#[inline]
fn each(
    frame: &Frame<'_>,
    rows: &Rows,
    key: SortKey,
    told: &Told<'_>,
    now: Micros,
    mut see: impl FnMut(u64),
) {
    let (view, chunk, ranks) = (frame.view, frame.chunk, told.ranks);
    let hot = &chunk.hot.0;
    match key {
        SortKey::Status => {
            let codes: &[u16] = &chunk.codes;
            rows.for_each(|row| see(Codes(codes[row]).status() as u64));
        }
        SortKey::Mfa => {
            let codes: &[u16] = &chunk.codes;
            rows.for_each(|row| see(Codes(codes[row]).mfa() as u64));
        }
        SortKey::Kind => {
            let codes: &[u16] = &chunk.codes;
            rows.for_each(|row| see(Codes(codes[row]).kind() as u64));
        }
        SortKey::Seat => {
            let held: [u64; FILTERED] = std::array::from_fn(|codes| {
                let codes = Codes(codes as u16);
                view.catalog.seat(codes.status(), codes.kind()) as u64
            });
            let codes: &[u16] = &chunk.codes;
            rows.for_each(|row| see(held[Codes(codes[row]).filtered()]));
        }
        SortKey::Activated => {
            let activated = |row| view.activated(frame.account(row), chunk.codes(row).status());
            // Where it is no step of its own comes first, then who is not activated yet.
            rows.for_each(|row| see(activated(row).map_or(0, |yes| 1 + u64::from(yes))));
        }
        SortKey::Id => {
            let tenant = u64::from(view.tenant.id.0) << 32;
            rows.for_each(|row| see(tenant | u64::from(frame.account(row).0)));
        }
        SortKey::Created => {
            let created: &[i64] = &chunk.created;
            rows.for_each(|row| see(ordered(created[row])));
        }
        SortKey::LastSignIn => {
            rows.for_each(|row| see(ordered(hot[row / PAGE].last_sign_in[row % PAGE])));
        }
        SortKey::Activity => {
            let today = now.day();
            rows.for_each(|row| {
                let (page, at) = (&hot[row / PAGE], row % PAGE);
                see(uses(&page.uses[at], page.last_day[at], today));
            });
        }
        SortKey::Flags => {
            let at = view.flags_at(now);
            let sets = told.bits.unwrap_or_else(|| view.table.interned.bits());
            if rows.count() * FEW < chunk.len() {
                let of = |row| {
                    let bits = sets.get(chunk.roles[row] as usize).copied();
                    chunk.flags(row, bits.unwrap_or_default(), &at)
                };
                rows.for_each(|row| see(flags::count(of(row))));
            } else {
                let bits = chunk.all_flags(sets, &at, flags::ALL);
                rows.for_each(|row| see(flags::count(bits[row])));
            }
        }
        SortKey::Role | SortKey::UserType => {
            let sets: &[u32] = &chunk.roles;
            rows.for_each(|row| see(ranks[sets[row] as usize]));
        }
        SortKey::Team => {
            let mut teams = [0; ROWS];
            let shown = |team: &ScopeId| told.part.is_none_or(|part| part.contains(team));
            chunk.numbers[Number::Team as usize].for_each(|row, team| {
                let team = Some(ScopeId(team)).filter(shown);
                teams[row] = team
                    .and_then(|team| view.scope_index(team))
                    .map_or(0, |at| ranks[at]);
            });
            rows.for_each(|row| see(teams[row]));
        }
        SortKey::Tenant => rows.for_each(|_| see(ranks[0])),
        // Texts are sorted by kept permutations.
        SortKey::Name | SortKey::Email | SortKey::Username | SortKey::Sid => {}
    }
}

/// A signed number as one that sorts the same without a sign.
#[inline]
fn ordered(value: i64) -> u64 {
    value as u64 ^ 1 << 63
}

/// For each number of days that have aged out, what of the counts is left.
const LEFT: [Counts; ACTIVITY_DAYS + 1] = {
    let mut left = [[0; ACTIVITY_DAYS]; ACTIVITY_DAYS + 1];
    let mut gone = 0;
    while gone <= ACTIVITY_DAYS {
        let mut day = gone;
        while day < ACTIVITY_DAYS {
            left[gone][day] = u8::MAX;
            day += 1;
        }
        gone += 1;
    }
    left
};

/// Uses in the 28 days up to today, of counts that end on `last`.
#[inline]
fn uses(counts: &Counts, last: i32, today: Day) -> u64 {
    let ahead = i64::from(today.0) - i64::from(last);
    let by = usize::try_from(ahead.unsigned_abs()).map_or(ACTIVITY_DAYS, |n| n.min(ACTIVITY_DAYS));
    if ahead >= 0 {
        return sum(counts, &LEFT[by]);
    }
    let kept = &counts[..ACTIVITY_DAYS - by];
    kept.iter().map(|n| u64::from(*n)).sum()
}

/// The sum of the counts that a mask leaves, eight at a time: neighbours are added in lanes of sixteen bits, which hold
/// four times two counts, then the lanes.
#[inline]
fn sum(counts: &Counts, mask: &Counts) -> u64 {
    const LOW: u64 = 0x00ff_00ff_00ff_00ff;
    let (words, last) = counts.as_chunks::<8>();
    let (masks, last_mask) = mask.as_chunks::<8>();
    let half = |bytes: &[u8]| {
        let (half, _) = bytes.as_chunks::<4>();
        half.first()
            .map_or(0, |half| u64::from(u32::from_le_bytes(*half)))
    };
    let mut lanes = 0;
    let mut add = |word: u64| lanes += (word & LOW) + (word >> 8 & LOW);
    for (word, mask) in words.iter().zip(masks) {
        add(u64::from_le_bytes(*word) & u64::from_le_bytes(*mask));
    }
    add(half(last) & half(last_mask));
    lanes.wrapping_mul(0x0001_0001_0001_0001) >> 48
}

/// Ranks of names among the tenants shown: of each set of roles, of each scope, or of the tenant itself.
struct Ranks(BTreeMap<TenantId, Vec<u64>>);

impl Ranks {
    fn new(tenants: &[&TenantView], key: SortKey, part: Option<&BTreeSet<ScopeId>>) -> Self {
        let names: Vec<Vec<Vec<u8>>> = tenants.iter().map(|view| names(view, key, part)).collect();
        // The empty name comes before all others, as that of an account without a team.
        let sorted: BTreeSet<&[u8]> = names.iter().flatten().map(Vec::as_slice).collect();
        let sorted: Vec<&[u8]> = sorted.into_iter().filter(|n| !n.is_empty()).collect();
        let rank = |name: &Vec<u8>| match sorted.binary_search(&name.as_slice()) {
            Ok(at) => at as u64 + 1,
            Err(_) => 0,
        };
        let ranks = tenants.iter().zip(&names);
        let ranks = ranks.map(|(view, names)| (view.tenant.id, names.iter().map(rank).collect()));
        Ranks(ranks.collect())
    }

    fn of(&self, view: &TenantView) -> &[u64] {
        self.0.get(&view.tenant.id).map_or(&[], Vec::as_slice)
    }
}

/// The names that a sort goes by, folded: of sets of roles or scopes in their order, or of the tenant.
fn names(view: &TenantView, key: SortKey, part: Option<&BTreeSet<ScopeId>>) -> Vec<Vec<u8>> {
    let of_sets = |name: &dyn Fn(&[Assignment]) -> Vec<u8>| {
        let sets = view.table.interned.role_sets().iter();
        let names = sets.map(|set| match part {
            Some(part) => name(&seen_of(set, part)),
            None => name(set),
        });
        names.collect()
    };
    match key {
        SortKey::Role => of_sets(&|set| {
            role_names(set)
                .first()
                .map_or(Vec::new(), |n| n.as_bytes().to_vec())
        }),
        SortKey::UserType => of_sets(&|set| folded(&view.catalog.types_of(set).join(", "))),
        SortKey::Team => view.scopes.iter().map(|s| folded(&s.name)).collect(),
        SortKey::Tenant => vec![view.tenant.name.as_bytes().to_vec()],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uses_are_those_of_the_28_days_up_to_today() {
        let counts: Counts = std::array::from_fn(|day| 255 - 3 * day as u8);
        for today in 60..140 {
            let moved = crate::directory::activity::up_to(&counts, 100, Day(today));
            let expected: u64 = moved.iter().map(|n| u64::from(*n)).sum();
            assert_eq!(uses(&counts, 100, Day(today)), expected, "{today}");
        }
        assert_eq!(uses(&[255; ACTIVITY_DAYS], 5, Day(5)), 255 * 28);
    }
}
