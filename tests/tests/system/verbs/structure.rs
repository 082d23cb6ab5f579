//! A sensible request for each verb about scopes, features, groups, separation of duties.

use super::Answer;
use rollcall_shared::wire::Verb;
use serde_json::{Value, json};

/// The body, and what it is answered with; none for other verbs.
pub fn request(verb: Verb) -> Option<(Value, Answer)> {
    let linus = "linus@acme.example";
    let body = match verb {
        Verb::FeatureList
        | Verb::ScopeList
        | Verb::ScopeReport
        | Verb::GroupList
        | Verb::DelegationList
        | Verb::ConflictList => json!({"tenant": "acme"}),
        Verb::TenantSet => json!({"tenant": "acme", "tier": "enterprise"}),
        Verb::TenantConvert => {
            let body = json!({"tenant": "acme", "into": "second"});
            return Some((body, Answer::Refused(409, "catalog")));
        }
        Verb::ScopeCreate => json!({"tenant": "acme", "kind": "team", "name": "Sales"}),
        Verb::ScopeSet => {
            json!({"tenant": "acme", "scope": "Sales", "settings": {"language": "fr"}})
        }
        Verb::UserMove => {
            let body = json!({"user": linus, "to": "second:/"});
            return Some((body, Answer::Refused(409, "tree-move")));
        }
        Verb::GroupSet => {
            json!({"tenant": "acme", "kind": "signing_group", "name": "Board", "add": ["ada@acme.example"]})
        }
        Verb::GroupShow => json!({"tenant": "acme", "kind": "signing_group", "name": "Board"}),
        Verb::GroupDelete => json!({"tenant": "acme", "kind": "signing_group", "name": "Board"}),
        Verb::DelegationSet | Verb::DelegationEnd => {
            let body = json!({"user": linus, "delegate": "ada@acme.example"});
            return Some((body, Answer::Refused(409, "delegation")));
        }
        Verb::ConflictSet => json!({"tenant": "acme", "rule": {
            "name": "look-or-act",
            "one": {"roles": ["viewer"]},
            "other": {"roles": ["admin"]},
            "why": "who audits does not administer"
        }}),
        Verb::ConflictDelete => json!({"tenant": "acme", "name": "look-or-act"}),
        Verb::ConflictExcept => {
            let body = json!({"tenant": "acme", "name": "look-or-act", "user": linus});
            return Some((body, Answer::Refused(409, "conflict-rule")));
        }
        _ => return None,
    };
    Some((body, Answer::Ok))
}
