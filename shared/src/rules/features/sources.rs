//! Whose people file counts for which field of a tenant's accounts, by setting.

use crate::domain::{Authority, Source, SourceField, Tenant};
use crate::rules::Refusal;
use std::collections::{BTreeMap, BTreeSet};

type Sources = BTreeMap<SourceField, Source>;

/// Sets whose file counts for a field; an empty text takes the setting away.
///
/// # Errors
/// Rule `tenant-source`: there is no such field, or no such source, or it cannot know states and roles at the vendor.
pub(super) fn set(tenant: &mut Tenant, field: &str, source: &str) -> Result<(), Refusal> {
    let vendor = tenant.authority == Authority::Vendor;
    let sources = &mut tenant.sources;
    let refuse = |what: String, of: &str, known: Vec<&str>| {
        let there = format!("{of}: {}", known.join(", "));
        Err(Refusal::new("tenant-source", what, there))
    };
    let Some(known) = SourceField::from_word(field) else {
        let fields = SourceField::ALL.iter().map(|f| f.word()).collect();
        let what = format!("no source is set for {field:?}");
        return refuse(what, "the fields that one source may own are", fields);
    };
    if source.is_empty() {
        sources.remove(&known);
        return Ok(());
    }
    // That nobody counts is what no setting says.
    match Source::from_word(source).filter(|source| *source != Source::Nobody) {
        Some(source)
            if vendor
                && !source.observes()
                && matches!(known, SourceField::Status | SourceField::Roles) =>
        {
            let able = Source::ALL.iter().filter(|source| source.observes());
            let what = format!("{source} does not know the {known} of accounts at the vendor");
            refuse(what, "who may know it is", able.map(|s| s.word()).collect())
        }
        Some(source) => {
            sources.insert(known, source);
            Ok(())
        }
        None => {
            let sources = Source::ALL.iter().skip(1).map(|s| s.word()).collect();
            let what = format!("{source:?} is no source of people files");
            refuse(what, "the families of formats are", sources)
        }
    }
}

/// The exact differences, one phrase each.
pub(super) fn differences(old: &Sources, new: &Sources) -> Vec<String> {
    let word = |of: &Sources, field| of.get(field).map_or("not set", |source| source.word());
    let fields: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let differ = fields.into_iter().filter(|f| old.get(f) != new.get(f));
    let told = differ.map(|field| {
        let (old, new) = (word(old, field), word(new, field));
        format!("source of {field} {old} → {new}")
    });
    told.collect()
}
