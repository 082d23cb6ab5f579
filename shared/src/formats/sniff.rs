//! How the values of a JSON file are laid out, and which keys they have, told from its beginning.

use memchr::memchr;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The keys under which a page holds its elements: Microsoft Graph, Google, Azure Storage.
pub(super) const PAGES: [&str; 3] = ["value", "items", "records"];

/// What the beginning of a file tells of its values.
#[derive(Debug, Default)]
pub(super) struct Sniffed {
    /// Keys of the first element.
    pub keys: Vec<String>,
    /// Whether the file is an object around an array of elements.
    pub page: bool,
    /// Whether every line is a value.
    pub lines: bool,
    /// Whether it is one array, or one page, without an element: the whole file says that there is nothing.
    pub empty: bool,
}

/// Looks at the beginning of a file; what was cut off is no error.
pub(super) fn sniff(window: &[u8]) -> Sniffed {
    let mut sniffed = Sniffed::default();
    let text = window.trim_ascii_start();
    // An error is the end of the window, or a broken file; what was seen before it counts.
    let mut json = serde_json::Deserializer::from_slice(text);
    let read = json.deserialize_any(Top(&mut sniffed));
    sniffed.empty &= read.is_ok() && json.end().is_ok();
    if text.first() == Some(&b'{') && !sniffed.page {
        // A value laid out over several lines shows it at its second line.
        let (first, rest) = text.split_at(memchr(b'\n', text).unwrap_or(text.len()));
        let rest = rest.trim_ascii_start();
        let laid_out = rest.starts_with(b"\"") || (first.trim_ascii() == b"{" && !rest.is_empty());
        sniffed.lines = !laid_out;
    }
    sniffed
}

/// The first value of the file.
struct Top<'a>(&'a mut Sniffed);
/// The first element of an array, of which the keys are wanted.
struct Keys<'a>(&'a mut Vec<String>);
/// The value of a key that may hold the elements of a page.
struct Page<'a>(&'a mut Sniffed);

impl<'de> Visitor<'de> for Top<'_> {
    type Value = ();
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array or an object")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let first = seq.next_element_seed(Keys(&mut self.0.keys))?;
        self.0.empty = first.is_none();
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if PAGES.contains(&key.as_str()) && !self.0.page {
                map.next_value_seed(Page(self.0))?;
                match self.0.empty {
                    // Behind an empty page only the rest of the object tells that the file is whole.
                    true => continue,
                    false => return Ok(()),
                }
            }
            self.0.keys.push(key);
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Keys<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key()? {
            self.0.push(key);
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Page<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        d.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Page<'_> {
    type Value = ();
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an array")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.0.page = true;
        self.0.keys.clear();
        let first = seq.next_element_seed(Keys(&mut self.0.keys))?;
        self.0.empty = first.is_none();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_of_the_first_element_are_seen_even_when_it_is_cut_off() {
        let keys = |text: &str| sniff(text.as_bytes()).keys;
        assert_eq!(keys(" [{\"a\":1,\"b\":{\"c\":2}}"), ["a", "b"]);
        assert_eq!(keys("{\"a\":1,\"b\":\"cut o"), ["a", "b"]);
        assert_eq!(keys("{\"x\":1,\"items\":[{\"k\":1},"), ["k"]);
    }

    #[test]
    fn a_whole_file_without_an_element_is_told_from_one_that_is_cut_off_or_goes_on() {
        let empty = |text: &str| sniff(text.as_bytes()).empty;
        for text in [
            "[]",
            " [ ]\n",
            "{\"value\":[]}",
            "{\"value\":[],\"@odata.count\":0}",
        ] {
            assert!(empty(text), "{text}");
        }
        for text in [
            "[",
            "{\"value\":[",
            "{\"value\":[]",
            "[{}]",
            "[1]",
            "{}",
            "[]\n[{\"a\":1}]",
            "{\"value\":[{\"a\":1}]}",
            "{\"a\":[]}",
        ] {
            assert!(!empty(text), "{text}");
        }
    }
}
