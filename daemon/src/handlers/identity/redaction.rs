//! `user redact`: the personal data of an account goes for good, from the directory, the journal and the file.

use super::work::account;
use crate::handlers::ask::{Ask, Extra};
use crate::handlers::thread::{self, Knot};
use crate::handlers::{find, json, refused};
use crate::writer::{Draft, Proposal};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{
    Account, AccountRef, Authority, Entry, Fact, Field, Gone, Handover, Order, OrderState, Pos,
};
use rollcall_shared::rules::redaction::{self, Redacting, Told};
use rollcall_shared::store::Reader;
use rollcall_shared::text::counted;
use rollcall_shared::wire::identity::{Changed, UserRedact};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) async fn handle(ask: &Ask<'_>, request: UserRedact) -> Result<Value, Failure> {
    let state = ask.state();
    let (found, tenant) = find::place(&state, &request.user, request.tenant.as_deref());
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
        Ok(id) => Ok((id, read(ask, id, state.last_pos(id)).await?)),
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
                let (id, history) = read?;
                plan(draft, id, &history, dry_run)
            },
        )
        .await?;
    if dry_run {
        return Ok(answer);
    }
    finished(ask, answer).await
}

async fn read(ask: &Ask<'_>, id: AccountRef, last: Option<Pos>) -> Result<History, Failure> {
    let reader = ask.service.writer.reader();
    tokio::task::spawn_blocking(move || History::read(reader.as_ref(), id, last))
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
        owner: owns(draft, view, &account),
        handover: handover(view, &account),
        order: order(view, &account),
    };
    redaction::redact(&account, &asked).map_err(refused)?;
    let gone = redaction::gone(&history.told);
    let done = format!("account {id} is redacted");
    let answer = json(Changed {
        message: match dry_run {
            true => format!("would do: {done}"),
            false => done,
        },
        seq: (!dry_run).then_some(view.last_seq() + 1),
        nothing: false,
        changes: history.changes(id, &gone),
        warnings: warnings(view),
    })?;
    let fact = Fact::Redacted {
        account: id.account,
        prev: None,
        gone,
    };
    Ok(Proposal::decide(id.tenant, vec![Entry::plain(fact)], answer).previewed(dry_run))
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

fn warnings(view: &TenantView) -> Vec<String> {
    let mut warnings = vec![
        "this cannot be undone".to_owned(),
        "backups, exports and imported files of earlier still hold it: remove them too".to_owned(),
        "a reason given for several people at once stays with the others; an address stays as somebody's manager, among the owners of the tenant, or in an operator's binding".to_owned(),
    ];
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
}

impl History {
    fn read(reader: &dyn Reader, id: AccountRef, last: Option<Pos>) -> Result<Self, Failure> {
        let mut history = History {
            last,
            told: Vec::new(),
            fields: BTreeSet::new(),
            notes: false,
            reasons: BTreeSet::new(),
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
            history.notes |= note;
            if own_header && header.reason.is_some() {
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
