//! How many people a file could take access from at most, seen without planning it: most files take it from few, and are
//! gone through once.

use super::{Row, ahead};
use rollcall_shared::directory::{Lookup, State, TenantView};
use rollcall_shared::domain::{AccountId, PersonRow};
use rollcall_shared::formats;
use rollcall_shared::rules::people;
use rollcall_shared::text::fold;
use std::collections::{BTreeSet, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io::Read;

/// At most so many rows of a file take access or privileged roles from somebody, or roles without giving others; none when
/// it cannot be read.
pub(super) fn at_most(
    state: &State,
    view: &TenantView,
    options: &formats::Options,
    reader: impl Read + Send + 'static,
) -> Option<u64> {
    let people = formats::people(reader, options).ok()?;
    let (batches, _reading) = ahead(people).ok()?;
    let mut seen = Seen {
        state,
        view,
        lookup: Lookup::build(state, view.tenant.id),
        keys: HashSet::new(),
        hasher: RandomState::new(),
    };
    let mut losing = 0;
    for rows in batches {
        let rows = rows.iter().filter_map(|row: &Row| row.as_ref().ok());
        losing += rows.filter(|row| seen.may_lose(&row.row)).count() as u64;
    }
    Some(losing)
}

/// What the rows so far told.
struct Seen<'a> {
    state: &'a State,
    view: &'a TenantView,
    lookup: Lookup,
    /// Hashes of the addresses and numbers of earlier rows.
    keys: HashSet<u64>,
    hasher: RandomState,
}

impl Seen<'_> {
    fn may_lose(&mut self, row: &PersonRow) -> bool {
        let told = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let (external, employee) = (told(&row.external_id), told(&row.employee_id));
        let keys = [
            Some(("email", fold(&row.email))),
            external.clone().map(|key| ("external", key)),
            employee.clone().map(|key| ("employee", key)),
        ];
        let keys = keys.into_iter().flatten();
        // Whom an earlier row speaks of is as that row leaves them.
        let mut again = false;
        for key in keys {
            again |= !self.keys.insert(self.hasher.hash_one(key));
        }
        if again {
            return people::may_lose(row, None, &self.view.catalog);
        }
        let found = [
            external.and_then(|key| self.lookup.by_external_id(self.state, &key)),
            employee.and_then(|key| self.lookup.by_employee_id(self.state, &key)),
            self.lookup.by_address(self.state, &row.email),
        ];
        let found: BTreeSet<AccountId> = found.into_iter().flatten().collect();
        found.into_iter().any(|id| {
            let facts = self.view.facts(id);
            let was = facts.map(|facts| (facts.status, self.view.roles_of(id)));
            people::may_lose(row, was, &self.view.catalog)
        })
    }
}
