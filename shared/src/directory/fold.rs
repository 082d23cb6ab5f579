//! Folding of texts for comparison without case, in the form that is searched.

use crate::text;

/// Appends the form of `text` without case, see [`text::fold`]; control characters that separate records become spaces.
pub(crate) fn fold_into(text: &str, out: &mut Vec<u8>) {
    let from = out.len();
    if text.is_ascii() {
        out.extend_from_slice(text.as_bytes());
        out[from..].make_ascii_lowercase();
    } else {
        out.extend_from_slice(text::fold(text).as_bytes());
    }
    // Hardly any text has one.
    while let Some(at) = memchr::memchr2(b'\n', 0x1f, &out[from..]) {
        out[from + at] = b' ';
    }
}

/// The form of `text` that is searched.
pub(crate) fn folded(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    fold_into(text, &mut out);
    out
}

/// Whether two texts are the same without regard to case.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a == b || folded(a) == folded(b)
}
