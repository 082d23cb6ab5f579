//! Teams, accounts and applications that a people file names: found in the tenant's tree, or made by the tree's rules.

use rollcall_shared::directory::TenantView;
use rollcall_shared::domain::{Authority, Entry, Fact, ScopeId, ScopeKind, ScopeNode, TenantPlan};
use rollcall_shared::rules::Refusal;
use rollcall_shared::rules::scopes::{Land, Wanted, kind_of, make};
use rollcall_shared::text::{fold, one};
use std::collections::{BTreeMap, HashMap};

/// The scopes of a tenant with those this batch makes.
pub(super) struct Places<'a> {
    view: &'a TenantView,
    /// What is switched on; for what a vendor shows, everything: an observation is recorded as it is.
    plan: TenantPlan,
    nodes: Vec<ScopeNode>,
    /// The children of each scope by kind and folded name.
    known: HashMap<(ScopeId, ScopeKind), HashMap<String, ScopeId>>,
    made: Vec<Entry>,
    /// How many scopes there were, and how many of them new, before the row that is being read.
    row: (usize, usize),
}

impl<'a> Places<'a> {
    pub(super) fn new(view: &'a TenantView) -> Self {
        let mut plan = view.tenant.plan.clone();
        if view.tenant.authority == Authority::Vendor {
            plan.features = view.catalog.features.iter().map(|f| f.id.clone()).collect();
        }
        let mut places = Places {
            view,
            plan,
            nodes: Vec::new(),
            known: HashMap::new(),
            made: Vec::new(),
            row: (0, 0),
        };
        view.scopes.iter().for_each(|node| places.put(node));
        places
    }

    /// The scopes there are by now.
    pub(super) fn nodes(&self) -> &[ScopeNode] {
        &self.nodes
    }

    /// Begins a row.
    pub(super) fn begin_row(&mut self) {
        self.row = (self.nodes.len(), self.made.len());
    }

    /// Forgets what the row made: one that is set aside leaves nothing behind.
    pub(super) fn forget_row(&mut self) {
        let (nodes, made) = self.row;
        for node in self.nodes.drain(nodes..) {
            let Some(parent) = node.parent else {
                continue;
            };
            if let Some(names) = self.known.get_mut(&(parent, node.kind)) {
                names.retain(|_, id| *id != node.id);
            }
        }
        self.made.truncate(made);
    }

    /// The team of this name, made when it is new; none for an empty name.
    pub(super) fn team(&mut self, name: &str) -> Result<Option<ScopeId>, Refusal> {
        let name = name.trim();
        if name.is_empty() {
            return Ok(None);
        }
        self.child(ScopeId::ROOT, ScopeKind::Team, name).map(Some)
    }

    /// The scope of a path such as `Europe/Sales`: accounts, or applications with their environments.
    pub(super) fn account(&mut self, path: &str) -> Result<ScopeId, Refusal> {
        let parts = path.split('/').map(str::trim).filter(|p| !p.is_empty());
        let mut at = ScopeId::ROOT;
        for name in parts {
            let kind = self.kind_below(at, name)?;
            at = self.child(at, kind, name)?;
        }
        Ok(at)
    }

    /// The kind of a name below a scope: of the scope that is there, else the first the catalog allows. Teams have a
    /// column of their own.
    fn kind_below(&self, parent: ScopeId, name: &str) -> Result<ScopeKind, Refusal> {
        let above = kind_of(&self.nodes, parent).unwrap_or(ScopeKind::Tenant);
        let rules = self.view.catalog.scopes.iter();
        let kinds: Vec<ScopeKind> = rules
            .filter(|r| r.kind != ScopeKind::Team && r.parents.contains(&above))
            .map(|r| r.kind)
            .collect();
        let there = kinds.iter().find(|kind| {
            let names = self.known.get(&(parent, **kind));
            let name = self.view.catalog.stored(**kind, name);
            names.is_some_and(|names| names.contains_key(&fold(name)))
        });
        there.or(kinds.first()).copied().ok_or_else(|| {
            Refusal::new(
                "scope-parent",
                format!(
                    "nothing lies below {} on this tenant's platform",
                    one(above.word())
                ),
                "give a shorter path, or leave the column empty",
            )
        })
    }

    fn child(&mut self, parent: ScopeId, kind: ScopeKind, name: &str) -> Result<ScopeId, Refusal> {
        let view = self.view;
        let name = view.catalog.stored(kind, name);
        let known = self.known.get(&(parent, kind));
        if let Some(id) = known.and_then(|names| names.get(&fold(name))) {
            return Ok(*id);
        }
        let land = Land {
            catalog: &self.view.catalog,
            plan: &self.plan,
            scopes: &self.nodes,
        };
        let wanted = Wanted {
            kind,
            parent,
            name: name.to_owned(),
            settings: BTreeMap::new(),
        };
        let made = make(&land, &wanted)?;
        let id = made.nodes.first().map_or(parent, |n| n.id);
        for node in made.nodes {
            self.put(&node);
            self.made.push(Entry::plain(Fact::ScopeCreated(node)));
        }
        Ok(id)
    }

    fn put(&mut self, node: &ScopeNode) {
        self.nodes.push(node.clone());
        if let Some(parent) = node.parent {
            let names = self.known.entry((parent, node.kind)).or_default();
            // Of two with one name the first is meant.
            names.entry(fold(&node.name)).or_insert(node.id);
        }
    }

    /// The new scopes.
    pub(super) fn made(&self) -> impl Iterator<Item = &ScopeNode> {
        self.made.iter().filter_map(|entry| match &entry.fact {
            Fact::ScopeCreated(node) => Some(node),
            _ => None,
        })
    }

    /// The entries that make the new scopes.
    pub(super) fn into_entries(self) -> Vec<Entry> {
        self.made
    }
}
