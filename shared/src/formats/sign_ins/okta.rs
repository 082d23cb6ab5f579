//! Okta System Log, as a JSON array or one event a line.
//!
//! A session at Okta is not a use of the signing application. Where the application is named, only single sign-on to
//! it moves the last sign-in; where none is, a session start does, except of a vendor's accounts.

use super::Parsed;
use crate::domain::SignInKind;
use crate::formats::json::{self, Text};
use crate::formats::values::Rules;
use serde::Deserialize;

/// The format's name.
pub const NAME: &str = "okta";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    #[serde(borrow)]
    uuid: Text<'a>,
    #[serde(borrow)]
    published: Text<'a>,
    #[serde(borrow)]
    event_type: Text<'a>,
    #[serde(borrow)]
    outcome: Option<Outcome<'a>>,
    #[serde(borrow)]
    actor: Option<Actor<'a>>,
    #[serde(borrow)]
    target: Option<Vec<Actor<'a>>>,
    #[serde(borrow, default)]
    client: Option<Client<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Client<'a> {
    #[serde(borrow, default)]
    ip_address: Text<'a>,
    #[serde(borrow, default)]
    geographical_context: Option<Geography<'a>>,
}

#[derive(Deserialize)]
struct Geography<'a> {
    #[serde(borrow, default)]
    country: Text<'a>,
}

#[derive(Deserialize)]
struct Outcome<'a> {
    #[serde(borrow, default)]
    result: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Actor<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default, rename = "type")]
    kind: Text<'a>,
    #[serde(borrow, default)]
    alternate_id: Text<'a>,
    #[serde(borrow, default)]
    display_name: Text<'a>,
}

impl Actor<'_> {
    fn is_named(&self, name: &str) -> bool {
        [&self.id, &self.alternate_id, &self.display_name]
            .iter()
            .any(|text| text.get().eq_ignore_ascii_case(name))
    }
}

/// Reads one event.
pub fn read(bytes: &[u8], rules: &Rules) -> Parsed {
    let event: Event<'_> = json::parse(bytes)?;
    let (session, sso) = match event.event_type.get() {
        "user.session.start" => (true, false),
        "user.authentication.sso" => (false, true),
        _ => return Ok(None),
    };
    let at_application = match (&rules.application, &event.target) {
        (Some(name), Some(targets)) => sso && targets.iter().any(|t| t.is_named(name)),
        _ => false,
    };
    let outcome = event.outcome.as_ref().map(|o| o.result.get());
    let kind = match outcome {
        Some("SUCCESS") if at_application => SignInKind::SignIn,
        Some("SUCCESS") if session && rules.any_sign_in() => SignInKind::SignIn,
        // Somebody at the door counts wherever it is: it feeds anomaly detection alone.
        Some("FAILURE" | "DENY") if session || at_application => SignInKind::Failed,
        _ => return Ok(None),
    };
    // Programs and Okta itself act too.
    let Some(actor) = event.actor.as_ref().filter(|a| a.kind.get() == "User") else {
        return Ok(None);
    };
    let known = |text: &str| !text.eq_ignore_ascii_case("unknown");
    let user = Some(actor.alternate_id.get()).filter(|t| known(t));
    let id = Some(actor.id.get()).filter(|t| known(t));
    if user.is_none() && id.is_none() {
        return Ok(None);
    }
    super::event(
        rules,
        event.uuid.get(),
        event.published.get(),
        user.unwrap_or_default(),
        id.unwrap_or_default(),
        kind,
    )
    .map(|row| match &event.client {
        Some(client) => {
            let place = client.geographical_context.as_ref().map(|g| &g.country);
            super::from_place(row, &client.ip_address, place)
        }
        None => row,
    })
    .map(Some)
}
