//! Google login audit: pages (`{"items":[…]}`) or one activity a line.

use super::Parsed;
use crate::domain::SignInKind;
use crate::formats::json::{self, Text};
use crate::formats::values::Rules;
use serde::Deserialize;

/// The format's name.
pub const NAME: &str = "google";

#[derive(Deserialize)]
struct Activity<'a> {
    #[serde(borrow)]
    id: Id<'a>,
    #[serde(borrow, default)]
    actor: Option<Actor<'a>>,
    #[serde(borrow)]
    events: Events<'a>,
    #[serde(borrow, default, rename = "ipAddress")]
    ip: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Id<'a> {
    #[serde(borrow)]
    time: Text<'a>,
    #[serde(borrow)]
    unique_qualifier: Text<'a>,
    #[serde(borrow, default)]
    application_name: Text<'a>,
    #[serde(borrow, default)]
    customer_id: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Actor<'a> {
    #[serde(borrow, default)]
    email: Text<'a>,
    #[serde(borrow, default)]
    profile_id: Text<'a>,
}

/// A list in the API, a single object in exports.
#[derive(Deserialize)]
#[serde(untagged)]
enum Events<'a> {
    #[serde(borrow)]
    Many(Vec<Event<'a>>),
    #[serde(borrow)]
    One(Event<'a>),
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow, default)]
    name: Text<'a>,
}

/// Reads one activity. A success in it outweighs what came before.
pub fn read(bytes: &[u8], rules: &Rules) -> Parsed {
    let activity: Activity<'_> = json::parse(bytes)?;
    let events = match &activity.events {
        Events::Many(events) => events.as_slice(),
        Events::One(event) => std::slice::from_ref(event),
    };
    let has = |name: &str| events.iter().any(|e| e.name.get() == name);
    let (name, kind) = if has("login_success") {
        // It names no application: where sign-ins at Google itself do not count, nothing of it does.
        if !rules.any_sign_in() {
            return Ok(None);
        }
        ("login_success", SignInKind::SignIn)
    } else if has("login_failure") {
        ("login_failure", SignInKind::Failed)
    } else {
        return Ok(None);
    };
    let Some(actor) = &activity.actor else {
        return Ok(None);
    };
    let id = &activity.id;
    let key = [
        id.time.get(),
        id.unique_qualifier.get(),
        id.application_name.get(),
        id.customer_id.get(),
        name,
    ]
    .join("/");
    super::event(
        rules,
        &key,
        id.time.get(),
        actor.email.get(),
        actor.profile_id.get(),
        kind,
    )
    .map(|row| super::from_place(row, &activity.ip, None))
    .map(Some)
}
