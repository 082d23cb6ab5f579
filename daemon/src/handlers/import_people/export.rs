//! A people export of the vendor that was read to its end: noted, so that it is known of when the newest one is.

use super::super::ask::{Ask, acting_member};
use super::super::{find, stream};
use crate::handlers::import_batch::Counts;
use crate::handlers::json;
use crate::writer::Proposal;
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    Authority, Entry, Fact, Field, Micros, OrderState, PersonRow, Source, SourceField, Todo,
};
use rollcall_shared::rules::people;
use rollcall_shared::wire::import::ImportRequest;
use rollcall_shared::wire::{Failure, Verb};

/// What was read of a file so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Read {
    /// Whose file it is.
    told_by: Source,
    /// Whether a row told a state.
    states: bool,
    /// Whether a row told roles.
    roles: bool,
    /// When it was begun: an undated file shows nothing later than that.
    begun: Micros,
    /// How many batches it was taken in by.
    pub parts: u32,
}

impl Read {
    /// Nothing was read yet.
    pub(super) fn of(told_by: Source, begun: Micros) -> Self {
        Read {
            told_by,
            states: false,
            roles: false,
            begun,
            parts: 0,
        }
    }

    /// Looks at a row.
    pub(super) fn see(&mut self, row: &PersonRow) {
        self.states |= row.status.is_some();
        self.roles |= row.roles.is_some();
    }

    /// Whether the file is one of those by which the vendor shows its accounts.
    fn is_export(&self, view: &TenantView) -> bool {
        let counts = |field| {
            let owner = view.tenant.sources.get(&field);
            owner.is_none_or(|owner| *owner == self.told_by)
        };
        view.tenant.authority == Authority::Vendor
            && self.told_by.observes()
            && (self.states && counts(SourceField::Status)
                || self.roles && counts(SourceField::Roles))
    }
}

/// Notes that a file was read, behind its last batch: before that, whom it leaves out is not known.
pub(super) fn note(ask: &Ask<'_>, request: &ImportRequest, read: &Read) -> Result<(), Failure> {
    let state = ask.state();
    if !read.is_export(find::tenant(&state, &request.tenant)?) {
        return Ok(());
    }
    let (tenant, shown, read) = (request.tenant.clone(), request.as_of, *read);
    let (service, caller) = (ask.service.clone(), ask.caller.clone());
    let (errand, plan) = ask.errand(
        Verb::ImportPeople,
        Some(&request.tenant),
        stream::extra(ask, read.parts, request, &()),
        move |draft, _| {
            let verb = Verb::ImportPeople;
            let view = find::tenant(draft.state, &tenant)?;
            let member = acting_member(&service, &caller, draft.state, verb, &tenant)?;
            let known = view.newest_export();
            let as_of = shown.map(|when| when.instant(&view.zone()));
            let of =
                people::export_news(known, as_of, read.begun.min(draft.now), handed_over(view));
            let noted = of.filter(|_| member.is_none() && read.is_export(view));
            let entries = noted.map(|at| Entry::plain(Fact::ExportRead { at }));
            Ok(Proposal {
                entries: vec![(view.tenant.id.into(), entries.into_iter().collect())],
                answer: json(Counts::default())?,
                observation: true,
                trial: false,
                operator: false,
            })
        },
    );
    let begun = ask.service.writer.begin_blocking(errand, plan)?;
    begun.wait().map(|_| ())
}

/// When the orders on states and roles were handed over that are on their way.
fn handed_over(view: &TenantView) -> impl Iterator<Item = Micros> {
    let delivered = view.orders().filter(|o| o.state == OrderState::Delivered);
    let shown = delivered.filter(|order| match &order.todo {
        Todo::Account { change, .. } => matches!(change.field, Field::Status | Field::Roles),
        Todo::Thing { .. } => false,
    });
    shown.map(|order| order.updated)
}
