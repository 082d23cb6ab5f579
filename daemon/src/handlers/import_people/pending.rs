//! What the rows of a batch have added or changed so far.

use rollcall_shared::catalog::Catalog;
use rollcall_shared::domain::{Account, AccountId};
use rollcall_shared::text;
use std::collections::{BTreeSet, HashMap};

/// What earlier rows of this batch added or changed: where it stands among the entries, for few rows come back to it.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// The first entry about each account, and the further ones in their order.
    pub entries: HashMap<AccountId, (usize, Vec<usize>)>,
    pub by_email: HashMap<String, AccountId>,
    pub by_external: HashMap<String, AccountId>,
    pub by_employee: HashMap<String, AccountId>,
    /// Who held the tenant at some time.
    pub owners: BTreeSet<AccountId>,
    pub added: u32,
}

impl Pending {
    /// Of `rows` rows.
    pub fn of(rows: usize) -> Self {
        Pending {
            entries: HashMap::with_capacity(rows),
            by_email: HashMap::with_capacity(rows),
            ..Pending::default()
        }
    }

    /// Takes in an account as it is; `entry` is where its entry will stand.
    pub fn put(&mut self, account: &Account, entry: usize, catalog: &Catalog) {
        self.by_email.insert(text::fold(&account.email), account.id);
        if !account.external_id.is_empty() {
            self.by_external
                .insert(account.external_id.clone(), account.id);
        }
        if !account.employee_id.is_empty() {
            self.by_employee
                .insert(account.employee_id.clone(), account.id);
        }
        if catalog.any_owner(&account.assignments) {
            self.owners.insert(account.id);
        }
        let known = self.entries.entry(account.id);
        known
            .and_modify(|(_, further)| further.push(entry))
            .or_insert((entry, Vec::new()));
    }
}
