//! What the tests of rights share: catalogs, a tree of scopes, and short ways to ask.

mod acting;
mod anywhere;
mod blocks;
mod cases;
mod custom;
mod matrix;
mod properties;
mod sharing;

use super::{Question, Relations, Rights, Setting, Subject, explain, named};
use crate::catalog::{Catalog, builtin, parse};
use crate::domain::{Assignment, CustomRole, ScopeId, ScopeKind, ScopeNode, ScopeProfile, Status};
use crate::wire::role::Decision;
use std::collections::BTreeSet;

/// A catalog that comes with the program.
pub fn read(name: &str) -> Catalog {
    parse(&format!("{name}.toml"), builtin(name).unwrap()).unwrap()
}

/// Scopes as `(number, kind, parent, name)`.
pub fn tree(nodes: &[(u32, ScopeKind, u32, &str)]) -> Vec<ScopeNode> {
    let node = |(id, kind, parent, name): &(u32, ScopeKind, u32, &str)| ScopeNode {
        id: ScopeId(*id),
        kind: *kind,
        parent: Some(ScopeId(*parent)),
        name: (*name).to_owned(),
        profile: ScopeProfile::default(),
    };
    nodes.iter().map(node).collect()
}

/// A custom role made at the root.
pub fn custom(id: &str, grants: &[&str], blocks: &[&str]) -> CustomRole {
    let set = |list: &[&str]| list.iter().map(|p| (*p).to_owned()).collect();
    CustomRole {
        id: id.to_owned(),
        label: id.to_owned(),
        description: String::new(),
        grants: set(grants),
        blocks: set(blocks),
        enabled: true,
        home: ScopeId::ROOT,
        offered: None,
        privileged: false,
    }
}

/// A role at a scope.
pub fn at(role: &str, scope: u32) -> Assignment {
    Assignment {
        role: role.to_owned(),
        scope: ScopeId(scope),
    }
}

/// A tenant as rights see it, with every feature on.
#[derive(Debug)]
pub struct World {
    pub catalog: Catalog,
    pub scopes: Vec<ScopeNode>,
    pub features: BTreeSet<String>,
}

impl World {
    pub fn of(catalog: &str) -> Self {
        let catalog = read(catalog);
        World {
            features: catalog.features.iter().map(|f| f.id.clone()).collect(),
            scopes: Vec::new(),
            catalog,
        }
    }

    pub fn with_roles(mut self, roles: &[CustomRole]) -> Self {
        self.catalog = self.catalog.with_custom(roles.iter());
        self
    }

    pub fn with_scopes(mut self, nodes: &[(u32, ScopeKind, u32, &str)]) -> Self {
        self.scopes = tree(nodes);
        self
    }

    pub fn setting(&self) -> Setting<'_> {
        Setting {
            catalog: &self.catalog,
            scopes: &self.scopes,
            features: &self.features,
        }
    }

    pub fn ask(
        &self,
        roles: &[Assignment],
        text: &str,
        relations: Relations,
        scope: u32,
    ) -> Decision {
        self.ask_in(Status::Active, roles, text, relations, scope, false)
    }

    pub fn ask_in(
        &self,
        status: Status,
        roles: &[Assignment],
        text: &str,
        relations: Relations,
        scope: u32,
        change: bool,
    ) -> Decision {
        let setting = self.setting();
        let rights = Rights::compile(&setting);
        let (id, what) = named(&setting, &rights, text).unwrap();
        let question = Question {
            what,
            change,
            relations,
            scope: ScopeId(scope),
        };
        let subject = Subject {
            status,
            assignments: roles,
        };
        explain(&setting, &rights, &subject, &id, &question, None)
    }

    /// Identifiers held at a scope, with their qualifiers.
    pub fn held(&self, roles: &[Assignment], scope: u32) -> BTreeSet<String> {
        let setting = self.setting();
        let rights = Rights::compile(&setting);
        let held = rights.held(&setting, roles);
        rights
            .effective(&held, ScopeId(scope))
            .into_iter()
            .collect()
    }
}

/// How one stands to a thing.
pub fn to(own: bool, group: bool) -> Relations {
    Relations { own, group, ..NONE }
}

/// No thing is named.
pub const NONE: Relations = Relations {
    own: false,
    group: false,
    shared: false,
    group_template: false,
    kept: None,
};
