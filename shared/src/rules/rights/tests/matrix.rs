//! The four matrices as the vendors' documents have them, cell by cell. They are written down here once more and not
//! derived from the catalogs: a slip in a catalog shows as a difference.
//!
//! `Y` is granted, `–` is not, `own` and `ro` are qualifiers; what stands in brackets says where it is published.

use super::read;
use crate::catalog::{Catalog, split_grant};

const IUSIGN: &str = "\
| Permission | Viewer | User | Admin | Owner |
|---|---|---|---|---|
| `doc.view_own` | Y(p) | Y(p) | Y(p) | Y(p) |
| `envelope.send` | –(s) | Y(s) | Y(p) | Y(p) |
| `doc.view_all` | ro(s) *conflict C1* | –(s) | Y(s) | Y(s) |
| `doc.view_group` | ro(s) | Y(s) | Y(i6) | Y(i6) |
| `template.use` | –(i7) | Y(s) | Y(i8) | Y(i8) |
| `template.manage` | –(p) | Y(p) | Y(p) | Y(p) |
| `audit.view` | ro(s) | own(i9) | Y(i6) | Y(i6) |
| `audit.global` | –(p) | –(p) | Y(p) | Y(p) |
| `user.manage` | –(p) | –(p) | Y(s) | Y(s) |
| `user.security_view` | –(i10) | –(i10) | Y(s) | Y(i11) |
| `user.profile_unlock` | –(i10) | –(s) own fields locked | Y(s) | Y(i11) |
| `user.transfer_envelopes` | –(i10) | –(i10) | Y(s) | Y(i11) |
| `tenant.settings` | –(p) | –(p) | Y(s) | Y(p) |
| `billing.view` | –(i10) | –(i10) | ro(p) | Y(i11) |
| `billing.change` | –(p) | –(p) | –(s) | Y(s) |
| `tenant.delete` | –(p) | –(p) | –(s) | Y(s) |
| `tenant.transfer` | –(s) | –(s) | –(s) | Y(s), from Billing settings |
| `role.edit_owner` | –(s) | –(s) | –(s) | –(s) |";

const IGNISIGN: &str = "\
| Permission | SupAdm | OrgOwn | OrgAdm | OrgBil | OrgUsr | AppAdm | AppMgr | AppOpr | AppRdr | Signer | PrfRdr | DocPrv | holders | seed dashes |
|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
| Platform Organization Management | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 1 | 11 |
| Platform User Management | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 1 | 11 |
| Platform KPI | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 1 | 11 |
| Organization Archiving | Y(p) | Y(p) | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 3 | 9 |
| Organization Billing | Y(p) | Y(p) | Y(p) | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 4 | 8 |
| Organization Member Management | Y(p) | Y(p) | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 3 | 9 |
| Organization Delegation Agreement | Y(p) | Y(p) | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 3 | 9 |
| Organization Basic Information (Read) | Y(i1) | Y(i1) | Y(i1) | Y(p) | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 5 | 7 |
| Organization Basic Information (Write) | Y(p) | Y(p) | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 3 | 9 |
| Application Customization | Y(p) | Y(p) | Y(p) | –(p) | –(p) | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 4 | 8 |
| Application Member Management | Y(p) | Y(p) | Y(p) | –(p) | –(p) | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 4 | 8 |
| API Keys Management | Y(p) | Y(p) | Y(p) | –(p) | –(p) | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 4 | 8 |
| Webhooks Management | Y(p) | Y(p) | Y(p) | –(p) | –(p) | Y(p) | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 5 | 7 |
| Document Template Management | Y(p) | Y(p) | Y(p) | –(p) | –(p) | Y(p) | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 5 | 7 |
| Document Template Read | Y(i1) | Y(i1) | Y(i1) | –(p) | –(p) | Y(i1) | Y(i1) | Y(p) | Y(p) | –(p) | –(p) | –(p) | 7 | 5 |
| Signature Profile Management | Y(p) | Y(p) | Y(p) | –(p) | –(p) | Y(p) | Y(p) | –(p) | –(p) | –(p) | –(p) | –(p) | 5 | 7 |
| Signature Profile Read | Y(i1) | Y(i1) | Y(i1) | –(p) | –(p) | Y(i1) | Y(i1) | Y(p) | Y(p) | –(p) | –(p) | –(p) | 7 | 5 |
| Signature Request Management | Y(p) | Y(p) | Y(p) | –(p) | –(p) | Y(p) | Y(p) | Y(p) | –(p) | –(p) | –(p) | –(p) | 6 | 6 |
| Signature Request Read | Y(i1) | Y(i1) | Y(i1) | –(p) | –(p) | Y(i1) | Y(i1) | Y(i1) | Y(p) | –(p) | –(p) | –(p) | 7 | 5 |
| Signers Management | Y(p) | Y(p) | Y(p) | –(p) | –(p) | Y(p) | Y(p) | Y(p) | –(p) | –(p) | –(p) | –(p) | 6 | 6 |
| Signers Read | Y(i1) | Y(i1) | Y(i1) | –(p) | –(p) | Y(i1) | Y(i1) | Y(i1) | Y(p) | –(p) | –(p) | –(p) | 7 | 5 |
| Signature Session Execution | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | Y(p) | –(p) | –(p) | 1 | 11 |
| Signature Proof Restricted Read | Y(p) | Y(p) | Y(p) | –(p) | –(p) | Y(p) | Y(p) | Y(p) | Y(p) | –(p) | –(p) | –(p) | 7 | 5 |
| Signature Proof Shared Read | Y(p) | Y(p) | Y(p) | –(p) | –(p) | Y(p) | Y(p) | Y(p) | Y(p) | –(p) | Y(p) | –(p) | 8 | 4 |
| Document Provider | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | –(p) | Y(p) | 1 | 11 |";

const ONESPAN: &str = "\
| Permission | Administrator | Manager | Sender |
|---|---|---|---|
| `transaction.transaction` | Y(i3)H | Y(i4)H | Y(i5)H |
| `transaction.in_person` | Y(i3)H | Y(i4)H | Y(i5)M |
| `transaction.change_signer` | Y(i3)H | Y(i4)H | Y(i5)M |
| `transaction.delegation_visibility` | Y(i3)H | –(i6)M | –(i5)L |
| `transaction.access_other_users_transactions` | –(t)H | –(t)H | –(t)H |
| `templates_layouts.templates` | Y(i3)H | Y(i4)H | Y(i5)M |
| `templates_layouts.share_templates` | Y(i3)H | Y(i4)H | –(i5)L |
| `templates_layouts.save_layouts` | Y(i3)H | Y(i4)H | Y(i5)M |
| `templates_layouts.apply_layouts` | Y(i3)H | Y(i4)H | Y(i5)M |
| `templates_layouts.share_layouts` | Y(i3)H | Y(i4)H | –(i5)L |
| `groups.group_signing_management` | Y(i3)H | Y(i4)M | –(i5)M |
| `sender_admin.users` | Y(p) | –(i7)M | –(i5)H |
| `sender_admin.role` | Y(p) | –(i7)H | –(i5)H |
| `sender_admin.security_settings` | Y(i3)H | –(i7)H | –(i5)H |
| `sender_admin.reports` | Y(i3)H | Y(i4)L | –(i5)M |
| `sender_admin.custom_fields` | Y(i3)H | –(i7)M | –(i5)H |
| `sender_admin.subscription` | Y(i3)M | –(i7)H | –(i5)H |
| `sender_admin.api_access` | Y(i3)H | –(i7)M | –(i5)M |
| `sender_admin.sub_account_management` | Y(s) at the root account | –(i7)H | –(i5)H |
| `sender_admin.event_notification` | Y(i3)H | –(i7)M | –(i5)H |
| `sender_admin.data_management` | Y(i3)H | –(i7)H | –(i5)H |
| `sender_admin.customization` | Y(s) branding | –(i7)M | –(i5)H |
| `sender_admin.notary` | Y(i3)M | –(i7)M | –(i5)H |
| `sender_admin.self_serve_account_settings` | Y(i3)H | –(i7)H | –(i5)H |";

const ESIGNANYWHERE: &str = "\
| Permission | Power User | Reg. Signer | Administrator | Autom. Sealing Sender | Developer | Api User |
|---|---|---|---|---|---|---|
| E1 view envelope list | Y(s) | –(i5) | –(i5) | *needs Power User* (i7) | *needs Power User* (i7) | –(i5) |
| E2 create and send | Y(s) | –(i5) | –(i5) | *needs Power User* (i7) | *needs Power User* (i7) | –(i5) |
| E3 download description | –(i5) | –(i5) | –(i5) | –(i5) | Y(s) own | –(i5) |
| E4 automatic sealing | –(i5) | –(i5) | –(i5) | Y(s) | –(i5) | –(i5) |
| E5 workstep link | Y(i8) | –(i5) | –(i5) | –(i5) | –(i5) | –(i5) |
| E6 event history | Y(i8) | –(i5) | –(i5) | –(i5) | –(i5) | –(i5) |
| T1 view templates | Y(i8) | –(i5) | –(i5) | –(i5) | –(i5) | –(i5) |
| T2 edit templates | Y(i8) | –(i5) | –(i5) | –(i5) | –(i5) | –(i5) |
| C1 clipboard | Y(i8) | –(i5) | –(i5) | –(i5) | –(i5) | –(i5) |
| O1 view org settings | –(i5) | –(i5) | Y(i6) | –(i5) | –(i5) | –(i5) |
| O2 view user list | –(i5) | –(i5) | Y(i6) | –(i5) | –(i5) | –(i5) |
| O3 view roles | –(i5) | –(i5) | Y(i6) | –(i5) | –(i5) | –(i5) |
| O4 anonymized history | –(i5) | –(i5) | –(i9) | –(i5) | –(i5) | –(i5) |
| X1 change org settings | –(i5) | –(i5) | Y(s) | –(i5) | –(i5) | –(i5) |
| X2 manage users | –(i5) | –(i5) | Y(s) | –(i5) | –(i5) | –(i5) |
| X3 define teams | –(i5) | –(i5) | Y(s) | –(i5) | –(i5) | –(i5) |
| X4 edit roles | –(i5) | –(i5) | Y(i10) | –(i5) | –(i5) | –(i5) |
| X5 use the API | –(i5) | –(i5) | –(i5) | –(i5) | –(i5) | Y(s) |
| X6 sign | –(i5) | Y(s) | –(i5) | –(i5) | –(i5) | –(i5) |";

/// A row of a matrix: the permission as it is written there, and its cells.
fn rows(table: &str) -> Vec<(String, Vec<String>)> {
    let cells = |line: &str| -> Vec<String> {
        let line = line.trim().trim_start_matches('|').trim_end_matches('|');
        line.split('|').map(|c| c.trim().to_owned()).collect()
    };
    table
        .lines()
        .skip(2)
        .map(|line| {
            let mut cells = cells(line);
            let name = cells.remove(0).replace('`', "");
            (name, cells)
        })
        .collect()
}

/// What a cell says a role grants: the qualifier, none for nothing.
fn cell(text: &str) -> Option<&'static str> {
    match text {
        t if t.starts_with('–') || t.starts_with("*needs") => None,
        t if t.contains("root account") => Some("root_account"),
        t if t.starts_with("ro") => Some("read_only"),
        t if t.contains("own") => Some("own"),
        t if t.starts_with('Y') => Some(""),
        other => panic!("a cell that nobody understands: {other}"),
    }
}

/// Compares a catalog with a matrix whose columns are these roles; gives how many cells grant something.
fn compare(catalog: &Catalog, table: &str, roles: &[&str]) -> usize {
    let rows = rows(table);
    let mut listed: Vec<&str> = Vec::new();
    let mut granted = 0;
    for (name, cells) in &rows {
        let permission = catalog
            .find_permission(name)
            .unwrap_or_else(|| panic!("{} lists no {name}", catalog.name));
        listed.push(&permission.id);
        for (role, text) in roles.iter().zip(cells) {
            let role = catalog
                .role(role)
                .unwrap_or_else(|| panic!("no role {role}"));
            let grant = role
                .permissions
                .iter()
                .map(|g| split_grant(g))
                .find(|(id, _)| *id == permission.id);
            assert_eq!(
                grant.map(|(_, qualifier)| qualifier),
                cell(text),
                "{}: {name} of {}",
                catalog.name,
                role.id
            );
            granted += usize::from(grant.is_some());
        }
    }
    let all: Vec<&str> = catalog.permissions.iter().map(|p| p.id.as_str()).collect();
    assert_eq!(
        listed, all,
        "every permission is in the matrix, in its order"
    );
    assert_eq!(roles.len(), catalog.roles.len(), "and every role");
    granted
}

#[test]
fn iusign_grants_what_its_document_says() {
    let roles = ["viewer", "user", "admin", "owner"];
    assert_eq!(compare(&read("iusign"), IUSIGN, &roles), 4 + 6 + 14 + 17);
}

#[test]
fn ignisign_grants_what_its_document_says_and_the_lost_check_marks_count_108() {
    let catalog = read("ignisign");
    let roles = [
        "SUPER_ADMIN",
        "ORG_OWNER",
        "ORG_ADMIN",
        "ORG_BILLING",
        "ORG_USER",
        "APP_ADMIN",
        "APP_MANAGER",
        "APP_OPERATOR",
        "APP_READER",
        "SIGNERS",
        "INVITED_PROOF_READER",
        "INVITED_DOCUMENT_PROVIDER",
    ];
    assert_eq!(compare(&catalog, IGNISIGN, &roles), 108);
    // Twelve roles less the dashes of the product's own table, row by row.
    let (mut holders, mut count) = (0, 0);
    for (name, cells) in rows(IGNISIGN) {
        let id = &catalog.find_permission(&name).unwrap().id;
        let dashes: usize = cells[13].parse().unwrap();
        let held = catalog.roles.iter().filter(|r| r.grants(id)).count();
        assert_eq!(held, 12 - dashes, "{name}");
        holders += held;
        count += 1;
    }
    assert_eq!((count, holders), (25, 108));
}

#[test]
fn onespan_grants_what_its_document_infers() {
    let roles = ["administrator", "manager", "sender"];
    assert_eq!(compare(&read("onespan"), ONESPAN, &roles), 23 + 10 + 6);
}

#[test]
fn esignanywhere_grants_what_its_document_says() {
    let names = [
        ("E1", "User can view envelope list"),
        ("E2", "User can create and send envelopes"),
        ("E3", "User can download api envelope description"),
        ("E4", "User can use automatic esealing"),
        ("E5", "User can retrieve the worksteplink"),
        ("E6", "User Event History Access"),
        ("T1", "User can view envelope templates"),
        (
            "T2",
            "User can create new templates, edit and delete existing templates",
        ),
        ("C1", "User can use clipboard list"),
        ("O1", "User can view organization settings"),
        ("O2", "User can view user list of their organization"),
        ("O3", "User can view organization user roles"),
        ("O4", "Anonymized Organization Envelope History"),
        ("X1", "organization.change"),
        ("X2", "organization.users_manage"),
        ("X3", "organization.teams_define"),
        ("X4", "organization.roles_edit"),
        ("X5", "api.use"),
        ("X6", "sign.own"),
    ];
    let mut table = ESIGNANYWHERE.to_owned();
    for (number, name) in names {
        let line = table
            .lines()
            .find(|l| l.starts_with(&format!("| {number} ")));
        let line = line.unwrap().to_owned();
        let cells = line.splitn(3, '|').nth(2).unwrap().to_owned();
        table = table.replace(&line, &format!("| {name} |{cells}"));
    }
    let roles = [
        "power_user",
        "registered_signer",
        "administrator",
        "automatic_sealing_sender",
        "developer",
        "api_user",
    ];
    assert_eq!(
        compare(&read("esignanywhere"), &table, &roles),
        7 + 1 + 7 + 1 + 1 + 1
    );
}

#[test]
fn older_and_stored_names_mean_the_same() {
    let ignisign = read("ignisign");
    let platform = ignisign
        .find_permission("PLATFORM_APPLICATION_MANAGEMENT")
        .unwrap();
    assert_eq!(platform.id, "PLATFORM_USER_MANAGEMENT");
    let provider = ignisign.find_role("INVITED_PROOF_PROVIDER").unwrap();
    assert_eq!(provider.id, "INVITED_DOCUMENT_PROVIDER");
    let esign = read("esignanywhere");
    assert_eq!(
        esign.find_permission("get workstep link").unwrap().id,
        "envelope.workstep_link"
    );
    assert_eq!(
        esign.find_permission("Developer Mode").unwrap().id,
        "envelope.download_description"
    );
}

#[test]
fn nobody_changes_the_owner_by_edit_role() {
    let catalog = read("iusign");
    assert!(catalog.permission("role.edit_owner").is_some());
    assert!(catalog.roles.iter().all(|r| {
        r.permissions
            .iter()
            .all(|g| split_grant(g).0 != "role.edit_owner")
    }));
}
