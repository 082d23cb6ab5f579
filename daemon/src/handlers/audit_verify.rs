//! `audit verify`: recomputes every tree from its journal, and holds signed heads against them.

use super::ask::Ask;
use super::status::hex;
use super::{find, json};
use rollcall_shared::directory::State;
use rollcall_shared::domain::JournalId;
use rollcall_shared::heads::{BadKey, Claims, HeadProblem, Verifier, claims};
use rollcall_shared::store::{self, Reader, Roots};
use rollcall_shared::wire::admin::Head;
use rollcall_shared::wire::audit::{AuditVerdict, AuditVerify, HeadFault};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;

pub(super) async fn handle(ask: &Ask<'_>, request: AuditVerify) -> Result<Value, Failure> {
    let state = ask.state();
    let tenant = request.tenant.as_deref();
    ask.authorise(&state, Verb::AuditVerify, tenant)?;
    let only = match tenant {
        Some(name) => Some(JournalId::from(find::tenant(&state, name)?.tenant.id)),
        None => None,
    };
    let signed = signed(ask, &state, &request, only)?;
    let checked = signed.notes();
    let reader = ask.service.writer.reader();
    let id = ask.service.heads.id();
    let unreadable =
        |e: String| Failure::new(Class::Error, format!("the store cannot be read: {e}"));
    let named = state.clone();
    let (problems, heads, head_problems) = tokio::task::spawn_blocking(move || {
        let found = match only {
            Some(journal) => store::verify_one(reader.as_ref(), journal),
            None => store::verify(reader.as_ref()),
        };
        let problems: Vec<String> = found
            .iter()
            .map(|problem| format!("{}: {problem}", named.journal_name(problem.journal())))
            .collect();
        let journals = match only {
            Some(journal) => Ok(vec![journal]),
            None => reader.journals(),
        };
        let heads: Result<Vec<_>, _> =
            journals.and_then(|all| all.into_iter().map(|j| reader.head(j)).collect());
        let judged = recomputed(&signed, reader.as_ref()).map(|roots| signed.judge(id, &roots));
        (problems, heads, judged)
    })
    .await
    .map_err(|e| unreadable(e.to_string()))?;
    let heads = heads
        .map_err(|e| unreadable(e.to_string()))?
        .into_iter()
        .map(|h| Head {
            journal: state.journal_name(h.journal),
            seq: h.seq,
            leaves: h.leaves,
            root: hex(&h.root),
        })
        .collect();
    let told = |problem: &HeadProblem| HeadFault {
        blame: problem.blame(),
        what: problem.told(|journal| state.journal_name(journal)),
    };
    let head_problems: Vec<HeadFault> = head_problems
        .map_err(unreadable)?
        .iter()
        .map(told)
        .collect();
    json(AuditVerdict {
        ok: problems.is_empty() && head_problems.is_empty(),
        heads,
        problems,
        signed: checked,
        head_problems,
    })
}

/// What the signed heads of the request claim.
fn signed(
    ask: &Ask<'_>,
    state: &State,
    request: &AuditVerify,
    only: Option<JournalId>,
) -> Result<Claims, Failure> {
    let Some(file) = &request.heads else {
        return Ok(Claims::default());
    };
    let told: Result<Vec<Verifier>, BadKey> = request.keys.iter().map(|k| k.parse()).collect();
    let mut keys = told.map_err(|bad| {
        Failure::new(Class::Usage, bad.to_string())
            .rule("heads-key")
            .hint("copy it as `rollcall audit key` printed it")
    })?;
    if request.keys.is_empty() {
        let heads = &ask.service.heads;
        keys = state
            .head_keys()
            .iter()
            .filter_map(|key| heads.verifier(key))
            .collect();
    }
    let claims = claims(file, request.first_line.max(1), &keys);
    if claims.notes() == 0 {
        return Err(
            Failure::new(Class::Usage, "there is no signed head to check")
                .rule("no-heads")
                .hint("give a file of signed heads, as `rollcall audit head` prints them"),
        );
    }
    Ok(match only {
        Some(journal) => claims.of(journal),
        None => claims,
    })
}

fn recomputed(signed: &Claims, reader: &dyn Reader) -> Result<Roots, String> {
    let mut roots = Roots::wanted(signed.sizes());
    roots.read(reader).map_err(|e| e.to_string())?;
    Ok(roots)
}
