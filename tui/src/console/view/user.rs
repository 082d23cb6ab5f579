//! One account whole: what it is, what will happen to it, what happened.

use crate::console::state::State;
use crate::console::state::users::Pane;
use crate::console::theme::Look;
use crate::console::view::format;
use crate::console::view::pane::Writer;
use crate::console::view::users::{flag_style, status_style};
use crate::console::widgets::sparkline;
use ratatui::style::Style;
use ratatui::text::Line;
use rollcall_shared::domain::account::used;
use rollcall_shared::domain::{Account, AssetKind, Mfa, Micros};
use rollcall_shared::wire::user::{HistoryLine, Next, UserDetail};

/// Title and lines.
pub fn content(state: &State, width: usize) -> (String, Vec<Line<'static>>) {
    let mut out = Writer::new(&state.look, width);
    let Some(pane) = &state.users.pane else {
        return (String::new(), out.done());
    };
    let title = title(state, pane);
    match (&pane.detail, &pane.failure) {
        (_, Some(failure)) => out.failure(failure),
        (None, None) => out.waiting(),
        (Some(detail), None) => {
            let zone = state.zone_of(&detail.row.tenant);
            fields(&mut out, state, detail, &zone, width);
            next(&mut out, &detail.next, &zone, &state.look);
            history(&mut out, &detail.history, &zone, &state.look);
        }
    }
    (title, out.done())
}

fn title(state: &State, pane: &Pane) -> String {
    match state.users.shown_account() {
        Some(row) => format!("{}  {}", row.name, pane.id),
        None => pane.id.to_string(),
    }
}

fn fields(out: &mut Writer, state: &State, detail: &UserDetail, zone: &str, width: usize) {
    let (plain, look) = (Style::new(), &state.look);
    let (row, account) = (&detail.row, &detail.account);
    let at = |at: Option<Micros>| at.map(|at| format::minute(at, zone)).unwrap_or_default();
    out.field("Email", &row.email, plain);
    out.field("Username", &row.username, plain);
    out.field(
        "Tenant",
        &format!("{} (authority {})", row.tenant, detail.authority),
        plain,
    );
    out.field("Times", &format::clock(zone), plain);
    out.field(
        "Status",
        &format!(
            "{} since {}, set by {}",
            account.status,
            format::day_in(account.status_since, zone),
            account.status_told()
        ),
        status_style(account.status, look),
    );
    if let Some(observed) = account.observed_status {
        let style = if observed == account.status {
            plain
        } else {
            look.theme.warn
        };
        let seen = account
            .observed_at
            .map(|at| format::day_in(at, zone))
            .unwrap_or_default();
        out.field("At the vendor", &format!("{observed}, as of {seen}"), style);
    }
    out.field(
        "Roles",
        &state.role_words(&row.tenant, &detail.roles),
        plain,
    );
    let shown = account
        .observed_roles
        .as_ref()
        .filter(|r| **r != account.assignments);
    if let Some(shown) = shown {
        let roles: Vec<String> = shown.iter().map(|held| held.role.clone()).collect();
        let said = match roles.is_empty() {
            true => "none".to_owned(),
            false => state.role_words(&row.tenant, &roles),
        };
        out.field("Roles there", &said, look.theme.warn);
    }
    for (field, text) in &account.observed_identity {
        let said = format!("{} {text}", field.label());
        out.field("Shown there", &said, look.theme.warn);
    }
    out.field("User type", &detail.types.join(", "), plain);
    let opened = row.activated.map(|yes| match yes {
        true => "yes: the link was opened",
        false => "not yet: the link was not opened",
    });
    out.field("Activated", opened.unwrap_or_default(), plain);
    let api = detail.api_state.as_deref();
    out.field("API state", api.unwrap_or_default(), plain);
    out.field("Kind", account.kind.word(), plain);
    out.field("Seat", row.seat.word(), plain);
    out.field(
        "MFA",
        &mfa(account, zone),
        if account.mfa == Mfa::None {
            look.theme.warn
        } else {
            plain
        },
    );
    let seen = account
        .last_sign_in
        .map_or_else(|| "not known".to_owned(), |at| format::minute(at, zone));
    out.field("Last sign-in", &seen, plain);
    if account.last_use != account.last_sign_in {
        let used = used(account.last_use, |at| format::minute(at, zone));
        out.field("Last use", &used, plain);
    }
    let days = 28.min(width.saturating_sub(17));
    let uses: u32 = row.activity.iter().map(|n| u32::from(*n)).sum();
    let line = sparkline::line(&row.activity, days, &look.glyphs);
    out.field("Activity", &format!("{uses} in 28 days"), plain);
    if uses > 0 {
        out.parts(&[("                ", plain), (&line, plain)]);
    }
    for flag in &row.flags {
        out.field(
            if Some(flag) == row.flags.first() {
                "Flags"
            } else {
                ""
            },
            &flag.word().replace('_', " "),
            flag_style(*flag, look),
        );
    }
    out.field("Team", &row.team, plain);
    out.field("Manager", &account.manager, plain);
    out.field("Department", &account.department, plain);
    out.field("Employee id", &account.employee_id, plain);
    out.field("External id", &account.external_id, plain);
    out.field("SAML subject", &account.sid, plain);
    out.field("Language", &account.language, plain);
    out.field("Created", &format::day_in(account.created, zone), plain);
    out.field("Invited", &at(account.invited_at), plain);
    out.field("Reactivated", &at(account.reactivated), plain);
    out.field(
        "Privileged",
        &account
            .privileged_since
            .map(|at| format!("since {}", format::day_in(at, zone)))
            .unwrap_or_default(),
        plain,
    );
    out.field("Held until", &at(account.hold_until), look.theme.warn);
    out.field(
        "Last day",
        &account.end_date.map(|d| d.to_string()).unwrap_or_default(),
        look.theme.warn,
    );
    if let (Some(from), Some(to)) = (account.leave_from, account.leave_to) {
        out.field("Leave", &format!("{from} to {to}"), plain);
    }
    // Sessions that were opened under an older one are stale.
    out.field("Manifest", &account.manifest.to_string(), plain);
    out.field("Warned (idle)", &at(account.warned_idle_at), plain);
    out.field("Warned (MFA)", &at(account.warned_mfa_at), plain);
    out.field("Owns", &assets(account), plain);
}

fn mfa(account: &Account, zone: &str) -> String {
    match account.mfa_at {
        Some(at) => format!(
            "{}, told by {} on {}",
            account.mfa,
            account.mfa_source,
            format::day_in(at, zone)
        ),
        None => account.mfa.word().to_owned(),
    }
}

fn assets(account: &Account) -> String {
    let parts: Vec<String> = account
        .assets
        .iter()
        .zip(AssetKind::ALL)
        .filter(|(n, _)| **n > 0)
        .map(|(n, kind)| format::assets(u64::from(*n), kind.word()))
        .collect();
    parts.join(", ")
}

fn next(out: &mut Writer, next: &[Next], zone: &str, look: &Look) {
    out.heading("What happens next");
    if next.is_empty() {
        out.text("Nothing: no sweep will touch it.", look.theme.faint, 0);
    }
    for step in next {
        let when = match step.when {
            Some(at) => format::minute(at, zone),
            None => "no run is scheduled".into(),
        };
        out.parts(&[
            (&when, Style::new()),
            ("  ", Style::new()),
            (step.kind.word(), look.theme.strong),
            (&format!("  by {}", step.sweep), look.theme.faint),
        ]);
        out.text(&step.why, Style::new(), 2);
        if !step.but.is_empty() {
            out.text(&format!("But: {}", step.but), look.theme.warn, 2);
        }
    }
}

fn history(out: &mut Writer, history: &[HistoryLine], zone: &str, look: &Look) {
    out.heading("History, newest first");
    if history.is_empty() {
        out.text("Nothing is recorded.", look.theme.faint, 0);
    }
    for line in history {
        out.parts(&[
            (&format::minute(line.at, zone), Style::new()),
            ("  ", Style::new()),
            (&line.verb, look.theme.strong),
            (&format!("  {}", line.actor), Style::new()),
            (&format!("  #{}", line.seq), look.theme.faint),
        ]);
        for change in &line.changes {
            out.text(change, Style::new(), 2);
        }
        if !line.why.is_empty() {
            out.text(&line.why, look.theme.faint, 2);
        }
    }
}
