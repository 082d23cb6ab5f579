//! Addresses of people in facts about something else: a tenant's owner, the person behind an operator's binding.

use super::entry::Fact;

impl Fact {
    /// The addresses in it, in the order of [`Fact::named_mut`]. With a salt they stand in the entry's personal part.
    pub fn named(&self) -> Vec<&str> {
        match self {
            Fact::TenantCreated(tenant) => vec![&tenant.owner],
            Fact::TenantChanged { old, new } => vec![&old.owner, &new.owner],
            Fact::OperatorBound { old, new, .. } => {
                let both = old.iter().chain(new);
                both.map(|binding| binding.person.as_str()).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The same, to be set.
    pub fn named_mut(&mut self) -> Vec<&mut String> {
        match self {
            Fact::TenantCreated(tenant) => vec![&mut tenant.owner],
            Fact::TenantChanged { old, new } => vec![&mut old.owner, &mut new.owner],
            Fact::OperatorBound { old, new, .. } => {
                let both = old.iter_mut().chain(new);
                both.map(|binding| &mut binding.person).collect()
            }
            _ => Vec::new(),
        }
    }
}
