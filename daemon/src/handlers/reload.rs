//! What the configuration file proposes for policies, adopted on reload as audited changes.

use super::policy_set::check_schedule;
use crate::writer::{Errand, Proposal, Writer};
use rollcall_shared::config::{Config, Proposal as Proposed};
use rollcall_shared::domain::{Actor, Entry, Fact, RequestId, Sweep};
use rollcall_shared::rules::policy;
use rollcall_shared::wire::Failure;

/// Adopts each proposal that differs from what is in force; returns one line for each, adopted or refused.
pub(crate) async fn adopt(writer: &Writer, config: &Config) -> Vec<String> {
    let mut lines = Vec::new();
    for (tenant, policies) in &config.tenant {
        for (sweep, proposed) in policies {
            match one(writer, tenant, *sweep, proposed.clone()).await {
                Ok(changes) if changes.is_empty() => {}
                Ok(changes) => {
                    lines.push(format!("{tenant}: policy {sweep}: {}", changes.join("; ")))
                }
                Err(failure) => lines.push(format!(
                    "{tenant}: policy {sweep} is not adopted: {failure}"
                )),
            }
        }
    }
    lines
}

async fn one(
    writer: &Writer,
    tenant: &str,
    sweep: Sweep,
    proposed: Proposed,
) -> Result<Vec<String>, Failure> {
    if let Some(schedule) = &proposed.schedule {
        check_schedule(schedule)?;
    }
    let errand = Errand {
        actor: Actor::daemon(),
        verb: "policy set".into(),
        request: RequestId(uuid::Uuid::now_v7()),
        asked: String::new(),
        run: None,
        reason: Some("adopted from the configuration file".into()),
    };
    let tenant = tenant.to_owned();
    let answer = writer
        .change(
            errand,
            Box::new(move |draft, _| {
                let view = super::find::tenant(draft.state, &tenant)?;
                let old = view.policy(sweep);
                let wanted = policy::Change {
                    mode: proposed.mode,
                    schedule: proposed.schedule.as_deref(),
                    limits: &proposed.limits,
                };
                let (new, changes) =
                    policy::change(sweep, &old, &wanted, draft.now).map_err(super::refused)?;
                let answer = super::json(&changes)?;
                if changes.is_empty() {
                    return Ok(Proposal::nothing(answer));
                }
                let fact = Fact::PolicySet {
                    sweep,
                    old: Some(old),
                    new,
                };
                Ok(Proposal::decide(
                    view.tenant.id,
                    vec![Entry::plain(fact)],
                    answer,
                ))
            }),
        )
        .await?;
    Ok(serde_json::from_value(answer).unwrap_or_default())
}
