//! The clocks on which people read the times of a page: each tenant's own.

use jiff::tz::TimeZone;
use rollcall_shared::domain::{Day, Micros};
use rollcall_shared::wire::admin::TenantRow;
use std::collections::BTreeMap;

/// Tenants by name with their zones; any other is on UTC.
#[derive(Debug, Clone, Default)]
pub struct Zones(BTreeMap<String, TimeZone>);

impl Zones {
    /// The zones of these tenants.
    pub fn of(rows: &[TenantRow]) -> Self {
        let zone = |row: &TenantRow| {
            let zone = TimeZone::get(&row.tenant.tz).ok()?;
            Some((row.tenant.name.clone(), zone))
        };
        Zones(rows.iter().filter_map(zone).collect())
    }

    /// To the minute with the offset, for example `2026-11-22 03:00 +01:00`.
    pub fn minute(&self, tenant: &str, at: Micros) -> String {
        at.minute_in(&self.zone(tenant))
    }

    /// The instant and its day there.
    pub fn day(&self, tenant: &str, at: Micros) -> (Micros, Day) {
        (at, at.day_in(&self.zone(tenant)))
    }

    fn zone(&self, tenant: &str) -> TimeZone {
        self.0.get(tenant).cloned().unwrap_or(TimeZone::UTC)
    }
}
