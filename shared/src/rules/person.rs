//! One human with accounts in several tenants: which accounts are theirs.

use crate::domain::Account;
use crate::text;
use std::collections::BTreeSet;

/// What an account is joined by whose identity provider's number agrees.
pub const EXTERNAL: &str = "external id";

/// What is known of a person: the numbers and addresses their accounts carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keys {
    /// Numbers of identity providers.
    pub external: BTreeSet<String>,
    /// Staff numbers.
    pub employee: BTreeSet<String>,
    /// Addresses, folded.
    pub emails: BTreeSet<String>,
    /// What vouches for a staff number, which another company gives out as well: names and domains of addresses, folded.
    pub vouching: BTreeSet<String>,
}

/// A person's name and the domain of their address, folded; what an account does not carry is left out.
fn vouchers(account: &Account) -> impl Iterator<Item = String> {
    let named = !account.first_name.is_empty() && !account.last_name.is_empty();
    let name = named.then(|| text::fold(&account.display_name()));
    let domain = account.email.rsplit_once('@');
    name.into_iter()
        .chain(domain.map(|(_, domain)| format!("@{}", text::fold(domain))))
}

impl Keys {
    /// Takes in what an account carries.
    pub fn learn(&mut self, account: &Account) {
        let said = |text: &String| (!text.is_empty()).then(|| text.clone());
        self.external.extend(said(&account.external_id));
        self.employee.extend(said(&account.employee_id));
        self.emails
            .extend(said(&account.email).map(|email| text::fold(&email)));
        self.vouching.extend(vouchers(account));
    }

    /// By what an account is theirs: external id, then employee id where name or domain agrees as well, then email. An
    /// address alone does not join accounts whose staff numbers differ.
    pub fn matched(&self, account: &Account) -> Option<&'static str> {
        if self.external.contains(&account.external_id) {
            return Some(EXTERNAL);
        }
        let vouched = || vouchers(account).any(|v| self.vouching.contains(&v));
        if self.employee.contains(&account.employee_id) && vouched() {
            return Some("employee id");
        }
        let other = !account.employee_id.is_empty() && !self.employee.is_empty();
        (!other && self.emails.contains(&text::fold(&account.email))).then_some("email")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AccountId, Micros};

    fn account(email: &str, external: &str, employee: &str) -> Account {
        let mut account = Account::new(AccountId(0), email, Micros(0));
        account.external_id = external.into();
        account.employee_id = employee.into();
        account
    }

    #[test]
    fn a_renamed_address_is_no_second_person_and_a_shared_one_no_first() {
        let mut keys = Keys::default();
        keys.learn(&account("New@b.example", "x1", "e1"));
        let by = |email, external, employee| keys.matched(&account(email, external, employee));
        assert_eq!(by("old@b.example", "x1", ""), Some("external id"));
        assert_eq!(by("old@b.example", "x9", "e1"), Some("employee id"));
        // The same number of another company is somebody else.
        assert_eq!(by("stranger@c.example", "", "e1"), None);
        assert_eq!(by("new@b.example", "x9", ""), Some("email"));
        assert_eq!(by("new@b.example", "", "e2"), None);
        assert_eq!(by("old@b.example", "", ""), None);
    }
}
