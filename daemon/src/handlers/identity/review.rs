//! `review open`, `review answer`, `review close`: the periodic review of a tenant's users.

use super::work::{Work, account};
use crate::handlers::ask::{Ask, Door, Extra, Who};
use crate::handlers::{find, refused};
use crate::writer::Draft;
use rollcall_shared::directory::{Staying, TenantView};
use rollcall_shared::domain::{
    AccountId, Origin, Record, RecordKind, Review, ReviewId, Rule, Status, Verdict,
};
use rollcall_shared::rules::lifecycle::{self, Lifecycle};
use rollcall_shared::rules::review;
use rollcall_shared::text::counted;
use rollcall_shared::wire::identity::{ReviewDecide, ReviewOpen};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) async fn open(ask: &Ask<'_>, request: ReviewOpen) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    let extra = Extra::default();
    ask.change(Verb::ReviewOpen, Some(&tenant), extra, move |draft, _| {
        let mut work = Work::new(draft, &request.tenant, None)?;
        let view = work.view;
        let mut subject: Vec<AccountId> = Vec::new();
        draft.state.scan(view.tenant.id, |facts| {
            if review::subject(facts.kind, facts.status) {
                subject.push(facts.id);
            }
        });
        let id = ReviewId(view.next_number(RecordKind::Review));
        let newest = view.reviews().next_back();
        let made = review::open(
            id,
            subject,
            request.days,
            request.silence,
            newest,
            draft.now,
        )
        .map_err(refused)?;
        let message = format!(
            "review {} is open: {}, answers until {}; silence means {}",
            id.0,
            counted(made.subject.len(), "account"),
            work.clock(made.due),
            made.silence
        );
        work.record(None, Some(Record::Review(made)));
        work.finish(request.dry_run, message)
    })
    .await
}

pub(super) async fn answer(ask: &Ask<'_>, request: ReviewDecide) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    let Some(verdict) = request.verdict else {
        return Err(Failure::new(Class::Usage, "nothing is said of them")
            .rule("verdict")
            .hint("say keep or remove"));
    };
    let verb = Verb::ReviewAnswer;
    let extra = Extra::default();
    ask.change_as(verb, &tenant, Door::Whole, extra, move |draft, _, who| {
        let mut work = Work::new(draft, &request.tenant, None)?;
        let old = named(work.view, request.id)?;
        let accounts: Vec<AccountId> = request
            .users
            .iter()
            .map(|user| Ok(find::account(draft.state, user, Some(&request.tenant))?.account))
            .collect::<Result<_, Failure>>()?;
        let me = who.account(draft.state);
        let new = review::answer(old, &accounts, verdict, me).map_err(refused)?;
        let message = format!(
            "review {}: {verdict} is said of {}; {} of {} are answered",
            old.id.0,
            accounts.len(),
            new.verdicts.len(),
            new.subject.len()
        );
        set(&mut work, old, new);
        work.finish(request.dry_run, message)
    })
    .await
}

pub(super) async fn close(ask: &Ask<'_>, request: ReviewDecide) -> Result<Value, Failure> {
    let tenant = request.tenant.clone();
    let verb = Verb::ReviewClose;
    let extra = Extra::default();
    ask.change_as(verb, &tenant, Door::Whole, extra, move |draft, _, who| {
        let mut work = Work::new(draft, &request.tenant, None)?;
        let old = named(work.view, request.id)?;
        let new = review::close(old, request.early, draft.now).map_err(refused)?;
        let ended = end_access(draft, &mut work, old, who)?;
        let message = format!(
            "review {} is closed; suspended: {}",
            old.id.0,
            counted(ended, "account")
        );
        set(&mut work, old, new);
        work.finish(request.dry_run, message)
    })
    .await
}

/// Suspends whom the review removes. Who must stay, stays, and is told of.
fn end_access(
    draft: &Draft<'_>,
    work: &mut Work<'_>,
    review: &Review,
    who: &Who,
) -> Result<u32, Failure> {
    let view = work.view;
    let me = who.account(draft.state);
    let office = view.owner_office();
    let mut owners = view.owner_holders();
    // Suspending one after the other would not see that the last one is among them.
    let mut staying = Staying::new(view);
    let mut ended = 0;
    for id in &review.subject {
        let account = account(draft, view.reference(*id))?;
        let out = account.status != Status::Active
            || review::verdict(review, &account, me) == Verdict::Keep;
        if out {
            continue;
        }
        let reference = view.reference(*id);
        let least = view.catalog.owner.min;
        let last = office.left(&owners, &account, &[], least);
        let last = last.map(|place| office.shown(place));
        let ctx = Lifecycle {
            now: draft.now,
            origin: Origin::Admin,
            by_member: !who.operator,
            last_owner: last.as_deref(),
            catalog: &view.catalog,
            seats_free: None,
        };
        let done = lifecycle::suspend(&account, &ctx)
            .and_then(|changes| staying.go(*id, Status::Suspended).map(|()| changes));
        match done {
            Ok(changes) => {
                owners.remove(&office, account.status, &account.assignments);
                ended += 1;
                work.decided(*id, changes, Rule::Review)?;
            }
            // It is not this account that stays: no account ends here by this person.
            Err(refusal) if refusal.rule == "enabled-elsewhere" => return Err(refused(refusal)),
            Err(refusal) => work
                .warnings
                .push(format!("{reference} stays: {}", refusal.what)),
        }
    }
    Ok(ended)
}

fn set(work: &mut Work<'_>, old: &Review, new: Review) {
    work.record(Some(Record::Review(old.clone())), Some(Record::Review(new)));
}

/// The review of a number; none is the newest.
pub(super) fn named(view: &TenantView, id: Option<u32>) -> Result<&Review, Failure> {
    let found = match id {
        Some(id) => view.review(ReviewId(id)),
        None => view.reviews().next_back(),
    };
    found.ok_or_else(|| {
        let what = match id {
            Some(id) => format!("there is no review {id} in {}", view.tenant.name),
            None => format!("there is no review in {} yet", view.tenant.name),
        };
        Failure::new(Class::NotFound, what)
            .rule("review")
            .hint("see `rollcall review list`, or open one")
    })
}
