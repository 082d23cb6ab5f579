//! Records in words: what each difference is, for every kind alike.

use rollcall_shared::domain::{Record, RecordKey};
use serde_json::{Map, Value};

/// One phrase for a record that came to be, changed or went, with each difference.
pub(super) fn line(old: Option<&Record>, new: Option<&Record>) -> String {
    let what = match (old, new) {
        (None, Some(new)) => format!("{} created", name(new)),
        (Some(_), Some(new)) => format!("{} changed", name(new)),
        (Some(old), None) => return format!("{} removed", name(old)),
        (None, None) => return "nothing".to_owned(),
    };
    let differences = differences(old, new);
    if differences.is_empty() {
        what
    } else {
        format!("{what}: {}", differences.join("; "))
    }
}

/// What names a record: its kind, and its number or text.
pub(super) fn name(record: &Record) -> String {
    match record.key() {
        RecordKey::Number(n) => format!("{} {n}", record.kind()),
        RecordKey::Text(text) => format!("{} {text:?}", record.kind()),
        RecordKey::Both(text, n) => format!("{} {text:?} of account {n}", record.kind()),
    }
}

/// The exact differences, one phrase each; of a record that came to be, what it holds. Texts are untrusted, accounts
/// are numbers.
pub(super) fn differences(old: Option<&Record>, new: Option<&Record>) -> Vec<String> {
    let (old, new) = (fields(old), fields(new));
    let mut names: Vec<&String> = old.keys().chain(new.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names
        .into_iter()
        .filter_map(|name| {
            let (was, is) = (
                old.get(name).unwrap_or(&Value::Null),
                new.get(name).unwrap_or(&Value::Null),
            );
            (was != is).then(|| phrase(&name.replace('_', " "), was, is))
        })
        .collect()
}

/// The fields of a record by their names on the wire.
fn fields(record: Option<&Record>) -> Map<String, Value> {
    let value = record.and_then(|r| serde_json::to_value(r).ok());
    // A record is written as its kind around its fields.
    match value {
        Some(Value::Object(outer)) => outer
            .into_iter()
            .filter_map(|(_, inner)| match inner {
                Value::Object(fields) => Some(fields),
                _ => None,
            })
            .flatten()
            .collect(),
        _ => Map::new(),
    }
}

fn phrase(name: &str, was: &Value, is: &Value) -> String {
    if let (Value::Array(was), Value::Array(is)) = (was, is) {
        let gone = was.iter().filter(|v| !is.contains(v));
        let come = is.iter().filter(|v| !was.contains(v));
        let parts: Vec<String> = come
            .map(|v| format!("+{}", shown(v)))
            .chain(gone.map(|v| format!("-{}", shown(v))))
            .collect();
        return format!("{name} {}", parts.join(" "));
    }
    match was {
        Value::Null => format!("{name} {}", shown(is)),
        was => format!("{name} {} → {}", shown(was), shown(is)),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "on".to_owned(),
        Value::Bool(false) => "off".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) if values.is_empty() => "none".to_owned(),
        Value::Array(values) => {
            let parts: Vec<String> = values.iter().map(shown).collect();
            parts.join(", ")
        }
        Value::Object(fields) => {
            let parts: Vec<String> = fields
                .iter()
                .filter(|(_, v)| !v.is_null())
                .map(|(k, v)| format!("{k} {}", shown(v)))
                .collect();
            parts.join(" ")
        }
        number => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rollcall_shared::domain::{AccountId, Group, GroupId, GroupKind, ScopeId};

    fn group(members: &[u32]) -> Record {
        Record::Group(Group {
            id: GroupId(1),
            kind: GroupKind::Team,
            name: "Sales".into(),
            scope: ScopeId(3),
            parent: None,
            leader: None,
            members: members.iter().copied().map(AccountId).collect(),
            share_envelopes: true,
            share_templates: false,
        })
    }

    #[test]
    fn a_change_says_who_joined_and_who_left_and_nothing_else() {
        let (old, new) = (group(&[1, 2]), group(&[2, 7]));
        let line = line(Some(&old), Some(&new));
        assert_eq!(line, "group 1 changed: members +7 -1");
        assert!(differences(Some(&old), Some(&old)).is_empty());
    }

    #[test]
    fn a_record_that_came_to_be_is_told_with_what_it_holds() {
        let line = line(None, Some(&group(&[4])));
        for part in ["created", "name Sales", "members 4", "share envelopes on"] {
            assert!(line.contains(part), "{line}");
        }
    }
}
