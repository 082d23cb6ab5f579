//! What a vendor forbids or demands, by name.

use super::Role;
use super::plans::{Feature, ScopeRule};
use super::rules::Permission;
use super::table::{CatalogError, Table};
use crate::domain::account::words;
use crate::domain::{HandoverWay, ScopeKind};
use serde::{Deserialize, Serialize};

/// How many roles one account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RolesPerUser {
    /// Exactly one.
    One,
    /// Several; they add up.
    #[default]
    Many,
}
words!(RolesPerUser { One = "one", Many = "many" });

/// Whether a tenant may make roles of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustomRoles {
    /// No: roles are fixed categories.
    #[default]
    No,
    /// Roles that grant.
    Grant,
    /// Roles that grant and block.
    GrantAndBlock,
}
words!(CustomRoles { No = "no", Grant = "grant", GrantAndBlock = "grant_and_block" });

/// Who may change an email.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailRule {
    /// The person and administrators.
    #[default]
    Free,
    /// Administrators only, once the person is in an organization that locks identities.
    Locked,
    /// Nobody.
    Immutable,
}
words!(EmailRule { Free = "free", Locked = "locked", Immutable = "immutable" });

/// Whether an account can be deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeleteRule {
    /// Never: deactivation takes its place.
    #[default]
    Never,
    /// Only an account that never sent anything.
    WithoutHistory,
    /// With a successor for what it sent.
    WithSuccessor,
    /// At will.
    Allowed,
}
words!(DeleteRule { Never = "never", WithoutHistory = "without_history", WithSuccessor = "with_successor", Allowed = "allowed" });

/// When a change of rights reaches a session that is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SessionRule {
    /// At the next request.
    #[default]
    NextRequest,
    /// At the next sign-in.
    NextSignIn,
    /// When the API key's session ends.
    KeySession,
}
words!(SessionRule { NextRequest = "next_request", NextSignIn = "next_sign_in", KeySession = "key_session" });

/// The constraints of a catalog, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Constraints {
    /// The catalog's own roles cannot be edited or deleted.
    pub predefined_roles_fixed: bool,
    /// How many roles one account holds.
    pub roles_per_user: RolesPerUser,
    /// Whether a tenant may make roles of its own.
    pub custom_roles: CustomRoles,
    /// The feature without which no custom role can be made; none needs none.
    pub custom_roles_feature: Option<String>,
    /// Who may change an email.
    pub email: EmailRule,
    /// Whether an account can be deleted.
    pub delete: DeleteRule,
    /// Nobody deletes their own account.
    pub self_delete_forbidden: bool,
    /// Levels of accounts; 0 where there is no tree of accounts.
    pub account_depth: u32,
    /// An account or user cannot move to another tree.
    pub tree_moves_forbidden: bool,
    /// Roles that an invitation or an edited role cannot give; the owner role of a transfer.
    pub not_by_edit: Vec<String>,
    /// How a leaver's work is handed over.
    pub hand_over: HandoverWay,
    /// Whether a hand-over can be taken back at the vendor.
    pub hand_over_undo: bool,
    /// The permission behind sending: who takes over what another sent must hold it; none where nothing is taken over.
    pub sends: Option<String>,
    /// Ownership changes hands by a transfer of two steps only.
    pub ownership_transfer: bool,
    /// The role an owner holds after a transfer.
    pub former_owner_role: Option<String>,
    /// Enabling and disabling is done outside the users page.
    pub enabled_elsewhere: bool,
    /// When a change of rights reaches a session that is open.
    pub session: SessionRule,
    /// Settings that an account does not inherit.
    pub not_inherited: Vec<String>,
    /// Role names are compared exactly; elsewhere without case, and labels count as well.
    pub roles_exact: bool,
    /// Of these roles at least one active holder stays; empty where only the owner rule binds.
    pub admins: Vec<String>,
    /// The kind of scope each of which keeps such a holder for itself; none where only the tenant does.
    pub admins_scope: Option<ScopeKind>,
    /// Characters a legal first or last name has at least and at most; none is no limit.
    pub name_length: Option<(u32, u32)>,
    /// The role of an invitation that names none.
    pub default_role: Option<String>,
    /// Inviting an address that is there already replaces that user's roles.
    pub invite_replaces_roles: bool,
    /// An invitation is answered in two steps: the link activates, then a password is set.
    pub two_step_activation: bool,
    /// Features of which one must be on for login names to be shown; empty is always.
    pub username_needs: Vec<String>,
    /// Features of which one must be on for SAML subjects to be shown; empty is always.
    pub sid_needs: Vec<String>,
    /// Whoever invites may set the language of the new user.
    pub language: bool,
    /// People are invited from an address book too: their names are taken from its entry.
    pub address_book: bool,
    /// Roles whose holders give any right; every other member gives no more than they hold themselves.
    pub gives_any: Vec<String>,
    /// Roles that stand above all others, highest first: a member gives one only who holds it or a higher one where it is
    /// given, or above.
    pub ranks: Vec<String>,
    /// Permissions that reach into an account from outside only while the setting `sharing` is on there; empty where
    /// there is no such setting.
    pub sharing_decides: Vec<String>,
    /// The permission whose holders name delegates for locked users of theirs; none leaves it to the owner role.
    pub delegate_permission: Option<String>,
    /// Roles whose holders do so without that permission.
    pub delegate_roles: Vec<String>,
    /// The feature beside which they do not; none is always.
    pub delegate_roles_without: Option<String>,
    /// The permission a member needs to change settings of the tenant, where what was bought needs another; none where
    /// one permission does for both.
    pub settings_permission: Option<String>,
}

/// The names of the constraints in a catalog file, in the order they are shown.
const KEYS: [&str; 36] = [
    "predefined_roles_fixed",
    "roles_per_user",
    "custom_roles",
    "custom_roles_feature",
    "email",
    "delete",
    "self_delete_forbidden",
    "account_depth",
    "tree_moves_forbidden",
    "not_by_edit",
    "hand_over",
    "hand_over_undo",
    "sends",
    "ownership_transfer",
    "former_owner_role",
    "enabled_elsewhere",
    "session",
    "not_inherited",
    "roles_exact",
    "admins",
    "admins_scope",
    "name_length",
    "default_role",
    "invite_replaces_roles",
    "two_step_activation",
    "username_needs",
    "sid_needs",
    "language",
    "address_book",
    "gives_any",
    "ranks",
    "sharing_decides",
    "delegate_permission",
    "delegate_roles",
    "delegate_roles_without",
    "settings_permission",
];

impl Constraints {
    /// Each constraint by its name in the catalog file, with its value in words.
    pub fn words(&self) -> Vec<(String, String)> {
        let flag = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let list = |words: &[String]| words.join(", ");
        let maybe = |word: &Option<String>| word.clone().unwrap_or_default();
        let values = [
            flag(self.predefined_roles_fixed),
            self.roles_per_user.to_string(),
            self.custom_roles.to_string(),
            maybe(&self.custom_roles_feature),
            self.email.to_string(),
            self.delete.to_string(),
            flag(self.self_delete_forbidden),
            self.account_depth.to_string(),
            flag(self.tree_moves_forbidden),
            list(&self.not_by_edit),
            self.hand_over.to_string(),
            flag(self.hand_over_undo),
            maybe(&self.sends),
            flag(self.ownership_transfer),
            maybe(&self.former_owner_role),
            flag(self.enabled_elsewhere),
            self.session.to_string(),
            list(&self.not_inherited),
            flag(self.roles_exact),
            list(&self.admins),
            self.admins_scope
                .map_or_else(String::new, |kind| kind.to_string()),
            self.name_length
                .map_or_else(String::new, |(least, most)| format!("{least}-{most}")),
            maybe(&self.default_role),
            flag(self.invite_replaces_roles),
            flag(self.two_step_activation),
            list(&self.username_needs),
            list(&self.sid_needs),
            flag(self.language),
            flag(self.address_book),
            list(&self.gives_any),
            list(&self.ranks),
            list(&self.sharing_decides),
            maybe(&self.delegate_permission),
            list(&self.delegate_roles),
            maybe(&self.delegate_roles_without),
            maybe(&self.settings_permission),
        ];
        let named = KEYS.iter().zip(values);
        named
            .map(|(name, value)| ((*name).to_owned(), value))
            .collect()
    }
}

pub(super) fn constraints(
    root: &Table<'_>,
    roles: &[Role],
    permissions: &[Permission],
    known: &[Feature],
    scopes: &[ScopeRule],
) -> Result<Constraints, CatalogError> {
    let Some(table) = root.maybe_table("constraints")? else {
        return Ok(Constraints::default());
    };
    table.only(&KEYS)?;
    let sends = table.maybe_text("sends")?;
    if let Some((id, at)) = &sends
        && !roles.iter().any(|r| r.grants(id))
    {
        let reason = format!("no role grants {id:?} without a qualifier");
        return Err(table.error(at, "sends", reason));
    }
    let list = |key| -> Result<Vec<String>, CatalogError> {
        Ok(table.texts(key)?.into_iter().map(|(t, _)| t).collect())
    };
    let named = |key, of: &str, is: &dyn Fn(&str) -> bool| -> Result<Vec<String>, CatalogError> {
        let mut out = Vec::new();
        for (id, at) in table.texts(key)? {
            if !is(&id) {
                let reason = format!("{id:?} is not a [[{of}]] of this catalog");
                return Err(table.error(&at, key, reason));
            }
            out.push(id);
        }
        Ok(out)
    };
    let one = |key, of: &str, is: &dyn Fn(&str) -> bool| match table.maybe_text(key)? {
        Some((id, at)) if !is(&id) => {
            let reason = format!("{id:?} is not a [[{of}]] of this catalog");
            Err(table.error(&at, key, reason))
        }
        other => Ok(other.map(|(id, _)| id)),
    };
    let feature = |id: &str| known.iter().any(|f| f.id == id);
    let permission = |id: &str| permissions.iter().any(|p| p.id == id);
    let role = |id: &str| roles.iter().any(|r| r.id == id);
    Ok(Constraints {
        predefined_roles_fixed: table.flag("predefined_roles_fixed")?,
        roles_per_user: table.word("roles_per_user")?,
        custom_roles: table.word("custom_roles")?,
        custom_roles_feature: one("custom_roles_feature", "feature", &feature)?,
        email: table.word("email")?,
        delete: table.word("delete")?,
        self_delete_forbidden: table.flag_or_false("self_delete_forbidden")?,
        account_depth: match table.get("account_depth") {
            None => 0,
            Some(_) => table.count("account_depth")?.0,
        },
        tree_moves_forbidden: table.flag_or_false("tree_moves_forbidden")?,
        not_by_edit: list("not_by_edit")?,
        hand_over: table.word("hand_over")?,
        hand_over_undo: table.flag_or_false("hand_over_undo")?,
        sends: sends.map(|(id, _)| id),
        ownership_transfer: table.flag_or_false("ownership_transfer")?,
        former_owner_role: table.maybe_text("former_owner_role")?.map(|(t, _)| t),
        enabled_elsewhere: table.flag_or_false("enabled_elsewhere")?,
        session: table.word("session")?,
        not_inherited: list("not_inherited")?,
        roles_exact: table.flag_or_false("roles_exact")?,
        admins_scope: admins_scope(&table, roles, scopes)?,
        admins: list("admins")?,
        name_length: name_length(&table)?,
        default_role: table.maybe_text("default_role")?.map(|(t, _)| t),
        invite_replaces_roles: table.flag_or_false("invite_replaces_roles")?,
        two_step_activation: table.flag_or_false("two_step_activation")?,
        username_needs: list("username_needs")?,
        sid_needs: list("sid_needs")?,
        language: table.flag_or_false("language")?,
        address_book: table.flag_or_false("address_book")?,
        gives_any: named("gives_any", "role", &role)?,
        ranks: named("ranks", "role", &role)?,
        sharing_decides: named("sharing_decides", "permission", &permission)?,
        delegate_permission: one("delegate_permission", "permission", &permission)?,
        delegate_roles: named("delegate_roles", "role", &role)?,
        delegate_roles_without: one("delegate_roles_without", "feature", &feature)?,
        settings_permission: one("settings_permission", "permission", &permission)?,
    })
}

/// The kind of scope that keeps administrators for itself: one of the catalog, at which all of these roles are held.
fn admins_scope(
    table: &Table<'_>,
    roles: &[Role],
    scopes: &[ScopeRule],
) -> Result<Option<ScopeKind>, CatalogError> {
    let admins: Vec<String> = table.texts("admins")?.into_iter().map(|(t, _)| t).collect();
    let held_at = |kind| {
        let mut held = roles.iter().filter(|r| admins.contains(&r.id));
        !admins.is_empty() && held.all(|r| r.scope == Some(kind))
    };
    let Some((_, at)) = table.get("admins_scope") else {
        // A catalog adopted before it could say so meant the organisation of roles that are held at one.
        return Ok(Some(ScopeKind::Organisation).filter(|kind| held_at(*kind)));
    };
    match table.word("admins_scope")? {
        ScopeKind::Tenant => Ok(None),
        kind if !scopes.iter().any(|s| s.kind == kind) => {
            let reason = format!("{kind} is not a [[scope]] of this catalog");
            Err(table.error(&at, "admins_scope", reason))
        }
        kind if !held_at(kind) => {
            let reason = format!("the roles of `admins` are not all held at a scope {kind}");
            Err(table.error(&at, "admins_scope", reason))
        }
        kind => Ok(Some(kind)),
    }
}

/// Two numbers in a text, for example `2-50`.
fn name_length(table: &Table<'_>) -> Result<Option<(u32, u32)>, CatalogError> {
    let Some((text, at)) = table.maybe_text("name_length")? else {
        return Ok(None);
    };
    let parsed = text
        .split_once('-')
        .and_then(|(least, most)| Some((least.parse().ok()?, most.parse().ok()?)))
        .filter(|(least, most): &(u32, u32)| least <= most);
    match parsed {
        Some(both) => Ok(Some(both)),
        None => Err(table.error(&at, "name_length", "must be written as \"LEAST-MOST\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{builtin, names, parse};

    /// Every key of the `[constraints]` of a text.
    fn written(text: &str) -> Vec<&str> {
        let (_, rest) = text.split_once("[constraints]\n").unwrap();
        let section = rest.split("\n[").next().unwrap();
        let keys = section.lines().filter_map(|line| line.split_once(" = "));
        keys.map(|(key, _)| key).collect()
    }

    #[test]
    fn each_constraint_of_each_catalog_is_told_with_its_value() {
        let mut told_of = Vec::new();
        for name in names() {
            let text = builtin(name).unwrap();
            let words = parse(name, text).unwrap().constraints.words();
            for key in written(text) {
                let told = words.iter().find(|(known, _)| known == key);
                let (_, value) = told.unwrap_or_else(|| panic!("{name} does not tell {key}"));
                let (_, line) = text.split_once(&format!("\n{key} = ")).unwrap();
                let line = line.lines().next().unwrap();
                for word in value
                    .split(", ")
                    .filter(|word| !matches!(*word, "yes" | "no"))
                {
                    assert!(line.contains(word), "{name}: {key} is told as {value:?}");
                }
                told_of.push(key.to_owned());
            }
            assert_eq!(words.len(), KEYS.len());
        }
        // What no catalog writes could not be held here by any of them.
        let unwritten = KEYS.iter().filter(|key| !told_of.iter().any(|t| t == *key));
        assert_eq!(unwritten.count(), 0);
    }

    #[test]
    fn a_constraint_that_differs_is_told_by_its_name() {
        let text = builtin("esignanywhere").unwrap();
        let before = parse("a", text).unwrap();
        for (key, from, to) in [
            ("sends", "\"envelope.send\"", "\"envelope.list\""),
            ("two_step_activation", "true", "false"),
            ("sid_needs", "[\"saml\", \"on_premise\"]", "[\"saml\"]"),
            ("gives_any", "[\"administrator\"]", "[]"),
        ] {
            let changed = text.replacen(&format!("{key} = {from}"), &format!("{key} = {to}"), 1);
            let after = parse("b", &changed).unwrap();
            let told = crate::catalog::differences(&before, &after);
            assert!(
                told.len() == 1 && told[0].starts_with(key),
                "{key}: {told:?}"
            );
        }
    }

    #[test]
    fn roles_and_permissions_a_constraint_names_are_those_of_the_catalog() {
        let text = builtin("onespan").unwrap();
        for (key, good) in [
            ("gives_any", "administrator"),
            ("sharing_decides", "transaction.transaction"),
            ("delegate_permission", "transaction.delegation_visibility"),
            ("delegate_roles", "manager"),
            ("delegate_roles_without", "sub_accounts"),
            ("custom_roles_feature", "roles_and_permissions"),
        ] {
            let at = text.find(&format!("\n{key} = ")).unwrap();
            let (head, tail) = text.split_at(at);
            let wrong = format!("{head}{}", tail.replacen(good, "nobody", 1));
            let error = parse("x.toml", &wrong).unwrap_err();
            assert_eq!(error.key, format!("constraints.{key}"), "{error}");
        }
    }
}
