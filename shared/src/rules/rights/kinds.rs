//! What kind of thing an action is done with: the word in front of the dot of its identifier.

use crate::catalog::{Action, Catalog};
use crate::rules::Refusal;

fn kind_of(action: &Action) -> Option<&str> {
    action.id.split_once('.').map(|(kind, _)| kind)
}

/// The actions done with things of this kind, in the order of the catalog.
///
/// # Errors
/// Rule `resource-kind`: the catalog has no action with such a thing.
pub fn actions_of<'a>(catalog: &'a Catalog, kind: &str) -> Result<Vec<&'a Action>, Refusal> {
    let kind = kind.trim();
    let known = |a: &&Action| kind_of(a).is_some_and(|k| k.eq_ignore_ascii_case(kind));
    let actions: Vec<&Action> = catalog.actions.iter().filter(known).collect();
    if !actions.is_empty() {
        return Ok(actions);
    }
    let mut kinds: Vec<&str> = catalog.actions.iter().filter_map(kind_of).collect();
    kinds.sort_unstable();
    kinds.dedup();
    Err(Refusal::new(
        "resource-kind",
        format!(
            "{} has no action with a thing of kind {kind:?}",
            catalog.title
        ),
        format!("the kinds are: {}", kinds.join(", ")),
    ))
}

/// The action that a text means of a thing of this kind: `open` of a `document` is `document.open`.
///
/// # Errors
/// Rule `resource-kind`: the kind is not known, or no such action is done with it.
pub fn of_kind(catalog: &Catalog, kind: &str, text: &str) -> Result<String, Refusal> {
    let actions = actions_of(catalog, kind)?;
    let text = text.trim();
    let means = |id: &str| {
        let act = id.split_once('.').map_or("", |(_, act)| act);
        id.eq_ignore_ascii_case(text) || act.eq_ignore_ascii_case(text)
    };
    match actions.iter().find(|a| means(&a.id)) {
        Some(action) => Ok(action.id.clone()),
        None => {
            let ids: Vec<&str> = actions.iter().map(|a| a.id.as_str()).collect();
            Err(Refusal::new(
                "resource-kind",
                format!("{text:?} is no action with a {}", kind.trim()),
                format!("ask for one of: {}", ids.join(", ")),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::read;
    use super::*;

    #[test]
    fn an_act_of_a_kind_is_its_action_and_what_is_of_another_kind_is_told() {
        let catalog = read("iusign");
        for text in ["open", "document.open", " Open "] {
            let id = of_kind(&catalog, "Document", text).unwrap();
            assert_eq!(id, "document.open");
        }
        for (kind, text, told) in [
            ("document", "send", "document.open"),
            ("document", "billing.open", "document.open"),
            ("document", "doc.view_all", "document.open"),
            ("spoon", "open", "audit_trail, billing, document"),
        ] {
            let refused = of_kind(&catalog, kind, text).unwrap_err();
            assert_eq!(refused.rule, "resource-kind", "{kind} {text}");
            assert!(refused.instead.contains(told), "{}", refused.instead);
        }
        let acts = actions_of(&catalog, "transaction").unwrap();
        assert_eq!(acts.len(), 3);
    }
}
