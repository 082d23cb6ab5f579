//! Microsoft Entra sign-in logs: pages of Graph (`{"value":[…]}`), their elements, or the lines that diagnostic
//! settings write, which carry the same object under `properties` and say in `category` whose sign-in it is.

use super::Parsed;
use crate::domain::SignInKind;
use crate::formats::json::{self, Text};
use crate::formats::values::Rules;
use serde::Deserialize;

/// The format's name.
pub const NAME: &str = "entra";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SignIn<'a> {
    #[serde(borrow, default)]
    id: Text<'a>,
    #[serde(borrow, default)]
    created_date_time: Text<'a>,
    #[serde(borrow, default)]
    user_id: Text<'a>,
    #[serde(borrow, default)]
    user_principal_name: Text<'a>,
    #[serde(borrow, default)]
    app_id: Text<'a>,
    #[serde(borrow, default)]
    app_display_name: Text<'a>,
    #[serde(default)]
    is_interactive: Option<bool>,
    #[serde(borrow, default)]
    sign_in_event_types: Option<Vec<Text<'a>>>,
    #[serde(default)]
    status: Option<Status>,
    #[serde(borrow, default)]
    ip_address: Text<'a>,
    #[serde(borrow, default)]
    location: Option<Location<'a>>,
    /// Whose sign-in a line of diagnostic settings is about.
    #[serde(borrow, default)]
    category: Text<'a>,
    /// The sign-in in such a line.
    #[serde(borrow, default)]
    properties: Option<Box<SignIn<'a>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Location<'a> {
    #[serde(borrow, default)]
    country_or_region: Text<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    #[serde(default)]
    error_code: Option<i64>,
}

/// Codes of a sign-in that is interrupted and goes on (a second factor, consent, "stay signed in?"): neither a
/// success nor a failure.
const INTERRUPTED: [i64; 11] = [
    16000, 50058, 50072, 50074, 50076, 50079, 50097, 50125, 50129, 50140, 65001,
];

/// Reads one sign-in or line.
pub fn read(bytes: &[u8], rules: &Rules) -> Parsed {
    let line: SignIn<'_> = json::parse(bytes)?;
    match &line.properties {
        Some(sign_in) => {
            let interactive = match line.category.get() {
                "SignInLogs" => Some(true),
                "NonInteractiveUserSignInLogs" => Some(false),
                "ADFSSignInLogs" => None,
                // Service principals, managed identities, and logs of other things.
                _ => return Ok(None),
            };
            sign_in.read(interactive, rules)
        }
        None => line.read(None, rules),
    }
}

impl SignIn<'_> {
    fn read(&self, interactive: Option<bool>, rules: &Rules) -> Parsed {
        let types: Vec<&str> = self
            .sign_in_event_types
            .iter()
            .flatten()
            .map(Text::get)
            .collect();
        let has = |kind: &str| types.iter().any(|t| t.eq_ignore_ascii_case(kind));
        if has("servicePrincipal") || has("managedIdentity") {
            return Ok(None);
        }
        // The first version of Graph's log holds interactive sign-ins only and may leave both keys out.
        let interactive = interactive
            .or_else(|| has("nonInteractiveUser").then_some(false))
            .or(self.is_interactive)
            .unwrap_or(true);
        let code = self.status.as_ref().and_then(|s| s.error_code);
        let named = rules.application.as_ref().is_some_and(|name| {
            let is = |text: &Text<'_>| text.get().eq_ignore_ascii_case(name);
            is(&self.app_id) || is(&self.app_display_name)
        });
        let here = named || rules.any_sign_in();
        let kind = match (code, interactive) {
            (Some(0), true) if here => SignInKind::SignIn,
            (Some(0), false) if here => SignInKind::Activity,
            (Some(0) | None, _) => return Ok(None),
            // A token that could not be renewed is nobody at the door.
            (Some(_), false) => return Ok(None),
            (Some(code), true) if INTERRUPTED.contains(&code) => return Ok(None),
            (Some(_), true) => SignInKind::Failed,
        };
        // A sign-in of a program names no user.
        if self.user_principal_name.get().is_empty() && self.user_id.get().is_empty() {
            return Ok(None);
        }
        super::event(
            rules,
            self.id.get(),
            self.created_date_time.get(),
            self.user_principal_name.get(),
            self.user_id.get(),
            kind,
        )
        .map(|row| {
            let place = self.location.as_ref().map(|l| &l.country_or_region);
            super::from_place(row, &self.ip_address, place)
        })
        .map(Some)
    }
}
