//! What a catalog says of permissions, actions, constraints and changes of state.

use super::Role;
use super::plans::Feature;
use super::qualifier::QUALIFIER_MARK;
use super::table::{CatalogError, Table};
use crate::domain::account::words;
use crate::domain::{HandoverWay, Status};
use serde::{Deserialize, Serialize};

/// One permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// Identifier.
    pub id: String,
    /// The vendor's own words for it.
    pub name: String,
    /// What it allows, one sentence.
    pub meaning: String,
    /// Older names and stored values that mean the same.
    pub aliases: Vec<String>,
    /// Permissions without which it is of no use.
    pub needs: Vec<String>,
    /// Features that must be on for it to show.
    pub features: Vec<String>,
}

impl Permission {
    /// Whether this text is its identifier, name or an older name, compared without case.
    pub fn answers_to(&self, text: &str) -> bool {
        let names = [&self.id, &self.name];
        names
            .into_iter()
            .chain(&self.aliases)
            .any(|n| n.eq_ignore_ascii_case(text))
    }
}

/// How somebody must stand to a thing for a way to be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Relation {
    /// However they stand to it.
    Any,
    /// It is theirs.
    Own,
    /// It is shared with a group or team they are in.
    Group,
    /// It is shared with them by name.
    Shared,
}
words!(Relation { Any = "any", Own = "own", Group = "group", Shared = "shared" });

/// One way to an action: a permission, and how one must stand to the thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Way {
    /// The permission's identifier.
    pub permission: String,
    /// How one must stand to the thing.
    pub relation: Relation,
}

/// What people do, in plain words, and the ways to it; any one of them is enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Identifier, for example `document.open`.
    pub id: String,
    /// One sentence.
    pub meaning: String,
    /// Whether it changes something: a read-only grant does not open it.
    pub changes: bool,
    /// The ways to it, in the order they are tried.
    pub ways: Vec<Way>,
    /// What to do when it is refused, one sentence; may be empty.
    pub remedy: String,
}

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
}

impl Constraints {
    /// Each constraint by its name in the catalog file, with its value in words.
    pub fn words(&self) -> Vec<(String, String)> {
        let flag = |yes: bool| if yes { "yes" } else { "no" }.to_owned();
        let list = |words: &[String]| words.join(", ");
        let maybe = |word: &Option<String>| word.clone().unwrap_or_default();
        [
            ("predefined_roles_fixed", flag(self.predefined_roles_fixed)),
            ("roles_per_user", self.roles_per_user.to_string()),
            ("custom_roles", self.custom_roles.to_string()),
            ("custom_roles_feature", maybe(&self.custom_roles_feature)),
            ("email", self.email.to_string()),
            ("delete", self.delete.to_string()),
            ("self_delete_forbidden", flag(self.self_delete_forbidden)),
            ("account_depth", self.account_depth.to_string()),
            ("tree_moves_forbidden", flag(self.tree_moves_forbidden)),
            ("not_by_edit", list(&self.not_by_edit)),
            ("hand_over", self.hand_over.to_string()),
            ("hand_over_undo", flag(self.hand_over_undo)),
            ("ownership_transfer", flag(self.ownership_transfer)),
            ("former_owner_role", maybe(&self.former_owner_role)),
            ("enabled_elsewhere", flag(self.enabled_elsewhere)),
            ("session", self.session.to_string()),
            ("not_inherited", list(&self.not_inherited)),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
    }
}

/// A change of state that exists, and the verb or cause that makes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// From.
    pub from: Status,
    /// To.
    pub to: Status,
    /// By: `accept`, `decline`, `revoke`, `expire`, `resend`, `suspend`, `reactivate`, `deactivate`, `delete`, `import`.
    pub by: String,
}

/// The causes a transition may name.
pub(super) const CAUSES: [&str; 9] = [
    "accept",
    "decline",
    "revoke",
    "expire",
    "resend",
    "suspend",
    "reactivate",
    "deactivate",
    "delete",
];

pub(super) fn permissions(
    root: &Table<'_>,
    known: &[Feature],
) -> Result<Vec<Permission>, CatalogError> {
    let mut out: Vec<Permission> = Vec::new();
    let mut needed = Vec::new();
    for table in root.tables("permission")? {
        table.only(&["id", "name", "meaning", "aliases", "needs", "features"])?;
        let (id, at) = table.text("id")?;
        if id.is_empty() || id.contains(char::is_whitespace) || id.contains(QUALIFIER_MARK) {
            return Err(table.error(&at, "id", "a permission is one word without a colon"));
        }
        if out.iter().any(|p| p.id == id) {
            return Err(table.error(&at, "id", format!("{id:?} is listed twice")));
        }
        let features = table.texts("features")?;
        for (feature, at) in &features {
            if !known.iter().any(|f| f.id == *feature) {
                let reason = format!("{feature:?} is not a [[feature]] of this catalog");
                return Err(table.error(at, "features", reason));
            }
        }
        let only = |list: Vec<(String, _)>| list.into_iter().map(|(t, _)| t).collect::<Vec<_>>();
        let needs = table.texts("needs")?;
        needed.extend(needs.iter().cloned());
        let (name, _) = match table.maybe_text("name")? {
            Some(name) => name,
            None => (id.clone(), at),
        };
        out.push(Permission {
            name,
            meaning: table.text("meaning")?.0,
            aliases: only(table.texts("aliases")?),
            needs: only(needs),
            features: only(features),
            id,
        });
    }
    for (need, at) in needed {
        if !out.iter().any(|p| p.id == need) {
            let reason = format!("{need:?} is not a [[permission]] of this catalog");
            return Err(root.error(&at, "permission.needs", reason));
        }
    }
    Ok(out)
}

pub(super) fn actions(
    root: &Table<'_>,
    permissions: &[Permission],
) -> Result<Vec<Action>, CatalogError> {
    let mut out: Vec<Action> = Vec::new();
    for table in root.tables("action")? {
        table.only(&["id", "meaning", "changes", "ways", "remedy"])?;
        let (id, at) = table.text("id")?;
        let taken = out.iter().any(|a| a.id == id) || permissions.iter().any(|p| p.id == id);
        if taken {
            return Err(table.error(&at, "id", format!("{id:?} is taken already")));
        }
        let mut ways = Vec::new();
        for (text, at) in table.texts("ways")? {
            let (permission, relation) = match text.split_once('@') {
                Some((permission, relation)) => {
                    let relation = relation
                        .parse()
                        .map_err(|e: String| table.error(&at, "ways", e))?;
                    (permission.to_owned(), relation)
                }
                None => (text, Relation::Any),
            };
            if !permissions.iter().any(|p| p.id == permission) {
                let reason = format!("{permission:?} is not a [[permission]] of this catalog");
                return Err(table.error(&at, "ways", reason));
            }
            ways.push(Way {
                permission,
                relation,
            });
        }
        if ways.is_empty() {
            return Err(table.error(&at, "ways", "an action needs at least one way"));
        }
        out.push(Action {
            id,
            meaning: table.text("meaning")?.0,
            changes: table.flag_or_false("changes")?,
            ways,
            remedy: table.text_or_empty("remedy")?,
        });
    }
    Ok(out)
}

pub(super) fn constraints(
    root: &Table<'_>,
    roles: &[Role],
    known: &[Feature],
) -> Result<Constraints, CatalogError> {
    let Some(table) = root.maybe_table("constraints")? else {
        return Ok(Constraints::default());
    };
    table.only(&[
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
        "name_length",
        "default_role",
        "invite_replaces_roles",
        "two_step_activation",
        "username_needs",
        "sid_needs",
    ])?;
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
    let feature = match table.maybe_text("custom_roles_feature")? {
        Some((id, at)) if !known.iter().any(|f| f.id == id) => {
            let reason = format!("{id:?} is not a [[feature]] of this catalog");
            return Err(table.error(&at, "custom_roles_feature", reason));
        }
        other => other.map(|(id, _)| id),
    };
    Ok(Constraints {
        predefined_roles_fixed: table.flag("predefined_roles_fixed")?,
        roles_per_user: table.word("roles_per_user")?,
        custom_roles: table.word("custom_roles")?,
        custom_roles_feature: feature,
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
        admins: list("admins")?,
        name_length: name_length(&table)?,
        default_role: table.maybe_text("default_role")?.map(|(t, _)| t),
        invite_replaces_roles: table.flag_or_false("invite_replaces_roles")?,
        two_step_activation: table.flag_or_false("two_step_activation")?,
        username_needs: list("username_needs")?,
        sid_needs: list("sid_needs")?,
    })
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

/// The changes of state of a catalog that lists none, as those adopted before there was a table: no deletion.
fn usual() -> Vec<Transition> {
    use Status::{Active, Deactivated, Expired, Invited, Revoked, Suspended};
    let ways: [(&[Status], Status, &str); 8] = [
        (&[Invited], Active, "accept"),
        (&[Invited], Revoked, "decline"),
        (&[Invited], Revoked, "revoke"),
        (&[Invited], Expired, "expire"),
        (&[Invited, Expired, Revoked], Invited, "resend"),
        (&[Active], Suspended, "suspend"),
        (&[Suspended, Deactivated], Active, "reactivate"),
        (
            &[Invited, Active, Suspended, Expired, Revoked],
            Deactivated,
            "deactivate",
        ),
    ];
    let each = ways.into_iter().flat_map(|(from, to, by)| {
        from.iter().map(move |from| Transition {
            from: *from,
            to,
            by: by.to_owned(),
        })
    });
    each.collect()
}

pub(super) fn transitions(root: &Table<'_>) -> Result<Vec<Transition>, CatalogError> {
    if root.get("transition").is_none() {
        return Ok(usual());
    }
    let mut out: Vec<Transition> = Vec::new();
    for table in root.tables("transition")? {
        table.only(&["from", "to", "by"])?;
        let (by, at) = table.text("by")?;
        if !CAUSES.contains(&by.as_str()) {
            let reason = format!(
                "{by:?} makes no change of state; known are {}",
                CAUSES.join(", ")
            );
            return Err(table.error(&at, "by", reason));
        }
        let to = table.word("to")?;
        for (from, at) in table.texts("from")? {
            let from = from
                .parse()
                .map_err(|e: String| table.error(&at, "from", e))?;
            if out.iter().any(|t| t.from == from && t.by == by) {
                let reason = format!("`{by}` from {from} is listed twice");
                return Err(table.error(&at, "from", reason));
            }
            out.push(Transition {
                from,
                to,
                by: by.clone(),
            });
        }
    }
    Ok(out)
}
