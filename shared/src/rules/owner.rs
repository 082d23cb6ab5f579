//! The owner rule: no decision leaves a tenant with fewer or more owners than its catalog says, or without a usable one.

use super::Refusal;
use crate::catalog::OwnerRule;
use crate::domain::{Status, TenantState};

/// How many accounts hold the owner role, and how many of them can use it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Owners {
    /// Accounts that hold the role in any state but deactivated, expired and deleted.
    pub holders: u32,
    /// Those that are active.
    pub usable: u32,
}

impl Owners {
    /// Counts one holder of the role.
    pub fn count(&mut self, status: Status) {
        self.holders += u32::from(holds(status));
        self.usable += u32::from(usable(status));
    }
}

/// Whether an account in this state still holds its tenant.
pub fn holds(status: Status) -> bool {
    matches!(status, Status::Invited | Status::Active | Status::Suspended)
}

/// Whether an account in this state can use what it holds.
pub fn usable(status: Status) -> bool {
    status == Status::Active
}

/// Refuses a decision that breaks the rule, or makes worse what an observation broke before. While a tenant is being
/// filled its owner is not known yet, so only the upper number binds;
/// a closed tenant has none.
pub fn check_after(
    before: Owners,
    after: Owners,
    rule: &OwnerRule,
    state: TenantState,
) -> Result<(), Refusal> {
    if let Some(max) = rule.max
        && after.holders > max
        && after.holders > before.holders
    {
        return Err(Refusal::new(
            "owner-holder",
            format!(
                "the tenant would have {} holders of the role {}; its catalog allows {max}",
                after.holders, rule.role
            ),
            "the way from one owner to another is a Transfer of Ownership, started by the owner",
        ));
    }
    if state != TenantState::Active {
        return Ok(());
    }
    if after.holders < rule.min && after.holders < before.holders {
        return Err(Refusal::new(
            "owner-holder",
            format!(
                "the tenant would have {} holders of the role {}; its catalog demands {}",
                after.holders, rule.role, rule.min
            ),
            "name another owner first with `rollcall tenant owner set`",
        ));
    }
    if after.usable < rule.min && after.usable < before.usable {
        return Err(Refusal::new(
            "usable-owner",
            format!(
                "the tenant would be left without a usable holder of the role {}",
                rule.role
            ),
            "name another owner first with `rollcall tenant owner set`, or reactivate one",
        ));
    }
    Ok(())
}
