//! `user redact`: the personal data of an account goes for good, from the directory, the journal and the file.

mod elsewhere;

use self::elsewhere::{Elsewhere, bound};
use super::work::account;
use crate::handlers::ask::{Ask, Extra};
use crate::handlers::thread::{self, Knot};
use crate::handlers::{find, json, refused};
use crate::writer::{Draft, Proposal};
use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{
    Account, AccountRef, Authority, Entry, Fact, Field, Gone, Handover, JournalId, Order,
    OrderState, Pos,
};
use rollcall_shared::rules::redaction::{self, Redacting, Told};
use rollcall_shared::rules::traces::Traces;
use rollcall_shared::store::Reader;
use rollcall_shared::text::counted;
use rollcall_shared::wire::identity::{Changed, UserRedact};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

pub(super) async fn handle(ask: &Ask<'_>, request: UserRedact) -> Result<Value, Failure> {
    let state = ask.state();
    let (found, tenant) = ask.place(Verb::UserRedact, &request.user, request.tenant.as_deref());
    ask.authorise(&state, Verb::UserRedact, tenant.as_deref())?;
    if request.reason.trim().is_empty() {
        return Err(Failure::new(
            Class::Usage,
            "personal data goes for good: that needs a reason",
        )
        .rule("redaction-reason")
        .hint("say why with `--reason TEXT`, without naming anybody"));
    }
    // A retry names an email that is gone, and is answered all the same: so nobody found is no refusal yet.
    let read = match found {
        Ok(id) => Ok((id, read(ask, &state, id).await?)),
        Err(nobody) => Err(nobody),
    };
    let extra = Extra {
        reason: Some(request.reason),
        ..Extra::default()
    };
    let dry_run = request.dry_run;
    let answer = ask
        .change(
            Verb::UserRedact,
            tenant.as_deref(),
            extra,
            move |draft, _| {
                let (id, (history, elsewhere)) = read?;
                plan(draft, id, &history, &elsewhere, dry_run)
            },
        )
        .await?;
    if dry_run {
        return Ok(answer);
    }
    finished(ask, answer).await
}

async fn read(
    ask: &Ask<'_>,
    state: &Arc<State>,
    id: AccountRef,
) -> Result<(History, Elsewhere), Failure> {
    let (reader, state) = (ask.service.writer.reader(), state.clone());
    tokio::task::spawn_blocking(move || {
        let account = state.account(id).ok_or_else(|| find::gone(id))?;
        let mut traces = Traces::of(&account);
        let history = History::read(reader.as_ref(), id, state.last_pos(id), &mut traces)?;
        let elsewhere = Elsewhere::read(reader.as_ref(), &state, &history, traces, id)?;
        Ok((history, elsewhere))
    })
    .await
    .map_err(|e| Failure::new(Class::Error, e.to_string()))?
}

/// Waits until the file holds no more of it, also when the request is a retry. What cannot be done now is told.
async fn finished(ask: &Ask<'_>, answer: Value) -> Result<Value, Failure> {
    let Err(error) = ask.service.writer.renew().await else {
        return Ok(answer);
    };
    tracing::error!("what was redacted is still in the store's file: {error}");
    let mut changed: Changed =
        serde_json::from_value(answer).map_err(|e| Failure::new(Class::Error, e.to_string()))?;
    changed.warnings.push(format!(
        "the entry is durable, but the store's file still holds the texts ({error}): restart rollcalld, which tries again"
    ));
    json(changed)
}

fn plan(
    draft: &Draft<'_>,
    id: AccountRef,
    history: &History,
    elsewhere: &Elsewhere,
    dry_run: bool,
) -> Result<Proposal, Failure> {
    let account = account(draft, id)?;
    let nothing = |message: String| {
        json(Changed {
            message,
            seq: None,
            nothing: true,
            changes: Vec::new(),
            warnings: Vec::new(),
        })
    };
    if account.redacted() {
        return Ok(Proposal::nothing(nothing(format!(
            "account {id} is redacted already"
        ))?));
    }
    let view = draft
        .state
        .tenant(id.tenant)
        .ok_or_else(|| find::gone(id))?;
    if view.last_pos(id.account) != history.last {
        return Err(Failure::new(
            Class::Conflict,
            format!("account {id} changed while its history was read"),
        )
        .rule("moved-meanwhile")
        .hint("ask again"));
    }
    let asked = Redacting {
        id,
        owner: owns(draft, view, &account) || elsewhere.traces().is(&view.tenant.owner),
        handover: handover(view, &account),
        order: order(view, &account),
        bound: bound(draft.state, elsewhere.traces(), id.tenant, id.account),
    };
    redaction::redact(&account, &asked).map_err(refused)?;
    let mut gone = redaction::gone(&history.told);
    let mut changes = history.changes(id, &gone);
    changes.extend(elsewhere.changes());
    elsewhere.add_to(&mut gone);
    let done = format!("account {id} is redacted");
    let answer = json(Changed {
        message: match dry_run {
            true => format!("would do: {done}"),
            false => done,
        },
        seq: (!dry_run).then_some(view.last_seq() + 1),
        nothing: false,
        changes,
        warnings: warnings(draft.state, view, elsewhere),
    })?;
    let fact = Fact::Redacted {
        account: id.account,
        prev: None,
        gone,
    };
    let mut entries = vec![Entry::plain(fact)];
    entries.extend(elsewhere.anew(draft.state)?);
    let mut proposal = Proposal::decide(id.tenant, entries, answer).previewed(dry_run);
    let platform = elsewhere.anew_on_platform(draft.state);
    proposal.entries.push((JournalId::PLATFORM, platform));
    Ok(proposal)
}

/// Whether the account holds the owner role, or the settings name it by its email.
fn owns(draft: &Draft<'_>, view: &TenantView, account: &Account) -> bool {
    let facts = draft.state.facts(view.reference(account.id));
    facts.is_some_and(|f| f.owner) || view.tenant.owner.eq_ignore_ascii_case(&account.email)
}

fn handover<'v>(view: &'v TenantView, account: &Account) -> Option<&'v Handover> {
    view.handovers().rev().find(|handover| {
        let moves = view
            .moved(handover.id)
            .filter_map(|asset| asset.moved.as_ref());
        (handover.from == account.id || handover.to == account.id)
            && redaction::pending(handover, moves.map(|m| m.state))
    })
}

fn order<'v>(view: &'v TenantView, account: &Account) -> Option<&'v Order> {
    view.orders().rev().find(|order| {
        order.account() == Some(account.id)
            && matches!(order.state, OrderState::Open | OrderState::Delivered)
    })
}

fn warnings(state: &State, view: &TenantView, elsewhere: &Elsewhere) -> Vec<String> {
    let mut warnings = vec![
        "this cannot be undone".to_owned(),
        "backups, exports and imported files of earlier still hold it: remove them too".to_owned(),
    ];
    warnings.extend(elsewhere.warnings(state));
    if view.tenant.authority == Authority::Vendor {
        warnings.push(
            "the vendor keeps its own copy: an export that still shows the person brings in a new account".to_owned(),
        );
    }
    warnings
}

/// What the journal says about an account.
struct History {
    /// The newest entry it was read from.
    last: Option<Pos>,
    told: Vec<Told>,
    /// The personal fields it speaks of.
    fields: BTreeSet<Field>,
    /// Whether an entry has a note.
    notes: bool,
    /// The batches whose reason goes.
    reasons: BTreeSet<u64>,
    /// The batches whose fingerprint stays, for others need their reason.
    shared: BTreeSet<u64>,
}

impl History {
    /// Reads it, and takes note of each address the account had.
    fn read(
        reader: &dyn Reader,
        id: AccountRef,
        last: Option<Pos>,
        traces: &mut Traces,
    ) -> Result<Self, Failure> {
        let mut history = History {
            last,
            told: Vec::new(),
            fields: BTreeSet::new(),
            notes: false,
            reasons: BTreeSet::new(),
            shared: BTreeSet::new(),
        };
        for knot in thread::of(reader, id, last) {
            let Knot {
                pos,
                header,
                entry,
                own_header,
                note,
            } = knot?;
            history
                .fields
                .extend(entry.personal.iter().map(|c| c.field));
            for change in &entry.personal {
                traces.see(change.field, &change.old);
                traces.see(change.field, &change.new);
            }
            let first = header.seal.salt.is_none() && header.answer.is_some();
            if !own_header && (header.seal.asked.is_some() || first) {
                history.shared.insert(pos.seq);
            }
            history.notes |= note;
            if own_header && (header.reason.is_some() || header.break_glass.is_some()) {
                history.reasons.insert(pos.seq);
            }
            history.told.push(Told {
                pos,
                personal: entry.salt.is_some(),
                header: own_header,
            });
        }
        Ok(history)
    }

    /// What goes, in words: the fields by name, never what they hold.
    fn changes(&self, id: AccountRef, gone: &Gone) -> Vec<String> {
        let mut what: Vec<&str> = self.fields.iter().map(|f| f.label()).collect();
        what.extend(self.notes.then_some("notes"));
        let mut changes = vec![format!(
            "{id}: out of {} of its {} goes what is personal: {}",
            gone.entries.len(),
            counted(self.told.len(), "entry"),
            what.join(", ")
        )];
        if !self.reasons.is_empty() {
            let reasons = counted(self.reasons.len(), "reason");
            changes.push(format!("{id}: with it {reasons} given"));
        }
        changes
    }
}
