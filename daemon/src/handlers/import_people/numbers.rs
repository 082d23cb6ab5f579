//! Numbers of people that stand beside several addresses in one file: `N/A`, `0`, a cost centre. They name nobody.

use rollcall_shared::domain::PersonRow;
use rollcall_shared::formats::ToldPerson;
use rollcall_shared::text::fold;
use rollcall_shared::wire::import::Rejected;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What is remembered of a file's numbers, as hashes: an external id or an employee id, and the address beside it; none
/// once there was another.
#[derive(Debug, Default)]
pub(super) struct Numbers(HashMap<u64, Option<u64>>);

impl Numbers {
    /// Takes in what a row says.
    pub(super) fn see(&mut self, row: &PersonRow) {
        let address = hash(&fold(&row.email));
        for (field, number) in told(row) {
            let beside = self
                .0
                .entry(hash(&(field, number)))
                .or_insert(Some(address));
            if *beside != Some(address) {
                *beside = None;
            }
        }
    }

    /// The row set aside, when a number of it stood beside another address in a row seen so far.
    pub(super) fn shared(&self, told_row: &ToldPerson) -> Option<Rejected> {
        let row = &told_row.row;
        let (field, number) = told(row).find(|key| self.0.get(&hash(key)) == Some(&None))?;
        Some(Rejected {
            line: row.line,
            field: "number-not-unique".to_owned(),
            reason: format!(
                "the {field} {number:?} stands beside several addresses in this file and names nobody; leave the column blank where there is no number, or give one address for each person"
            ),
            row: told_row.cells(),
        })
    }
}

fn told(row: &PersonRow) -> impl Iterator<Item = (&'static str, &str)> {
    let numbers = [
        ("external id", &row.external_id),
        ("employee id", &row.employee_id),
    ];
    numbers
        .into_iter()
        .filter_map(|(field, number)| Some((field, number.as_deref()?)))
        .filter(|(_, number)| !number.is_empty())
}

fn hash(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}
