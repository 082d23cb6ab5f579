//! The directory in memory beside SQLite's partial indexes: policies, search, sorting.

use rollcall_shared::directory::{State, TenantView};
use rollcall_shared::domain::{AccountRef, Kind, Mfa, Origin, Span, Status, Sweep};
use rollcall_shared::rules;
use rollcall_shared::rules::sweeps::{Context, Holders, Planned, Planner};
use rollcall_shared::wire::user::{SortKey, UserPage, UserQuery};
use rollcall_tests::bench::peer::{FACTS, facts, reference};
use rollcall_tests::bench::{self, Figures, Goal, Peer, now};
use rusqlite::params;

fn main() {
    let users = bench::users();
    let before = bench::resident(std::process::id());
    let state = bench::population(users);
    let mut figures = Figures::new(&format!("directory, {users} accounts"));
    let grown = bench::resident(std::process::id()).saturating_sub(before);
    let each = grown as f64 / f64::from(users);
    // The daemon's own figure, without what making people up leaves behind, is the store bench's.
    figures.row(
        "memory after folding the demo",
        "B an account",
        each,
        None,
        Goal::Told,
    );

    // The first sort by a text makes its permutation: before anything else has.
    let cold = |sort| {
        let query = UserQuery {
            sort,
            ..UserQuery::default()
        };
        let (took, _) = bench::timed(|| ask(&state, &query));
        bench::millis(took)
    };
    figures.row(
        "sort by name, the first ever (the daemon warms up)",
        "ms",
        cold(SortKey::Name),
        None,
        Goal::Told,
    );
    figures.row(
        "sort by email, the first ever",
        "ms",
        cold(SortKey::Email),
        None,
        Goal::Told,
    );
    state.warm();

    let dir = bench::folder();
    let peer = Peer::filled(&dir.path().join("peer.db"), &state);
    policies(&mut figures, &state, &peer);
    searches(&mut figures, &state, &peer);
    sorts(&mut figures, &state, &peer);
    figures.end();
}

fn ask(state: &State, query: &UserQuery) -> UserPage {
    state
        .query(query, now())
        .unwrap_or_else(|e| panic!("{e:?}"))
}

fn ids(page: &UserPage) -> Vec<AccountRef> {
    page.rows.iter().map(|r| r.id).collect()
}

/// All four sweeps in all tenants.
fn policies(figures: &mut Figures, state: &State, peer: &Peer) {
    let s = |status: Status| status as u8;
    let (invited, active, suspended) =
        (s(Status::Invited), s(Status::Active), s(Status::Suspended));
    let (unknown, none) = (Mfa::Unknown as u8, Mfa::None as u8);
    let person = Kind::Person as u8;
    let own = Origin::Inactivity as u8;
    let bare = format!("privileged = 1 AND status = {active} AND mfa IN ({unknown}, {none})");
    peer.index(&format!(
        "CREATE INDEX idle ON account (tenant, idle_since) WHERE status = {active} AND kind = {person};
         CREATE INDEX asleep ON account (tenant, status_since) WHERE status = {suspended} AND status_by = {own};
         CREATE INDEX unused ON account (tenant, status_since) WHERE status = {suspended};
         CREATE INDEX ended ON account (tenant, end_date) WHERE end_date IS NOT NULL;
         CREATE INDEX waiting ON account (tenant, invited_since) WHERE status = {invited};
         CREATE INDEX bare ON account (tenant) WHERE {bare};"
    ));
    let select = |index: &str, condition: &str| {
        format!(
            "SELECT {FACTS} FROM account INDEXED BY {index} WHERE tenant = ?1 AND ?2 IS ?2 AND ?3 IS ?3 AND {condition}"
        )
    };
    let sql = [
        vec![
            select(
                "idle",
                &format!("status = {active} AND kind = {person} AND idle_since <= ?2"),
            ),
            select(
                "asleep",
                &format!("status = {suspended} AND status_by = {own} AND status_since <= ?3"),
            ),
        ],
        vec![
            select(
                "ended",
                &format!(
                    "end_date IS NOT NULL AND end_date < ?2 AND status IN ({active}, {suspended})"
                ),
            ),
            select(
                "unused",
                &format!(
                    "status = {suspended} AND status_since <= ?3 AND (end_date IS NULL OR end_date >= ?2)"
                ),
            ),
        ],
        vec![select(
            "waiting",
            &format!("status = {invited} AND invited_since <= ?2"),
        )],
        vec![select("bare", &bare)],
    ];
    let all = |plan: &dyn Fn(&TenantView, Sweep, &Context<'_>) -> Planned| -> Vec<Planned> {
        let mut plans = Vec::new();
        for view in state.tenants() {
            for sweep in Sweep::ALL {
                let policy = view.policy(*sweep);
                let zone = view.zone();
                let context = Context {
                    seen_from: None,
                    zone: &zone,
                    policy: &policy,
                    policy_hash: rules::policy::hash(&policy),
                    catalog_hash: view.catalog.hash,
                    now: now(),
                    feed: view.feed(),
                    tenant_state: view.tenant.state,
                    accounts: view.accounts(),
                    spent: 0,
                    authority: view.tenant.authority,
                    holders: Holders::STAY,
                };
                plans.push(plan(view, *sweep, &context));
            }
        }
        plans
    };
    let (ours, mine) = bench::median(20, || {
        all(&|view, sweep, context| view.plan(sweep, context))
    });
    let theirs = |view: &TenantView, sweep: Sweep, context: &Context<'_>| {
        let policy = context.policy;
        let first = policy.warn_days.iter().max().copied().unwrap_or(0);
        let busy = now()
            .plus(Span::days(i64::from(first)))
            .minus(policy.suspend_after);
        let (low, high) = match sweep {
            Sweep::Inactivity => (busy.min(now()).0, now().minus(policy.deactivate_after).0),
            Sweep::Seats => (
                i64::from(now().day_in(context.zone).0),
                now().minus(policy.reclaim_after).0,
            ),
            Sweep::Invitations => (now().minus(policy.invitation_valid).0, 0),
            Sweep::Mfa => (0, 0),
        };
        let mut planner = Planner::new(sweep, context);
        for sql in &sql[sweep as usize] {
            let statement = peer.db.prepare_cached(sql);
            let mut statement = statement.unwrap_or_else(|e| panic!("{sql}: {e}"));
            let rows = statement.query_map(params![view.tenant.id.0, low, high], facts);
            for row in rows.unwrap_or_else(|e| panic!("{sql}: {e}")) {
                planner.see(&row.unwrap_or_else(|e| panic!("{e}")));
            }
        }
        planner.finish()
    };
    let (peers, others) = bench::median(5, || all(&theirs));
    assert_eq!(mine, others, "the plans differ");
    let found: usize = mine
        .iter()
        .map(|p| p.plan.actions.len() + p.skipped.len())
        .sum();
    let what = format!("every policy evaluated ({found} actions and skips)");
    figures.row(&what, "ms", ours, Some(peers), Goal::AtMost(5.0));
}

fn searches(figures: &mut Figures, state: &State, peer: &Peer) {
    peer.index("CREATE INDEX by_name ON account (name);");
    let count = "SELECT count(*) FROM account WHERE instr(searched, ?1) > 0";
    let page = "SELECT tenant, account FROM account INDEXED BY by_name WHERE instr(searched, ?1) > 0 ORDER BY name, n LIMIT 50";
    for needle in ["müller", "an", "zzzz", "@", "maria.s"] {
        let query = UserQuery {
            search: needle.into(),
            ..UserQuery::default()
        };
        let (ours, mine) = bench::median(20, || ask(state, &query));
        let (peers, (total, rows)) = bench::median(3, || {
            let db = &peer.db;
            let total: i64 = db
                .prepare_cached(count)
                .and_then(|mut s| s.query_row([needle], |r| r.get(0)))
                .unwrap_or_else(|e| panic!("{e}"));
            (total.unsigned_abs(), listed(db, page, params![needle]))
        });
        assert_eq!(
            (mine.total, ids(&mine)),
            (total, rows),
            "search for {needle:?}"
        );
        let what = format!("search {needle:?}, first page and count ({total})");
        figures.row(&what, "ms", ours, Some(peers), Goal::AtMost(6.0));
    }
}

fn listed(db: &rusqlite::Connection, sql: &str, params: impl rusqlite::Params) -> Vec<AccountRef> {
    let mut statement = db
        .prepare_cached(sql)
        .unwrap_or_else(|e| panic!("{sql}: {e}"));
    let rows = statement.query_map(params, reference);
    let rows = rows
        .unwrap_or_else(|e| panic!("{sql}: {e}"))
        .collect::<Result<_, _>>();
    rows.unwrap_or_else(|e| panic!("{e}"))
}

fn sorts(figures: &mut Figures, state: &State, peer: &Peer) {
    let total: u64 = state.tenants().map(|t| u64::from(t.accounts())).sum();
    for (sort, word) in SortKey::ALL {
        let column = match sort {
            SortKey::Tenant => "tenant_name",
            // By tenant, and within it by account.
            SortKey::Id => "tenant",
            _ => word,
        };
        peer.index(&format!(
            "CREATE INDEX sort_{column} ON account ({column}, tenant, account);"
        ));
        let sql = format!(
            "SELECT tenant, account FROM account ORDER BY {column}, tenant, account LIMIT 50 OFFSET ?1"
        );
        for (page, offset) in [
            ("first", 0),
            ("middle", total / 2),
            ("last", total.saturating_sub(50)),
        ] {
            let query = UserQuery {
                sort,
                offset,
                limit: 50,
                ..UserQuery::default()
            };
            let (ours, mine) = bench::median(10, || ask(state, &query));
            let (peers, rows) = bench::median(3, || listed(&peer.db, &sql, params![offset as i64]));
            assert_eq!(
                (mine.total, ids(&mine)),
                (total, rows),
                "{page} page by {column}"
            );
            let what = format!("sort by {column}, {page} page");
            figures.row(&what, "ms", ours, Some(peers), Goal::AtMost(8.0));
        }
    }
}
