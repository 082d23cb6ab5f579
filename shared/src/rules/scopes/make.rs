//! Making a scope.

use super::{
    Land, OFF, SEPARATOR, SHARING, TIME_ZONE, account_level, in_use, kind_of, path, rule_of, shown,
    within,
};
use crate::domain::{ScopeId, ScopeKind, ScopeNode, ScopeProfile};
use crate::rules::{Refusal, features};
use crate::text;
use std::collections::BTreeMap;

/// The longest name and value, in characters.
const LONGEST: usize = 200;

/// The settings a scope may have of its own, and what each says.
pub(super) const SETTINGS: [(&str, &str); 4] = [
    (TIME_ZONE, "an IANA name such as Europe/Paris"),
    ("language", "a language tag such as en or pt-BR"),
    ("branding", "the name of a set of logos and colours"),
    (SHARING, "on or off"),
];

/// A scope to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What it is.
    pub kind: ScopeKind,
    /// What it is to lie in.
    pub parent: ScopeId,
    /// Its name.
    pub name: String,
    /// Settings of its own.
    pub settings: BTreeMap<String, String>,
}

/// What making it brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The scope, and those that always come with it (IgniSign: three environments with each application).
    pub nodes: Vec<ScopeNode>,
    /// What deserves a look.
    pub warnings: Vec<String>,
}

/// Makes a scope with the next free number.
///
/// # Errors
/// Rules `scope-kind`, `scope-parent`, `scope-state`, `scope-name`, `scope-name-unique`, `scope-setting`,
/// `account-depth`, and `tier` or `feature` where its kind needs one.
pub fn make(land: &Land<'_>, wanted: &Wanted) -> Result<Made, Refusal> {
    let rule = rule_of(land.catalog, wanted.kind)?;
    features::for_scope(land.catalog, land.plan, wanted.kind)?;
    lies_in(land, wanted.kind, wanted.parent)?;
    if !in_use(land.scopes, wanted.parent) {
        return Err(Refusal::new(
            "scope-state",
            format!(
                "{} is blocked or archived",
                shown(land.scopes, wanted.parent)
            ),
            "put it in use again with `rollcall scope set --state active`, or make the scope elsewhere",
        ));
    }
    let name = name_for(land, wanted.kind, wanted.parent, &wanted.name, None)?;
    check_settings(land, &wanted.settings)?;
    let mut warnings = Vec::new();
    let mut settings = wanted.settings.clone();
    if wanted.kind == ScopeKind::Account
        && land
            .catalog
            .constraints
            .not_inherited
            .iter()
            .any(|k| k == TIME_ZONE)
        && !settings.contains_key(TIME_ZONE)
    {
        settings.insert(TIME_ZONE.to_owned(), "UTC".to_owned());
        warnings.push(format!(
            "{} does not hand its time zone down: {name:?} begins with UTC",
            land.catalog.title
        ));
    }
    let first = next_number(land.scopes);
    let mut nodes = vec![ScopeNode {
        id: ScopeId(first),
        kind: rule.kind,
        parent: Some(wanted.parent),
        name,
        profile: ScopeProfile {
            settings,
            ..ScopeProfile::default()
        },
    }];
    let always = land.catalog.scopes.iter().filter(|r| {
        !r.names.is_empty() && r.parents.contains(&wanted.kind) && r.kind != wanted.kind
    });
    for (kind, name) in always.flat_map(|r| r.names.iter().map(|n| (r.kind, n))) {
        nodes.push(ScopeNode {
            id: ScopeId(first.saturating_add(u32::try_from(nodes.len()).unwrap_or(u32::MAX))),
            kind,
            parent: Some(ScopeId(first)),
            name: name.clone(),
            profile: ScopeProfile::default(),
        });
    }
    Ok(Made { nodes, warnings })
}

/// The number the next scope will get.
pub(super) fn next_number(scopes: &[ScopeNode]) -> u32 {
    scopes
        .iter()
        .map(|n| n.id.0)
        .max()
        .unwrap_or(0)
        .saturating_add(1)
}

/// Refuses a place that the catalog does not allow for a kind, and an account that would lie too deep.
pub(super) fn lies_in(land: &Land<'_>, kind: ScopeKind, parent: ScopeId) -> Result<(), Refusal> {
    let rule = rule_of(land.catalog, kind)?;
    let above = kind_of(land.scopes, parent).unwrap_or(ScopeKind::Tenant);
    if !rule.parents.contains(&above) {
        let words: Vec<&str> = rule.parents.iter().map(|k| k.word()).collect();
        return Err(Refusal::new(
            "scope-parent",
            format!(
                "a scope of kind {kind} cannot lie in {}",
                shown(land.scopes, parent)
            ),
            format!("it lies in a scope of kind {}", words.join(" or ")),
        ));
    }
    if kind == ScopeKind::Account {
        deep_enough(land, parent, 1)?;
    }
    Ok(())
}

/// Refuses accounts of this many levels below a scope where the tree would get too deep.
pub fn deep_enough(land: &Land<'_>, parent: ScopeId, levels: u32) -> Result<(), Refusal> {
    let most = land.catalog.constraints.account_depth;
    let level = account_level(land.scopes, parent);
    if most == 0 || level.saturating_add(levels) <= most {
        return Ok(());
    }
    Err(Refusal::new(
        "account-depth",
        format!(
            "{} is at level {level} of the tree of accounts, and {} allows {most} levels in all, the root account among them",
            shown(land.scopes, parent),
            land.catalog.title
        ),
        "make the account higher up in the tree",
    ))
}

/// A name as it is kept, checked against the rules of names and against its siblings. `own` is the scope that may keep
/// it.
pub(super) fn name_for(
    land: &Land<'_>,
    kind: ScopeKind,
    parent: ScopeId,
    name: &str,
    own: Option<ScopeId>,
) -> Result<String, Refusal> {
    let rule = rule_of(land.catalog, kind)?;
    let name = land.catalog.stored(kind, name);
    if !rule.names.is_empty() && !rule.names.iter().any(|n| n == name) {
        return Err(Refusal::new(
            "scope-name",
            format!("a scope of kind {kind} is not called {name:?}"),
            format!("its names are fixed: {}", rule.names.join(", ")),
        ));
    }
    let name = plain_name(name)?;
    let folded = text::fold(&name);
    let taken = land.scopes.iter().find(|n| {
        n.kind == kind
            && n.parent == Some(parent)
            && Some(n.id) != own
            && text::fold(&n.name) == folded
    });
    if let Some(taken) = taken {
        return Err(Refusal::new(
            "scope-name-unique",
            format!(
                "there is {} {:?} already",
                text::one(kind.word()),
                path(land.scopes, taken.id)
            ),
            "choose another name",
        ));
    }
    Ok(name)
}

/// A name of a scope or group as it is kept.
///
/// # Errors
/// Rule `scope-name`: when it is empty, too long, or holds what a path or a terminal could misread.
pub fn plain_name(name: &str) -> Result<String, Refusal> {
    let name = name.trim();
    let bad = |what: String| {
        Err(Refusal::new(
            "scope-name",
            what,
            format!(
                "give a name of 1 to {LONGEST} characters without `{SEPARATOR}` and control characters"
            ),
        ))
    };
    if name.is_empty() {
        return bad("a name cannot be empty".into());
    }
    if name.chars().count() > LONGEST {
        return bad(format!("a name has at most {LONGEST} characters"));
    }
    if name.contains(SEPARATOR) {
        return bad(format!(
            "the name {name:?} holds a `{SEPARATOR}`, which separates the names of a path"
        ));
    }
    if name.chars().any(text::is_hidden) {
        return bad("a name holds no invisible or control characters".into());
    }
    Ok(name.to_owned())
}

/// Refuses settings that no scope has, and values that cannot be right.
pub(super) fn check_settings(
    land: &Land<'_>,
    settings: &BTreeMap<String, String>,
) -> Result<(), Refusal> {
    // Only where the catalog lets it decide does sharing do anything.
    let shares = !land.catalog.constraints.sharing_decides.is_empty();
    let there = || SETTINGS.iter().filter(|(n, _)| *n != SHARING || shares);
    for (name, value) in settings {
        let Some((_, says)) = there().find(|(known, _)| known == name) else {
            let known: Vec<&str> = there().map(|(n, _)| *n).collect();
            return Err(Refusal::new(
                "scope-setting",
                format!("a scope of {} has no setting {name:?}", land.catalog.title),
                format!("its settings are: {}", known.join(", ")),
            ));
        };
        let fits = match name.as_str() {
            SHARING => matches!(value.as_str(), "on" | OFF),
            "language" | TIME_ZONE => value
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_/+".contains(c)),
            _ => !value.chars().any(text::is_hidden),
        };
        if !fits || value.is_empty() || value.chars().count() > LONGEST {
            return Err(Refusal::new(
                "scope-setting",
                format!("{value:?} is no value of {name}"),
                format!("give {says}"),
            ));
        }
    }
    Ok(())
}

/// Whether moving a scope under a parent would make a ring.
pub(super) fn ring(land: &Land<'_>, id: ScopeId, parent: ScopeId) -> bool {
    within(land.scopes, parent, id)
}
