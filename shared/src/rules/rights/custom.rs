//! Making, changing and deleting a tenant's own roles.

use super::Setting;
use crate::catalog::{CustomRoles, QUALIFIERS, Role, RolesPerUser, split_grant};
use crate::domain::{CustomRole, ScopeId};
use crate::rules::Refusal;
use crate::rules::scopes;
use crate::wire::role::RoleSet;
use std::collections::BTreeSet;

/// A role as it is to be, with what differs from what is and what to mind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// The role.
    pub role: CustomRole,
    /// Each difference, one phrase.
    pub changes: Vec<String>,
    /// What to mind.
    pub warnings: Vec<String>,
}

/// Refuses where a tenant cannot make roles, or has not switched the feature on.
pub fn open(setting: &Setting<'_>) -> Result<(), Refusal> {
    let (catalog, rules) = (setting.catalog, &setting.catalog.constraints);
    if rules.custom_roles == CustomRoles::No {
        let fixed: Vec<&str> = own_roles(setting).map(|r| r.label.as_str()).collect();
        let one = match rules.roles_per_user {
            RolesPerUser::One => "one of them",
            RolesPerUser::Many => "one or several of them",
        };
        return Err(Refusal::new(
            "custom-roles",
            format!("{} has fixed roles and no others", catalog.title),
            format!("give {one}: {}", fixed.join(", ")),
        ));
    }
    match &rules.custom_roles_feature {
        Some(feature) if !setting.features.contains(feature) => Err(Refusal::new(
            "feature",
            format!("custom roles need the feature {feature}, which is off"),
            format!("switch it on with `rollcall tenant set TENANT --enable {feature}`"),
        )),
        _ => Ok(()),
    }
}

/// The role that a request to make one asks for.
pub fn create(setting: &Setting<'_>, request: &RoleSet) -> Result<Drafted, Refusal> {
    open(setting)?;
    let home = match &request.home {
        None => ScopeId::ROOT,
        Some(path) => place(setting, path)?,
    };
    let id = request.id.trim();
    let word = !id.is_empty() && id.len() <= 64 && !id.contains(char::is_whitespace);
    // `@`, `+` and `,` part roles from scopes and from each other on the command line and in files.
    if !word || id.contains(|c: char| c.is_control() || "@+,:/".contains(c)) {
        return Err(Refusal::new(
            "role-name",
            format!("{id:?} cannot name a role"),
            "an identifier is one word of at most 64 bytes without @ + , : /",
        ));
    }
    let mut role = CustomRole {
        id: id.to_owned(),
        label: id.to_owned(),
        description: String::new(),
        grants: BTreeSet::new(),
        blocks: BTreeSet::new(),
        enabled: true,
        home,
        offered: None,
        privileged: false,
    };
    if let Some(text) = &request.copy {
        let Some(from) = setting.catalog.find_role(text) else {
            return Err(unknown_role(setting, text));
        };
        role.grants = from.permissions.iter().cloned().collect();
        role.blocks = from.blocks.iter().cloned().collect();
        role.description.clone_from(&from.description);
        role.privileged = from.privileged;
    }
    apply(setting, role, request, None)
}

/// The role that a request to change one asks for; what is not named stays.
pub fn edit(
    setting: &Setting<'_>,
    old: &CustomRole,
    request: &RoleSet,
) -> Result<Drafted, Refusal> {
    open(setting)?;
    if request.copy.is_some() || request.home.is_some() {
        return Err(Refusal::new(
            "role-place",
            "a role is copied and placed when it is made",
            "make another role with `rollcall role create`",
        ));
    }
    apply(setting, old.clone(), request, Some(old))
}

/// Refuses to change or delete a role of the catalog, or one that is not there.
pub fn predefined(setting: &Setting<'_>, id: &str, verb: &str) -> Result<(), Refusal> {
    match setting.catalog.find_role(id) {
        Some(role) if role.custom.is_none() => {
            let instead = match setting.catalog.constraints.custom_roles {
                CustomRoles::No => "use it as it is".to_owned(),
                _ => format!(
                    "make a custom role from it with `rollcall role create NAME --copy {}`",
                    role.id
                ),
            };
            Err(Refusal::new(
                "predefined-role",
                format!(
                    "{} is a predefined role of {} and cannot be {verb}",
                    role.label, setting.catalog.title
                ),
                instead,
            ))
        }
        Some(_) => Ok(()),
        None => Err(unknown_role(setting, id)),
    }
}

/// Refuses to delete a role that is still held.
pub fn delete(id: &str, holders: usize) -> Result<(), Refusal> {
    if holders == 0 {
        return Ok(());
    }
    let many = if holders == 1 {
        "account holds"
    } else {
        "accounts hold"
    };
    Err(Refusal::new(
        "role-held",
        format!("{holders} {many} the role {id}"),
        format!(
            "see them with `rollcall role show {id}` and give them another role with `rollcall user role` first"
        ),
    ))
}

/// The refusal of a role that is not there.
pub fn unknown_role(setting: &Setting<'_>, text: &str) -> Refusal {
    let catalog = setting.catalog;
    let known: Vec<&str> = catalog.listed().map(|r| r.id.as_str()).collect();
    Refusal::new(
        "roles",
        format!("{} has no role {text:?}", catalog.title),
        format!("{}use one of: {}", catalog.exactly(text), known.join(", ")),
    )
}

fn own_roles<'a>(setting: &Setting<'a>) -> impl Iterator<Item = &'a Role> {
    setting.catalog.roles.iter().filter(|r| r.custom.is_none())
}

fn place(setting: &Setting<'_>, path: &str) -> Result<ScopeId, Refusal> {
    scopes::find(setting.scopes, path).ok_or_else(|| {
        Refusal::new(
            "scope",
            format!("there is no scope {path:?}"),
            "see the scopes with `rollcall scope list`; a path is written A/B/C",
        )
    })
}

/// A grant or block as the catalog writes it.
fn known(setting: &Setting<'_>, text: &str, block: bool) -> Result<String, Refusal> {
    let (name, qualifier) = split_grant(text);
    let refuse =
        |what: String, instead: String| Err(Refusal::new("unknown-permission", what, instead));
    let Some(permission) = setting.catalog.find_permission(name) else {
        return refuse(
            format!("{} has no permission {name:?}", setting.catalog.title),
            format!(
                "see them with `rollcall catalog show {}`",
                setting.catalog.name
            ),
        );
    };
    if qualifier.is_empty() {
        return Ok(permission.id.clone());
    }
    if block {
        return refuse(
            format!("{text:?}: a block takes the whole permission"),
            format!("block {}", permission.id),
        );
    }
    if !QUALIFIERS.contains(&qualifier) {
        return refuse(
            format!("{qualifier:?} narrows no permission"),
            format!("known are: {}", QUALIFIERS.join(", ")),
        );
    }
    Ok(format!("{}:{qualifier}", permission.id))
}

fn clear(role: &mut CustomRole, permission: &str) {
    role.grants.retain(|g| split_grant(g).0 != permission);
    role.blocks.remove(permission);
}

fn apply(
    setting: &Setting<'_>,
    mut role: CustomRole,
    request: &RoleSet,
    old: Option<&CustomRole>,
) -> Result<Drafted, Refusal> {
    if let Some(label) = &request.label {
        role.label = label.trim().to_owned();
    }
    if role.label.is_empty() || role.label.len() > 200 {
        return Err(Refusal::new(
            "role-name",
            "the words on screen are empty or longer than 200 bytes",
            "give it a short label",
        ));
    }
    let same = |other: &&Role| {
        old.is_none_or(|old| other.id != old.id)
            && (other.answers_to(&role.id) || other.answers_to(&role.label))
    };
    if let Some(other) = setting.catalog.roles.iter().find(same) {
        return Err(Refusal::new(
            "role-unique",
            format!("{:?} already names the role {}", role.label, other.id),
            "choose another name",
        ));
    }
    if let Some(description) = &request.description {
        role.description = description.trim().to_owned();
    }
    for text in &request.clear {
        clear(&mut role, &known(setting, text, true)?);
    }
    if !request.block.is_empty() && setting.catalog.constraints.custom_roles == CustomRoles::Grant {
        return Err(Refusal::new(
            "role-blocks",
            format!(
                "roles of {} grant only: they block nothing",
                setting.catalog.title
            ),
            "leave the permission out, or clear it",
        ));
    }
    for text in &request.grant {
        let grant = known(setting, text, false)?;
        clear(&mut role, split_grant(&grant).0);
        role.grants.insert(grant);
    }
    for text in &request.block {
        let block = known(setting, text, true)?;
        if request
            .grant
            .iter()
            .any(|g| known(setting, g, false).is_ok_and(|g| split_grant(&g).0 == block))
        {
            return Err(Refusal::new(
                "role-blocks",
                format!("{block} cannot be granted and blocked by one role"),
                "say one of the two",
            ));
        }
        clear(&mut role, &block);
        role.blocks.insert(block);
    }
    if let Some(paths) = &request.offer {
        let offered: BTreeSet<ScopeId> = paths
            .iter()
            .map(|path| place(setting, path))
            .collect::<Result<_, _>>()?;
        if let Some(outside) = offered
            .iter()
            .find(|at| !scopes::within(setting.scopes, **at, role.home))
        {
            return Err(Refusal::new(
                "role-place",
                format!(
                    "{} does not lie in {}, where the role was made",
                    scopes::address(setting.scopes, *outside),
                    scopes::address(setting.scopes, role.home)
                ),
                "offer it where it was made or below, or make a global role",
            ));
        }
        role.offered = (!offered.is_empty()).then_some(offered);
    }
    if let Some(enabled) = request.enabled {
        role.enabled = enabled;
    }
    role.privileged = privileged(setting, &role, request)?;
    let changes = differences(setting, old, &role);
    let warnings = warnings(setting, &role);
    Ok(Drafted {
        role,
        changes,
        warnings,
    })
}

/// Whether a role is a subject of the MFA mandate: as it was or is said to be; a copy of a privileged role always, and one
/// that grants in full all that a privileged role grants.
fn privileged(
    setting: &Setting<'_>,
    role: &CustomRole,
    request: &RoleSet,
) -> Result<bool, Refusal> {
    let catalog = setting.catalog;
    let copied = request
        .copy
        .as_ref()
        .and_then(|text| catalog.find_role(text));
    let gives = |grant: &String| {
        let plain = split_grant(grant).0;
        !role.blocks.contains(plain) && (role.grants.contains(plain) || role.grants.contains(grant))
    };
    let covers = |of: &&Role| !of.permissions.is_empty() && of.permissions.iter().all(gives);
    let mut own = own_roles(setting).filter(|r| r.privileged);
    let like = copied.filter(|r| r.privileged).or_else(|| own.find(covers));
    let Some(like) = like else {
        return Ok(request.privileged.unwrap_or(role.privileged));
    };
    if request.privileged == Some(false) {
        return Err(Refusal::new(
            "privileged-role",
            format!(
                "{} has the permissions of {}, which is privileged: its holders are held to the MFA mandate",
                role.id, like.id
            ),
            "leave it privileged, or make a role with less that is no copy",
        ));
    }
    Ok(true)
}

/// Each difference between a role as it was and as it is to be, one phrase.
pub fn differences(
    setting: &Setting<'_>,
    old: Option<&CustomRole>,
    new: &CustomRole,
) -> Vec<String> {
    let nothing = CustomRole {
        id: new.id.clone(),
        label: String::new(),
        description: String::new(),
        grants: BTreeSet::new(),
        blocks: BTreeSet::new(),
        enabled: true,
        home: new.home,
        offered: None,
        privileged: false,
    };
    let (from, mut out) = (old.unwrap_or(&nothing), Vec::new());
    if from.label != new.label {
        out.push(format!("label {:?}", new.label));
    }
    if from.description != new.description {
        out.push(format!("description {:?}", new.description));
    }
    let sets = [
        ("grants", "grants no more", &from.grants, &new.grants),
        ("blocks", "blocks no more", &from.blocks, &new.blocks),
    ];
    for (more, less, before, after) in sets {
        out.extend(after.difference(before).map(|p| format!("{more} {p}")));
        out.extend(before.difference(after).map(|p| format!("{less} {p}")));
    }
    if from.enabled != new.enabled {
        out.push(if new.enabled { "enabled" } else { "disabled" }.to_owned());
    }
    if from.privileged != new.privileged {
        out.push(
            if new.privileged {
                "privileged"
            } else {
                "not privileged"
            }
            .to_owned(),
        );
    }
    if from.offered != new.offered {
        out.push(match &new.offered {
            None => format!(
                "offered everywhere in {}",
                scopes::address(setting.scopes, new.home)
            ),
            Some(at) => {
                let paths: Vec<String> = at
                    .iter()
                    .map(|s| scopes::address(setting.scopes, *s))
                    .collect();
                format!("offered in {} and nowhere else", paths.join(", "))
            }
        });
    }
    out
}

fn warnings(setting: &Setting<'_>, role: &CustomRole) -> Vec<String> {
    let mut out = Vec::new();
    let granted = |id: &str| role.grants.iter().any(|g| split_grant(g).0 == id);
    for grant in &role.grants {
        let Some(permission) = setting.catalog.permission(split_grant(grant).0) else {
            continue;
        };
        for need in permission.needs.iter().filter(|need| !granted(need)) {
            out.push(format!("{} is of no use without {need}", permission.id));
        }
        let off = permission
            .features
            .iter()
            .find(|f| !setting.features.contains(*f));
        if let Some(feature) = off {
            out.push(format!(
                "{} needs the feature {feature}, which is off",
                permission.id
            ));
        }
    }
    out
}
