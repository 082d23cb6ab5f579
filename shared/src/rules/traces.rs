//! By which words somebody can be found in what was written about others.

use crate::domain::{Account, Field, Value};
use std::collections::BTreeSet;

/// The addresses and the names a person was known by.
#[derive(Debug, Default)]
pub struct Traces {
    addresses: BTreeSet<String>,
    /// What to look for, in small letters; letters beside ASCII as they are written.
    words: BTreeSet<String>,
}

impl Traces {
    /// What the account shows now.
    pub fn of(account: &Account) -> Self {
        let mut traces = Traces::default();
        for field in [Field::Email, Field::Username] {
            traces.see(field, &account.get(field));
        }
        traces.name(&account.first_name, &account.last_name);
        traces
    }

    /// Takes in a value that a personal field had: addresses count, numbers and single names are others', too.
    pub fn see(&mut self, field: Field, value: &Value) {
        match value {
            Value::Text(text)
                if matches!(field, Field::Email | Field::Username) && text.contains('@') =>
            {
                self.addresses.insert(text.to_lowercase());
                self.words.insert(text.to_ascii_lowercase());
            }
            Value::Texts(texts) if field == Field::ObservedIdentity => {
                for (field, text) in texts {
                    self.see(*field, &Value::Text(text.clone()));
                }
            }
            _ => {}
        }
    }

    fn name(&mut self, first: &str, last: &str) {
        if !first.is_empty() && !last.is_empty() {
            let whole = [format!("{first} {last}"), format!("{last}, {first}")];
            self.words.extend(whole.map(|w| w.to_ascii_lowercase()));
        }
    }

    /// Whether an address is theirs.
    pub fn is(&self, address: &str) -> bool {
        self.addresses.contains(&address.to_lowercase())
    }

    /// Whether a value names them by address.
    pub fn names(&self, value: &Value) -> bool {
        match value {
            Value::Text(text) => self.is(text),
            Value::Texts(texts) => texts.iter().any(|(_, text)| self.is(text)),
            _ => false,
        }
    }

    /// A value without their addresses.
    #[must_use]
    pub fn without(&self, value: Value) -> Value {
        match value {
            Value::Text(text) if self.is(&text) => Value::Null,
            Value::Texts(mut texts) => {
                texts.retain(|(_, text)| !self.is(text));
                match texts.is_empty() {
                    true => Value::Null,
                    false => Value::Texts(texts),
                }
            }
            other => other,
        }
    }

    /// Whether one of their words stands in encoded texts.
    pub fn within(&self, bytes: &[u8]) -> bool {
        let small = bytes.to_ascii_lowercase();
        let mut words = self.words.iter();
        words.any(|word| memchr::memmem::find(&small, word.as_bytes()).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AccountId, Micros};

    #[test]
    fn addresses_of_now_and_of_earlier_are_found_and_taken_out_and_others_stay() {
        let mut account = Account::new(AccountId(1), "Ada@Acme.example", Micros(0));
        (account.first_name, account.last_name) = ("Ada".into(), "Lovelace".into());
        let mut traces = Traces::of(&account);
        traces.see(Field::Email, &Value::Text("al@acme.example".into()));
        traces.see(Field::EmployeeId, &Value::Text("7@x".into()));
        assert!(traces.is("ADA@acme.example") && traces.is("al@acme.example"));
        assert!(!traces.is("7@x") && !traces.is("ada"));
        for text in ["said Ada lovelace", "LOVELACE, ada", "(AL@acme.example)"] {
            assert!(traces.within(text.as_bytes()), "{text}");
        }
        assert!(!traces.within(b"ada and 7@x"));
        let manager = Value::Text("al@acme.example".into());
        assert!(traces.names(&manager));
        assert_eq!(traces.without(manager), Value::Null);
        let pair = |text: &str| (Field::Manager, text.to_owned());
        let both = Value::Texts(vec![pair("ada@acme.example"), pair("bob@acme.example")]);
        assert!(traces.names(&both));
        let left = Value::Texts(vec![pair("bob@acme.example")]);
        assert_eq!(traces.without(both), left);
        assert_eq!(traces.without(left.clone()), left);
        assert_eq!(
            traces.without(Value::Texts(vec![pair("al@acme.example")])),
            Value::Null
        );
    }
}
