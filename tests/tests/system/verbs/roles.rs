//! A sensible request for each verb about roles, permissions, sessions.

use super::Answer;
use rollcall_shared::wire::Verb;
use serde_json::{Value, json};

/// The body, and what it is answered with; none for other verbs.
pub fn request(verb: Verb) -> Option<(Value, Answer)> {
    let ada = "ada@acme.example";
    let body = match verb {
        Verb::CatalogList => json!({}),
        Verb::CatalogShow => json!({"name": "onespan"}),
        Verb::CatalogAdopt => json!({"tenant": "acme"}),
        Verb::RoleList => json!({"tenant": "acme"}),
        Verb::RoleShow => json!({"tenant": "acme", "role": "Admin"}),
        Verb::RoleCreate => {
            let body = json!({"tenant": "acme", "id": "closer"});
            return Some((body, Answer::Refused(409, "custom-roles")));
        }
        Verb::RoleEdit | Verb::RoleDelete => {
            let body = json!({"tenant": "acme", "id": "viewer"});
            return Some((body, Answer::Refused(409, "predefined-role")));
        }
        Verb::Can => json!({"user": ada, "permission": "billing.change"}),
        Verb::Why => json!({"user": ada}),
        Verb::PermissionPreview => json!({"user": ada, "add": ["viewer"]}),
        Verb::SessionOpen => json!({"user": ada}),
        Verb::SessionCheck => json!({"user": ada, "manifest": 0}),
        _ => return None,
    };
    Some((body, Answer::Ok))
}
