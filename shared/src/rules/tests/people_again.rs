//! Reading any row twice.

use super::people::ctx;
use super::{DAY, any_account, day, iusign};
use crate::domain::{
    Account, AccountId, Authority, Kind, Mfa, Micros, Origin, PersonRow, ScopeId, Source, Status,
    Told,
};
use crate::rules::people::{MergeContext, Merged, another, loses, may_lose, merge};
use proptest::prelude::*;

fn any_row() -> impl Strategy<Value = PersonRow> {
    let text =
        || prop::option::of(prop::sample::select(vec!["", "a", "B c"]).prop_map(str::to_owned));
    let role = prop::sample::select(vec!["owner", "Admin", "USER", "viewer", ""]);
    let names = prop::collection::vec(role.prop_map(str::to_owned), 0..4);
    let time = || prop::option::of((-500..20i64).prop_map(day));
    let date = || prop::option::of((-90..90i64).prop_map(|n| day(n).day()));
    (
        (
            prop::sample::select(vec![
                "ann@example.com",
                "user0@example.com",
                "USER0@example.com",
            ]),
            text(),
            text(),
            text(),
            text(),
        ),
        (
            prop::option::of(prop::sample::select(Status::ALL)),
            prop::option::of(names),
        ),
        (
            prop::option::of(prop::sample::select(Mfa::ALL)),
            prop::option::of(prop::sample::select(Source::ALL)),
        ),
        (time(), time(), time(), any::<bool>()),
        (date(), date(), date()),
        prop::option::of(prop::sample::select(Kind::ALL)),
    )
        .prop_map(|(texts, states, mfa, times, dates, kind)| PersonRow {
            line: 3,
            email: texts.0.into(),
            first_name: texts.1,
            external_id: texts.2,
            employee_id: texts.3,
            department: texts.4,
            status: states.0,
            roles: states.1,
            mfa: mfa.0,
            mfa_source: mfa.1,
            last_sign_in: times.0.map(Told::At).or(times.3.then_some(Told::Never)),
            created: times.1,
            invited_at: times.2,
            end_date: dates.0.map(Some),
            leave_from: dates.1.map(Some),
            leave_to: dates.2.map(Some),
            kind,
            ..PersonRow::default()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn reading_a_file_again_changes_nothing(
        start in prop::option::weighted(0.8, any_account()),
        before in any_row(),
        row in any_row(),
        authority in prop::sample::select(Authority::ALL),
        scope in prop::option::of(0..3u32),
        team in prop::option::of(prop::option::of((1..3u32).prop_map(ScopeId))),
        flags in any::<(bool, bool)>(),
        later in 0..DAY,
    ) {
        let catalog = iusign();
        let ctx = MergeContext {
            account: scope.map(ScopeId),
            team,
            owner_exists: flags.0,
            identity_orders: &[],
            open_status_order: flags.1,
            ..ctx(catalog, authority)
        };
        let outcome = |account: Option<&Account>, row: &PersonRow, now: Micros| {
            let ctx = MergeContext { now, ..ctx };
            match merge(account, AccountId(0), row, &ctx) {
                Merged::Added { account, .. } => Ok((*account, true)),
                Merged::Changed { after, .. } => Ok((*after, true)),
                Merged::Unchanged { .. } => {
                    account.map(|a| (a.clone(), false)).ok_or("nobody")
                }
                Merged::Refused(refusal) => Err(refusal.rule),
            }
        };
        let earlier = Micros(ctx.now.0 - 3 * DAY);
        let start = outcome(start.as_ref(), &before, earlier).ok().map(|s| s.0);
        let once = match outcome(start.as_ref(), &row, ctx.now) {
            Ok((once, _)) => once,
            // Only known roles are in the file, so nothing else is refused.
            Err("kind") => {
                prop_assert!(authority == Authority::Rollcall);
                prop_assert!(matches!(row.kind, Some(Kind::Signer | Kind::Outsider)));
                return Ok(());
            }
            Err("employee-id-alone") => {
                let same = start.is_some_and(|s| s.email.eq_ignore_ascii_case(&row.email));
                prop_assert!(!same);
                return Ok(());
            }
            Err(rule) => {
                prop_assert_eq!(rule, "another-person");
                prop_assert!(start.is_some_and(|start| another(&row, &start)));
                return Ok(());
            }
        };
        // A date that lay in the future may be believed once it is past; on the same instant nothing may move.
        prop_assert_eq!(outcome(Some(&once), &row, ctx.now), Ok((once.clone(), false)));
        let future = [row.created, row.invited_at].into_iter().flatten().any(|t| t > ctx.now);
        let future = future || matches!(row.last_sign_in, Some(Told::At(t)) if t > ctx.now);
        // A second factor told again after a day is noted anew: that is how it stays fresh.
        let renewed = once.mfa_at.is_some_and(|at| ctx.now.0 + later >= at.0 + DAY);
        if !future && !renewed {
            let again = outcome(Some(&once), &row, Micros(ctx.now.0 + later));
            prop_assert_eq!(again, Ok((once.clone(), false)));
        }

        // What a row may never do, whatever it says.
        // The address of who is deleted may be a new person's.
        let succeeds = |start: &Account| {
            matches!(merge(Some(start), AccountId(0), &row, &ctx), Merged::Added { .. })
        };
        if let Some(start) = start.filter(|start| !succeeds(start)) {
            prop_assert!(once.last_sign_in >= start.last_sign_in && once.last_use >= start.last_use);
            prop_assert!(once.manifest >= start.manifest);
            // Whom the vendor shows in has answered the invitation, whoever sent it.
            let answered = authority == Authority::Vendor
                && (start.status, once.status) == (Status::Invited, Status::Active);
            if start.status_by != Origin::Import && !answered {
                prop_assert_eq!(once.status, start.status);
            }
            if authority == Authority::Rollcall {
                prop_assert_eq!(catalog.any_owner(&once.assignments), catalog.any_owner(&start.assignments));
                // Of when state and roles are is kept where a file changed them.
                let held = |a: &Account| (a.status, a.assignments.clone(), a.observed_identity.clone());
                let same = once.observed_at == start.observed_at;
                prop_assert!(same || held(&once) != held(&start));
            }
        }
        prop_assert!(once.assignments.is_sorted());
    }

    #[test]
    fn whoever_loses_by_a_row_was_one_who_may(
        start in any_account(),
        row in any_row(),
        authority in prop::sample::select(Authority::ALL),
        scope in prop::option::of(0..3u32),
        ordered in any::<bool>(),
    ) {
        let catalog = iusign();
        let ctx = MergeContext {
            account: scope.map(ScopeId),
            open_status_order: ordered,
            renumber: true,
            ..ctx(catalog, authority)
        };
        if let Merged::Changed { after, .. } = merge(Some(&start), AccountId(0), &row, &ctx)
            && loses(&start, &after, catalog)
        {
            prop_assert!(may_lose(&row, Some((start.status, &start.assignments)), catalog));
            prop_assert!(may_lose(&row, None, catalog));
        }
    }
}
