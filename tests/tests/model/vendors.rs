//! What the model knows of the vendors: read off their documents, not off the catalog files. The four matrices are the
//! transcription that the tests of the catalogs use.

use std::collections::BTreeMap;

/// What kind of holder an account has, as far as seats and sweeps ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    Person,
    /// A program: it takes a seat, and is never idle.
    Service,
    /// Somebody from outside: no seat, never swept.
    Guest,
}

/// A predefined role.
pub struct Role {
    pub id: &'static str,
    /// The kind of scope it is of; none is anywhere. See [`held_at`].
    pub kind: Option<&'static str>,
    pub holder: Holder,
    /// Subject of the MFA mandate: sweeps weigh its holders five times.
    pub privileged: bool,
}

/// What a tenant's own roles may say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Own {
    /// There are none.
    No,
    /// They grant.
    Grants,
    /// They grant and block.
    GrantsAndBlocks,
}

/// What becomes of who is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deletion {
    Never,
    /// Rights go by scope: what they made stays.
    Allowed,
    /// Only who owns no transactions.
    WithoutHistory,
    /// Sent envelopes pass on to somebody.
    WithSuccessor,
}

/// How what a leaver owns passes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandOver {
    /// Active envelopes go to another.
    Transfer,
    /// Another acts for them.
    Delegate,
    AtDeletion,
    NotNeeded,
}

/// A vendor.
pub struct Vendor {
    pub catalog: &'static str,
    pub owner: &'static str,
    /// Owners at most; at least one stays everywhere.
    pub most_owners: Option<usize>,
    /// Exactly one role.
    pub one_role: bool,
    /// Roles that are neither given nor taken by inviting and editing.
    pub fixed: &'static [&'static str],
    /// In the order of the matrix.
    pub roles: &'static [Role],
    pub deletion: Deletion,
    /// How what a leaver owns passes on, and the permission that whoever takes over needs.
    pub hand_over: HandOver,
    pub sends: Option<&'static str>,
    /// What is opened as it is shared: the action, and its ways, each a permission and how one must stand to the thing.
    pub opens: &'static [(&'static str, &'static [(&'static str, &'static str)])],
    /// Kinds of groups.
    pub groups: &'static [&'static str],
    /// Inviting an address that is there already replaces its roles.
    pub invites_again: bool,
    /// The role of an invitation that names none.
    pub default_role: Option<&'static str>,
    /// Ownership moves by a transfer in two steps, and this is what the owner becomes.
    pub former_owner: Option<&'static str>,
    pub own: Own,
    /// Kinds of scope and what each lies in.
    pub scopes: &'static [(&'static str, &'static [&'static str])],
    /// Levels of accounts, the root account among them; none where there is no tree of accounts.
    pub depth: Option<usize>,
    /// Seats counted apart: the first pool that has one of the roles held.
    pub pools: &'static [(&'static str, &'static [&'static str])],
    /// Tiers: users at most, and features that come with it.
    pub tiers: &'static [(&'static str, Option<usize>, &'static [&'static str])],
    /// Features that a new tenant has, whatever the tier.
    pub features: &'static [&'static str],
    /// Features that can be switched, each with those that it cannot be on together with.
    pub switches: &'static [(&'static str, &'static [&'static str])],
    /// Permissions that count only with a feature, and kinds of scope, groups and roles that can be made only with one.
    pub needs: &'static [(&'static str, &'static str)],
    /// The matrix as it is published, and identifiers of its rows where it names them otherwise.
    matrix: &'static str,
    ids: &'static [&'static str],
}

const fn role(id: &'static str, privileged: bool) -> Role {
    Role {
        id,
        kind: None,
        holder: Holder::Person,
        privileged,
    }
}

const fn at(kind: &'static str, id: &'static str, privileged: bool) -> Role {
    Role {
        kind: Some(kind),
        ..role(id, privileged)
    }
}

const fn of(holder: Holder, role: Role) -> Role {
    Role { holder, ..role }
}

/// Where a role of IgniSign of this kind is held. An organisation's role covers every application of it, and a tenant
/// without organisations is one itself; an application's role is of one application; an environment's of the environments
/// that are named, or of the application they are all named by; a request's of one request.
pub fn held_at(kind: &str) -> &'static [&'static str] {
    match kind {
        "tenant" => &["tenant"],
        "organisation" => &["tenant", "organisation"],
        "application" => &["application"],
        "environment" => &["application", "environment"],
        "request" => &["request"],
        _ => &[],
    }
}

/// The environments that every application of IgniSign has.
pub const ENVIRONMENTS: [&str; 3] = ["DEVELOPMENT", "STAGING", "PRODUCTION"];

pub const IUSIGN: Vendor = Vendor {
    catalog: "iusign",
    owner: "owner",
    most_owners: Some(1),
    one_role: true,
    fixed: &["owner"],
    roles: &[
        // Of the whole tenant: none is held at a team.
        at("tenant", "viewer", false),
        at("tenant", "user", false),
        at("tenant", "admin", true),
        role("owner", true),
    ],
    deletion: Deletion::Never,
    hand_over: HandOver::Transfer,
    sends: Some("envelope.send"),
    opens: &[(
        "document.open",
        &[
            ("doc.view_all", ""),
            ("doc.view_group", "group"),
            ("doc.view_own", "own"),
        ],
    )],
    groups: &["team", "signing_group"],
    invites_again: false,
    default_role: None,
    former_owner: Some("admin"),
    own: Own::No,
    scopes: &[("team", &["tenant"])],
    depth: None,
    pools: &[],
    tiers: &[
        ("free", Some(1), &[]),
        ("solo", Some(5), &[]),
        ("growth", None, &["signing_groups"]),
        (
            "enterprise",
            None,
            &["signing_groups", "teams", "transfer", "sso"],
        ),
    ],
    features: &["signing_groups"],
    switches: &[
        ("signing_groups", &[]),
        ("teams", &[]),
        ("transfer", &[]),
        ("sso", &[]),
    ],
    needs: &[
        ("user.transfer_envelopes", "transfer"),
        ("team", "teams"),
        ("signing_group", "signing_groups"),
    ],
    matrix: include_str!("../../../shared/src/rules/rights/tests/matrices/iusign.md"),
    ids: &[],
};

pub const IGNISIGN: Vendor = Vendor {
    catalog: "ignisign",
    owner: "ORG_OWNER",
    most_owners: None,
    one_role: false,
    fixed: &["SUPER_ADMIN"],
    roles: &[
        at("tenant", "SUPER_ADMIN", true),
        at("organisation", "ORG_OWNER", true),
        at("organisation", "ORG_ADMIN", true),
        at("organisation", "ORG_BILLING", false),
        at("organisation", "ORG_USER", false),
        at("application", "APP_ADMIN", true),
        at("environment", "APP_MANAGER", false),
        at("environment", "APP_OPERATOR", false),
        at("environment", "APP_READER", false),
        of(Holder::Guest, at("environment", "SIGNERS", false)),
        of(Holder::Guest, at("request", "INVITED_PROOF_READER", false)),
        of(
            Holder::Guest,
            at("request", "INVITED_DOCUMENT_PROVIDER", false),
        ),
    ],
    deletion: Deletion::Allowed,
    hand_over: HandOver::NotNeeded,
    sends: None,
    opens: &[],
    groups: &[],
    invites_again: false,
    default_role: None,
    former_owner: None,
    own: Own::No,
    scopes: &[
        ("organisation", &["tenant"]),
        ("application", &["organisation", "tenant"]),
        ("environment", &["application"]),
        ("request", &["environment"]),
    ],
    depth: None,
    pools: &[],
    tiers: &[],
    features: &[],
    switches: &[],
    needs: &[],
    matrix: include_str!("../../../shared/src/rules/rights/tests/matrices/ignisign.md"),
    ids: &[
        "PLATFORM_ORGANIZATION_MANAGEMENT",
        "PLATFORM_USER_MANAGEMENT",
        "PLATFORM_KPI",
        "ORG_ARCHIVING",
        "ORG_BILLING",
        "ORG_MEMBER_MANAGEMENT",
        "ORG_DELEGATION_AGREEMENT",
        "ORG_BASICINFORMATION_READ",
        "ORG_BASICINFORMATION_WRITE",
        "APP_CUSTOMIZATION",
        "APP_MEMBER_MANAGEMENT",
        "API_KEYS_MANAGEMENT",
        "WEBHOOKS_MANAGEMENT",
        "DOC_TEMPLATE_MANAGEMENT",
        "DOC_TEMPLATE_READ",
        "SIGNATURE_PROFILE_MANAGEMENT",
        "SIGNATURE_PROFILE_READ",
        "SIGNATURE_REQUEST_MANAGEMENT",
        "SIGNATURE_REQUEST_READ",
        "SIGNERS_MANAGEMENT",
        "SIGNERS_READ",
        "SIGNATURE_SESSION_EXECUTION",
        "SIGNATURE_PROOF_RESTRICTED_READ",
        "SIGNATURE_PROOF_SHARED_READ",
        "DOCUMENT_PROVIDER",
    ],
};

pub const ONESPAN: Vendor = Vendor {
    catalog: "onespan",
    owner: "administrator",
    most_owners: None,
    one_role: false,
    fixed: &[],
    roles: &[
        role("administrator", true),
        role("manager", false),
        role("sender", false),
    ],
    deletion: Deletion::WithoutHistory,
    hand_over: HandOver::Delegate,
    sends: Some("transaction.transaction"),
    opens: &[(
        "transaction.open",
        &[
            ("transaction.transaction", "own"),
            ("transaction.access_other_users_transactions", ""),
        ],
    )],
    groups: &["signer_group"],
    invites_again: true,
    default_role: Some("sender"),
    former_owner: None,
    own: Own::Grants,
    scopes: &[("account", &["tenant", "account"])],
    depth: Some(3),
    pools: &[],
    tiers: &[],
    features: &[
        "sub_accounts",
        "roles_and_permissions",
        "delegation",
        "production",
    ],
    switches: &[
        ("sub_accounts", &["connectors", "client_apps", "sso"]),
        ("roles_and_permissions", &[]),
        ("delegation", &[]),
        ("connectors", &["sub_accounts"]),
        ("client_apps", &["sub_accounts"]),
        ("sso", &["sub_accounts"]),
        ("production", &[]),
    ],
    needs: &[
        ("account", "sub_accounts"),
        ("own_roles", "roles_and_permissions"),
        ("transaction.delegation_visibility", "delegation"),
        ("sender_admin.role", "roles_and_permissions"),
        ("sender_admin.sub_account_management", "sub_accounts"),
    ],
    matrix: include_str!("../../../shared/src/rules/rights/tests/matrices/onespan.md"),
    ids: &[],
};

pub const ESIGNANYWHERE: Vendor = Vendor {
    catalog: "esignanywhere",
    owner: "administrator",
    most_owners: None,
    one_role: false,
    fixed: &[],
    roles: &[
        role("power_user", false),
        role("registered_signer", false),
        role("administrator", true),
        of(Holder::Service, role("automatic_sealing_sender", false)),
        role("developer", false),
        of(Holder::Service, role("api_user", false)),
    ],
    deletion: Deletion::WithSuccessor,
    hand_over: HandOver::AtDeletion,
    sends: Some("envelope.send"),
    opens: &[
        (
            "envelope.open",
            &[("envelope.list", "own"), ("envelope.list", "group")],
        ),
        (
            "template.open",
            &[("template.list", "own"), ("template.list", "templates")],
        ),
    ],
    groups: &["team"],
    invites_again: false,
    default_role: None,
    former_owner: None,
    own: Own::GrantsAndBlocks,
    scopes: &[("team", &["tenant", "team"])],
    depth: None,
    pools: &[
        (
            "sender",
            &[
                "power_user",
                "automatic_sealing_sender",
                "developer",
                "api_user",
                "administrator",
            ],
        ),
        ("viewer", &["registered_signer"]),
    ],
    tiers: &[],
    features: &[
        "custom_roles",
        "api",
        "automatic_remote_signature",
        "envelope_templates",
    ],
    switches: &[
        ("custom_roles", &[]),
        ("saml", &[]),
        ("on_premise", &[]),
        ("api", &[]),
        ("automatic_remote_signature", &[]),
        ("envelope_templates", &[]),
    ],
    needs: &[
        ("own_roles", "custom_roles"),
        ("organization.roles_view", "custom_roles"),
        ("organization.roles_edit", "custom_roles"),
        ("envelope.download_description", "api"),
        ("api.use", "api"),
        ("envelope.automatic_sealing", "automatic_remote_signature"),
        ("template.list", "envelope_templates"),
    ],
    matrix: include_str!("../../../shared/src/rules/rights/tests/matrices/esignanywhere.md"),
    ids: &[
        "envelope.list",
        "envelope.send",
        "envelope.download_description",
        "envelope.automatic_sealing",
        "envelope.workstep_link",
        "envelope.history",
        "template.list",
        "template.edit",
        "clipboard.use",
        "organization.view",
        "organization.users_view",
        "organization.roles_view",
        "organization.anonymized_history",
        "organization.change",
        "organization.users_manage",
        "organization.teams_define",
        "organization.roles_edit",
        "api.use",
        "sign.own",
    ],
};

impl Vendor {
    /// A predefined role.
    pub fn role(&self, id: &str) -> Option<&'static Role> {
        self.roles.iter().find(|r| r.id == id)
    }

    /// The matrix: what each role grants, by permission; the text is the qualifier, empty for in full.
    pub fn matrix(&self) -> BTreeMap<String, BTreeMap<&'static str, &'static str>> {
        let mut out = BTreeMap::new();
        for (at, line) in self.matrix.lines().skip(2).enumerate() {
            let line = line.trim().trim_start_matches('|').trim_end_matches('|');
            let mut cells = line.split('|').map(str::trim);
            let name = cells.next().unwrap().replace('`', "");
            let id = self.ids.get(at).map_or(name, |id| (*id).to_owned());
            let granted = self.roles.iter().zip(cells);
            let granted = granted.filter_map(|(role, cell)| Some((role.id, qualifier(cell)?)));
            out.insert(id, granted.collect());
        }
        out
    }
}

/// What a cell grants; none for nothing.
fn qualifier(cell: &str) -> Option<&'static str> {
    match cell {
        c if c.starts_with('–') || c.starts_with("*needs") => None,
        c if c.contains("root account") => Some("root_account"),
        c if c.starts_with("ro") => Some("read_only"),
        c if c.contains("own") => Some("own"),
        _ => Some(""),
    }
}
