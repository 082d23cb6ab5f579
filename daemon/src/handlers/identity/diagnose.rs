//! `diagnose`: why somebody got no invitation, lacks access, or sees old rights.

use crate::handlers::ask::Ask;
use crate::handlers::{drift_list, find, json};
use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{AccountId, Status};
use rollcall_shared::formats;
use rollcall_shared::rules::{diagnose, invite};
use rollcall_shared::wire::identity::{Diagnosis, Finding, Grave, UserNamed};
use rollcall_shared::wire::{Class, Failure, Verb};
use serde_json::Value;
use std::collections::BTreeMap;

/// Addresses looked at to learn which domains are usual.
const SAMPLE: u32 = 20_000;

pub(super) fn handle(ask: &Ask<'_>, request: UserNamed) -> Result<Value, Failure> {
    let state = ask.state();
    let (found, tenant) = ask.place(Verb::Diagnose, &request.user, request.tenant.as_deref());
    ask.authorise(&state, Verb::Diagnose, tenant.as_deref())?;
    let id = match found {
        Ok(id) => Some(id),
        // An address that nobody has is a finding, where it is known in which tenant to look.
        Err(failure) if failure.class == Class::NotFound && tenant.is_some() => None,
        Err(failure) => return Err(failure),
    };
    let view = find::tenant(&state, tenant.as_deref().unwrap_or_default())?;
    let account = id.and_then(|id| state.account(id));
    let address = account
        .as_ref()
        .map_or_else(|| request.user.trim().to_owned(), |a| a.email.clone());
    let bad = formats::address(&address).err();
    let invitation = account.as_ref().and_then(|a| {
        let known = view.invitation(a.id).cloned();
        known.or_else(|| (a.status == Status::Invited).then(|| invite::assumed(a)))
    });
    let (domains, zone) = (domains(view), view.zone());
    let mut findings = diagnose::diagnose(&diagnose::Case {
        now: ask.service.clock.now(),
        zone: &zone,
        address: &address,
        bad_address: bad.as_deref(),
        account: account.as_ref(),
        invitation: invitation.as_ref(),
        domains: &domains,
        catalog: &view.catalog,
        scopes: &view.scopes,
    });
    let ahead = id.map(|id| drift_list::ahead(view, &state, id.account));
    findings.extend(ahead.into_iter().flatten().map(|what| Finding {
        check: "vendor".to_owned(),
        grave: Grave::Notice,
        what,
        instead: "see `rollcall drift` and `rollcall order list`".to_owned(),
    }));
    json(Diagnosis {
        id,
        name: account.as_ref().map_or(address, |a| a.display_name()),
        status: account.as_ref().map(|a| a.status),
        invitation,
        findings,
    })
}

/// How many addresses of a tenant have which domain, as far as a sample tells.
fn domains(view: &TenantView) -> BTreeMap<String, u32> {
    let mut domains = BTreeMap::new();
    for id in (0..view.accounts().min(SAMPLE)).map(AccountId) {
        let Some(account) = view.account(id).filter(|a| a.status != Status::Deleted) else {
            continue;
        };
        if let Some((_, domain)) = account.email.rsplit_once('@') {
            *domains.entry(domain.to_ascii_lowercase()).or_default() += 1;
        }
    }
    domains
}
