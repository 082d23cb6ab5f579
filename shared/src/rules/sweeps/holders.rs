//! Who of the holders of the owner role a sweep spares: where one person alone owns, each; else as many as must stay so
//! that the tenant keeps the usable ones its catalog demands.

use super::inactivity::idle_since;
use super::{Judge, Verdict};
use crate::catalog::OwnerRule;
use crate::domain::{AccountFacts, AccountId, ActionKind};
use crate::rules::owner::usable as is_usable;
use std::cmp::Reverse;

/// The holders of the owner role, as sweeps count them.
#[derive(Debug, Clone, Copy)]
pub struct Holders<'a> {
    /// So many usable ones stay; none is that each holder stays, whoever else there is.
    least: Option<u32>,
    /// The usable ones, by number.
    usable: &'a [AccountFacts],
}

impl<'a> Holders<'a> {
    /// Each holder stays.
    pub const STAY: Holders<'static> = Holders {
        least: None,
        usable: &[],
    };

    /// By a catalog's rule, with the holders that are usable, by number.
    pub fn new(rule: &OwnerRule, usable: &'a [AccountFacts]) -> Self {
        match rule.max {
            Some(1) => Holders::STAY,
            _ => Holders {
                least: Some(rule.min),
                usable,
            },
        }
    }
}

impl Judge<'_> {
    /// Whether a sweep that would take the account's access spares it because of the owner role.
    pub(super) fn spares(&self, facts: &AccountFacts) -> bool {
        let Holders { least, usable } = self.context.holders;
        let (true, Some(least)) = (facts.owner, least) else {
            return facts.owner;
        };
        if !counted(usable, facts) {
            return (usable.len() as u64) < u64::from(least);
        }
        match &self.spared {
            Some(spared) => spared.binary_search(&facts.id).is_ok(),
            None => self.spared_with(Some(facts)).contains(&facts.id),
        }
    }

    /// Whether the account stays whatever the sweep finds of others: without it there are too few.
    pub(super) fn must_stay(&self, facts: &AccountFacts) -> bool {
        let Holders { least, usable } = self.context.holders;
        let (true, Some(least)) = (facts.owner, least) else {
            return facts.owner;
        };
        let others = usable.len() - usize::from(counted(usable, facts));
        (others as u64) < u64::from(least)
    }

    /// Who is spared of the usable holders on whom the sweep would act at this instant, by number: those used last, and of
    /// them the ones with the lowest numbers. What is known of one of them better than in the context is given.
    pub(super) fn spared_with(&self, known: Option<&AccountFacts>) -> Vec<AccountId> {
        let Holders { least, usable } = self.context.holders;
        let own = |holder: &AccountFacts| known.filter(|k| k.id == holder.id).copied();
        let each = usable.iter().map(|holder| own(holder).unwrap_or(*holder));
        let (mut acting, staying): (Vec<_>, Vec<_>) = each
            .filter(|holder| is_usable(holder.status))
            .partition(|holder| self.takes_away(holder));
        let lack = (least.unwrap_or(0) as usize).saturating_sub(staying.len());
        acting.sort_unstable_by_key(|f| (Reverse(idle_since(f)), f.id));
        let mut spared: Vec<AccountId> = acting.iter().take(lack).map(|f| f.id).collect();
        spared.sort_unstable();
        spared
    }

    /// Whether the sweep would end the access of somebody without the owner role of whom the same is known.
    fn takes_away(&self, facts: &AccountFacts) -> bool {
        let plain = AccountFacts {
            owner: false,
            ..*facts
        };
        let Verdict::Act(action) = self.judge(&plain) else {
            return false;
        };
        matches!(action.kind, ActionKind::Suspend | ActionKind::Deactivate)
    }
}

/// Whether an account is among the usable holders.
fn counted(among: &[AccountFacts], facts: &AccountFacts) -> bool {
    is_usable(facts.status) && among.binary_search_by_key(&facts.id, |h| h.id).is_ok()
}
