//! Inviting people.

use super::{Act, along, propose, start, step, tick};
use crate::console::deed::Deed;
use crate::console::message::{Ask, Effect};
use crate::console::state::State;
use crate::console::state::flow::{Field, Invite, Step};
use crate::console::state::list::Motion;
use crate::console::state::overlay::Proposal;
use crate::console::state::picker::Picker;
use rollcall_shared::wire::admin::TenantNamed;
use rollcall_shared::wire::identity::UserInvite;
use rollcall_shared::wire::{Class, Failure};
use tui_input::Input;

/// Opens the form for the tenant in hand.
pub fn open(state: &mut State) -> Vec<Effect> {
    let Some(tenant) = state.invite_tenant() else {
        return Vec::new();
    };
    let mut fields = vec![
        Field::Emails,
        Field::FirstName,
        Field::LastName,
        Field::Roles,
        Field::Team,
        Field::Scope,
    ];
    let rows = state.tenant_rows();
    let row = rows.iter().find(|row| row.tenant.name == tenant);
    let has = |feature: &str| row.is_some_and(|r| r.tenant.plan.features.contains(feature));
    // eSignAnyWhere shows the username with SAML or on the customer's own machines, the SID on these only.
    if has("saml") || has("on_premise") {
        fields.push(Field::Username);
    }
    if has("on_premise") {
        fields.push(Field::Sid);
    }
    let here = state.tenant.as_ref() == Some(&tenant);
    let scope = state.scope.clone().filter(|_| here).unwrap_or_default();
    let fields = fields.into_iter().map(|field| match field {
        Field::Scope => (field, Input::from(scope.as_str())),
        _ => (field, Input::default()),
    });
    let invite = Invite {
        tenant: tenant.clone(),
        fields: fields.collect(),
        at: 0,
        roles: Picker::default(),
    };
    let roles = Ask::Roles(TenantNamed { tenant });
    start(state, Step::Invite(Box::new(invite)), vec![roles])
}

fn roles(step: &mut Step) -> Option<&mut Picker> {
    match step {
        Step::Invite(invite) => Some(&mut invite.roles),
        _ => None,
    }
}

/// What a key does.
pub fn act(state: &mut State, act: Act) -> Vec<Effect> {
    let Some(Step::Invite(invite)) = step(state) else {
        return Vec::new();
    };
    let in_roles = invite.field() == Field::Roles;
    match act {
        Act::Next if in_roles && invite.roles.ticked().is_empty() => {
            tick(state, roles);
        }
        Act::Next => return submit(state),
        Act::Tick => {
            tick(state, roles);
        }
        Act::Field(by) => go(invite, by),
        Act::Move(_) | Act::Page(_) if in_roles => along(&mut invite.roles, act),
        Act::Move(Motion::Rows(rows)) => go(invite, isize::try_from(rows).unwrap_or(0)),
        _ => {}
    }
    Vec::new()
}

/// To another field; around at the ends.
fn go(invite: &mut Invite, by: isize) {
    let len = isize::try_from(invite.fields.len()).unwrap_or(1);
    let at = isize::try_from(invite.at).unwrap_or(0);
    invite.at = usize::try_from((at + by).rem_euclid(len)).unwrap_or(0);
}

fn submit(state: &mut State) -> Vec<Effect> {
    let Some(flow) = state.overlay.flow() else {
        return Vec::new();
    };
    let Step::Invite(invite) = &mut flow.step else {
        return Vec::new();
    };
    let request = request(invite);
    if request.email.is_empty() {
        let failure = Failure::new(Class::Usage, "Nobody is named.").rule("email");
        flow.failure = Some(failure.hint("Type at least one email."));
        invite.at = 0;
        return Vec::new();
    }
    let subject = match request.email.as_slice() {
        [one] => one.clone(),
        several => format!("{} people", several.len()),
    };
    let proposal = Proposal {
        tenant: request.tenant.clone(),
        deed: Deed::Invite(request),
        subject,
        back: None,
    };
    propose(state, proposal, false)
}

/// The request that the form stands for.
fn request(invite: &Invite) -> UserInvite {
    let emails = invite.text(Field::Emails).unwrap_or_default();
    let emails = emails.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
    UserInvite {
        tenant: invite.tenant.clone(),
        email: emails
            .filter(|e| !e.is_empty())
            .map(str::to_owned)
            .collect(),
        first_name: invite.text(Field::FirstName),
        last_name: invite.text(Field::LastName),
        roles: invite.roles.ticked(),
        scope: invite.text(Field::Scope),
        team: invite.text(Field::Team),
        username: invite.text(Field::Username),
        sid: invite.text(Field::Sid),
        ..UserInvite::default()
    }
}

/// The field that a refusal is about, by the name of its rule; none when it is about the whole.
pub fn field_of(rule: &str) -> Option<Field> {
    let words = [
        ("email", Field::Emails),
        ("domain", Field::Emails),
        ("address", Field::Emails),
        ("username", Field::Username),
        ("name", Field::FirstName),
        ("role", Field::Roles),
        ("team", Field::Team),
        ("scope", Field::Scope),
        ("sid", Field::Sid),
    ];
    let parts: Vec<&str> = rule.split('-').collect();
    words
        .into_iter()
        .find(|(word, _)| parts.iter().any(|part| part.trim_end_matches('s') == *word))
        .map(|(_, field)| field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_stands_at_the_field_it_is_about() {
        assert_eq!(field_of("email-immutable"), Some(Field::Emails));
        assert_eq!(field_of("predefined-role"), Some(Field::Roles));
        assert_eq!(field_of("roles-per-user"), Some(Field::Roles));
        assert_eq!(field_of("legal-name"), Some(Field::FirstName));
        assert_eq!(field_of("seats"), None);
    }
}
