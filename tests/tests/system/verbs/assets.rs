//! A sensible request for each verb about what accounts own, and people across tenants.

use super::Answer;
use rollcall_shared::wire::Verb;
use serde_json::{Value, json};

/// The body, and what it is answered with; none for other verbs.
pub fn request(verb: Verb) -> Option<(Value, Answer)> {
    let tenant = json!({"tenant": "acme"});
    let named = json!({"tenant": "acme", "id": 1});
    Some(match verb {
        // Its body is no JSON.
        Verb::ImportAssets => (Value::Null, Answer::Ok),
        Verb::AssetList | Verb::HandoverList => (tenant, Answer::Ok),
        Verb::HandoverPlan => (json!({"user": "ada@acme.example"}), Answer::Ok),
        Verb::HandoverStart => {
            let body = json!({"user": "ada@acme.example", "to": "guest@acme.example"});
            (body, Answer::Refused(409, "successor-available"))
        }
        Verb::HandoverResume | Verb::HandoverUndo | Verb::HandoverExport => {
            (named, Answer::Refused(404, "handover-number"))
        }
        Verb::PersonShow => (json!({"person": "ada@acme.example"}), Answer::Ok),
        Verb::PersonOffboard => {
            let body = json!({"person": "guest@acme.example", "dry_run": true});
            (body, Answer::Ok)
        }
        _ => return None,
    })
}
