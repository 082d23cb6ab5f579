//! Teams, accounts and applications that a people file names: found in the tenant's tree, or made.

use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{Entry, Fact, ScopeId, ScopeKind, ScopeNode};
use std::collections::HashMap;

/// OneSpan: three levels of accounts.
const ACCOUNTS: &[ScopeKind] = &[ScopeKind::Account, ScopeKind::Account, ScopeKind::Account];
/// IgniSign: organisation, application, environment.
const APPLICATIONS: &[ScopeKind] = &[
    ScopeKind::Organisation,
    ScopeKind::Application,
    ScopeKind::Environment,
];

/// The scopes of a tenant with those this batch makes.
pub(super) struct Places {
    /// The children of each scope by kind and name.
    known: HashMap<(ScopeId, ScopeKind), HashMap<String, ScopeId>>,
    last: u32,
    made: Vec<Entry>,
    levels: &'static [ScopeKind],
}

impl Places {
    pub(super) fn new(view: &TenantView) -> Self {
        let levels: &'static [ScopeKind] = match view.tenant.catalog.as_str() {
            "onespan" => ACCOUNTS,
            "ignisign" => APPLICATIONS,
            _ => &[],
        };
        let mut places = Places {
            known: HashMap::new(),
            last: 0,
            made: Vec::new(),
            levels,
        };
        view.scopes.iter().for_each(|node| places.put(node));
        places
    }

    /// The team of this name, made when it is new; none for an empty name.
    pub(super) fn team(&mut self, name: &str) -> Option<ScopeId> {
        (!name.is_empty()).then(|| self.child(ScopeId::ROOT, ScopeKind::Team, name))
    }

    /// The scope of a path such as `Europe/Sales`; an error when the tenant's platform has no such levels.
    pub(super) fn account(&mut self, path: &str) -> Result<ScopeId, String> {
        let parts: Vec<&str> = path
            .split('/')
            .map(str::trim)
            .filter(|p| !p.is_empty())
            .collect();
        if self.levels.is_empty() {
            return Err(
                "this tenant's platform has no accounts below the tenant; leave the column empty"
                    .into(),
            );
        }
        if parts.len() > self.levels.len() {
            return Err(format!(
                "{} levels at most, written as A/B/C",
                self.levels.len()
            ));
        }
        let levels = self.levels;
        Ok(parts
            .iter()
            .zip(levels)
            .fold(ScopeId::ROOT, |parent, (name, kind)| {
                self.child(parent, *kind, name)
            }))
    }

    fn child(&mut self, parent: ScopeId, kind: ScopeKind, name: &str) -> ScopeId {
        let known = self.known.get(&(parent, kind));
        if let Some(id) = known.and_then(|names| names.get(name)) {
            return *id;
        }
        let node = ScopeNode {
            id: ScopeId(self.last + 1),
            kind,
            parent: Some(parent),
            name: name.to_owned(),
        };
        self.put(&node);
        let id = node.id;
        self.made.push(Entry::plain(Fact::ScopeCreated(node)));
        id
    }

    fn put(&mut self, node: &ScopeNode) {
        self.last = self.last.max(node.id.0);
        if let Some(parent) = node.parent {
            let names = self.known.entry((parent, node.kind)).or_default();
            // Of two with one name the first is meant.
            names.entry(node.name.clone()).or_insert(node.id);
        }
    }

    /// The entries that make the new scopes.
    pub(super) fn into_entries(self) -> Vec<Entry> {
        self.made
    }
}
