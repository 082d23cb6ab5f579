//! A sensible request for each verb about the life of an account.

use super::Answer;
use rollcall_shared::wire::Verb;
use serde_json::{Value, json};

/// The body, and what it is answered with; none for other verbs.
pub fn request(verb: Verb) -> Option<(Value, Answer)> {
    let tenant = json!({"tenant": "acme"});
    let eve = json!({"user": "eve@acme.example"});
    let guest = json!({"user": "guest@acme.example"});
    let transfer = json!({"tenant": "acme", "id": 1});
    let body = match verb {
        Verb::UserInvite => {
            json!({"tenant": "acme", "email": ["eve@acme.example"], "first_name": "Eve", "last_name": "Long", "roles": ["user"]})
        }
        Verb::UserResend | Verb::UserRevoke => guest,
        Verb::UserAccept | Verb::Diagnose => eve,
        Verb::UserDecline => return Some((guest, Answer::Refused(409, "no-invitation-pending"))),
        Verb::UserDelivery => json!({"user": "eve@acme.example", "delivery": "delivered"}),
        Verb::UserRole => json!({"user": "eve@acme.example", "set": ["viewer"]}),
        Verb::UserEdit => json!({"user": "eve@acme.example", "language": "fr"}),
        Verb::UserDelete => return Some((eve, Answer::Refused(409, "delete-never"))),
        Verb::UserRedact => {
            let body = json!({"user": "eve@acme.example", "reason": "asked for erasure"});
            return Some((body, Answer::Refused(409, "redaction-ended")));
        }
        Verb::InvitationList | Verb::OwnershipList | Verb::ReviewList => tenant,
        Verb::OwnershipStart => {
            json!({"tenant": "acme", "to": "eve@acme.example", "replace": true, "reason": "out of reach"})
        }
        Verb::OwnershipConfirm => return Some((transfer, Answer::Refused(403, "four-eyes"))),
        Verb::OwnershipCancel => transfer,
        Verb::ReviewShow => return Some((tenant, Answer::Refused(404, "review"))),
        Verb::ReviewOpen => json!({"tenant": "acme", "silence": "keep"}),
        Verb::ReviewAnswer => {
            json!({"tenant": "acme", "users": ["eve@acme.example"], "verdict": "keep"})
        }
        Verb::ReviewClose => json!({"tenant": "acme", "early": true, "dry_run": true}),
        _ => return None,
    };
    Some((body, Answer::Ok))
}
