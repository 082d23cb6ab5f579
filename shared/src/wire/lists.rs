//! Lists that a script may write shorter.

use serde::{Deserialize, Deserializer};

/// Reads a list of texts; one alone needs no list around it.
pub(super) fn one_or_several<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "a text or a list of texts was expected")]
    enum Told {
        One(String),
        Several(Vec<String>),
    }
    Ok(match Told::deserialize(from)? {
        Told::One(text) => vec![text],
        Told::Several(texts) => texts,
    })
}

#[cfg(test)]
mod tests {
    use crate::wire::identity::UserInvite;
    use serde_json::json;

    #[test]
    fn one_address_needs_no_list_and_what_is_no_text_is_told() {
        let read = |email| serde_json::from_value::<UserInvite>(json!({"email": email}));
        let one = read(json!("john@example.com")).unwrap();
        assert_eq!(one, read(json!(["john@example.com"])).unwrap());
        assert_eq!(one.email, ["john@example.com"]);
        let error = read(json!(7)).unwrap_err().to_string();
        assert!(error.contains("a text or a list of texts"), "{error}");
    }
}
