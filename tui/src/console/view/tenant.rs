//! One tenant whole: seats, owner, feed, policies, roles, scopes.

use crate::console::command::Command;
use crate::console::state::State;
use crate::console::view::format;
use crate::console::view::pane::Writer;
use crate::console::view::sweeps::mode_style;
use crate::console::view::tenants::{feed, seats_style, taken_style};
use ratatui::style::Style;
use ratatui::text::Line;
use rollcall_shared::domain::{Policy, Sweep};
use rollcall_shared::text::safe;
use rollcall_shared::wire::admin::{PolicyRow, TenantDetail, TenantRow};

/// Title and lines.
pub fn content(state: &State, width: usize) -> (String, Vec<Line<'static>>) {
    let mut out = Writer::new(&state.look, width);
    let Some(pane) = &state.tenants.pane else {
        return (String::new(), out.done());
    };
    if let Some(row) = state.tenants.selected(state.tenant_rows()) {
        about(&mut out, state, row);
        transfers(&mut out, state, row);
    }
    match (&pane.detail, &pane.failure) {
        (_, Some(failure)) => out.failure(failure),
        (None, None) => out.waiting(),
        (Some(detail), None) => more(&mut out, state, detail),
    }
    (pane.name.clone(), out.done())
}

fn about(out: &mut Writer, state: &State, row: &TenantRow) {
    let look = &state.look;
    let plain = Style::new();
    let number =
        |n: Option<u32>| n.map_or_else(|| "no limit".to_owned(), |n| format::number(n.into()));
    let bought = number(row.tenant.seats);
    out.field("Accounts", &format::number(row.accounts), plain);
    out.field(
        "Seats",
        &format!(
            "{} used, {} reserved for invitations, of {bought}",
            format::number(row.seats_used),
            format::number(row.seats_reserved)
        ),
        taken_style(row, look),
    );
    if row.seats_releasing > 0 {
        out.field(
            "",
            &format!(
                "{} decided free, not confirmed by the vendor yet",
                format::number(row.seats_releasing)
            ),
            look.theme.warn,
        );
    }
    for pool in &row.pools {
        let style = seats_style(pool.taken, pool.bought.map(u64::from), look);
        let taken = format::number(pool.taken);
        let words = format!("{taken} of {}", number(pool.bought));
        out.field(&safe(&pool.label).to_string(), &words, style);
    }
    let owners = if row.owners.is_empty() {
        ("none known".to_owned(), look.theme.bad)
    } else {
        (row.owners_shown().join(", "), plain)
    };
    out.field("Owner", &owners.0, owners.1);
    let (text, style) = feed(row, look);
    out.field("Sign-in feed", &text, style);
    out.field(
        "Authority",
        match row.tenant.authority {
            rollcall_shared::domain::Authority::Rollcall => {
                "rollcall: a decision is effective at once"
            }
            rollcall_shared::domain::Authority::Vendor => {
                "vendor: a decision opens an order, confirmed by a later import"
            }
        },
        plain,
    );
    out.field("State", row.tenant.state.word(), plain);
    if !row.tenant.sources.is_empty() {
        out.field("Sources", &row.tenant.sources_told(), plain);
    }
    out.field("Catalog", &row.tenant.catalog, plain);
    out.field("Time zone", &row.tenant.tz, plain);
    out.field(
        "Created",
        &format::day_in(row.tenant.created, &row.tenant.tz),
        plain,
    );
}

/// The transfer of ownership that waits for its second step.
fn transfers(out: &mut Writer, state: &State, row: &TenantRow) {
    let Some(waits) = state.tenants.waiting_transfer(&row.tenant.name) else {
        return;
    };
    let from = if waits.from.is_empty() {
        "an owner out of reach"
    } else {
        &waits.from
    };
    let text = format!(
        "from {from} to {}, proposed by {}; another person confirms it until {} with {}",
        waits.to,
        waits.transfer.proposed_by,
        format_args!(
            "{} ({})",
            format::minute(waits.transfer.until, &row.tenant.tz),
            row.tenant.tz
        ),
        state.keymap.way(Command::ConfirmOwner),
    );
    out.field("Transfer waits", &text, state.look.theme.warn);
}

fn more(out: &mut Writer, state: &State, detail: &TenantDetail) {
    let look = &state.look;
    out.heading("Policies");
    for row in &detail.policies {
        out.parts(&[
            (&format!("{:<12} ", row.sweep.word()), look.theme.strong),
            (
                &format!("{:<8} ", row.policy.mode.word()),
                mode_style(row.policy.mode, look),
            ),
            (&row.policy.schedule, Style::new()),
        ]);
        out.text(&limits(row), look.theme.faint, 2);
        if let Some(until) = row.amnesty_until {
            let text = format!(
                "Amnesty until {}: it warns and does not act.",
                format::day_in(until, &detail.row.tenant.tz)
            );
            out.text(&text, look.theme.warn, 2);
        }
    }
    out.heading("Roles");
    for (id, label, privileged) in &detail.roles {
        let note = if *privileged { "  privileged" } else { "" };
        out.parts(&[
            (&format!("{id:<24} "), Style::new()),
            (label, look.theme.faint),
            (note, look.theme.warn),
        ]);
    }
    if !detail.scopes.is_empty() {
        out.heading("Scopes");
        for scope in &detail.scopes {
            out.text(scope, Style::new(), 0);
        }
    }
}

fn limits(row: &PolicyRow) -> String {
    let Policy {
        suspend_after,
        deactivate_after,
        reclaim_after,
        invitation_valid,
        mfa_grace,
        ..
    } = &row.policy;
    match row.sweep {
        Sweep::Inactivity => format!(
            "suspends after {suspend_after} without use, deactivates {deactivate_after} later"
        ),
        Sweep::Seats => format!("takes seats back after {reclaim_after}"),
        Sweep::Invitations => format!("invitations live {invitation_valid}"),
        Sweep::Mfa => format!("{mfa_grace} to enrol"),
    }
}
