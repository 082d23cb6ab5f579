//! The four matrices as the vendors' documents have them, cell by cell. They are written down here once more and not
//! derived from the catalogs: a slip in a catalog shows as a difference. The test of random verbs reads the same files.
//!
//! `Y` is granted, `–` is not, `own` and `ro` are qualifiers; what stands in brackets says where it is published.

use super::read;
use crate::catalog::{Catalog, split_grant};

const IUSIGN: &str = include_str!("matrices/iusign.md");

const IGNISIGN: &str = include_str!("matrices/ignisign.md");

const ONESPAN: &str = include_str!("matrices/onespan.md");

const ESIGNANYWHERE: &str = include_str!("matrices/esignanywhere.md");

/// The cells of a line.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim().trim_start_matches('|').trim_end_matches('|');
    line.split('|').map(|c| c.trim().to_owned()).collect()
}

/// A row of a matrix: the permission as it is written there, and its cells.
fn rows(table: &str) -> Vec<(String, Vec<String>)> {
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

/// What a cell says a role grants: the qualifier, none for nothing. `own` beside a `Y` narrows it, as with what a Developer
/// of eSignAnyWhere downloads; behind a dash it is a remark.
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

/// Compares a catalog with a matrix whose columns are these roles, each under its head; gives how many cells grant
/// something.
fn compare(catalog: &Catalog, table: &str, columns: &[(&str, &str)]) -> usize {
    let heads = cells(table.lines().next().unwrap());
    let told: Vec<&str> = columns.iter().map(|(head, _)| *head).collect();
    assert_eq!(heads[1..=columns.len()], told, "the heads of the columns");
    let roles: Vec<&str> = columns.iter().map(|(_, role)| *role).collect();
    let rows = rows(table);
    let mut listed: Vec<&str> = Vec::new();
    let mut granted = 0;
    for (name, cells) in &rows {
        assert_eq!(cells.len() + 1, heads.len(), "{name}");
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
    assert_eq!(roles.len(), catalog.listed().count(), "and every role");
    let takes = catalog.roles.iter().any(|r| !r.blocks.is_empty());
    assert!(!takes, "no fixed role blocks anything");
    granted
}

#[test]
fn iusign_grants_what_its_document_says() {
    let columns = [
        ("Viewer", "viewer"),
        ("User", "user"),
        ("Admin", "admin"),
        ("Owner", "owner"),
    ];
    assert_eq!(compare(&read("iusign"), IUSIGN, &columns), 4 + 6 + 14 + 17);
}

#[test]
fn ignisign_grants_what_its_document_says_and_the_lost_check_marks_count_108() {
    let catalog = read("ignisign");
    // Head, role, and how many permissions the document says the role has in effect.
    let columns = [
        ("SupAdm", "SUPER_ADMIN", 23),
        ("OrgOwn", "ORG_OWNER", 20),
        ("OrgAdm", "ORG_ADMIN", 20),
        ("OrgBil", "ORG_BILLING", 2),
        ("OrgUsr", "ORG_USER", 1),
        ("AppAdm", "APP_ADMIN", 14),
        ("AppMgr", "APP_MANAGER", 11),
        ("AppOpr", "APP_OPERATOR", 8),
        ("AppRdr", "APP_READER", 6),
        ("Signer", "SIGNERS", 1),
        ("PrfRdr", "INVITED_PROOF_READER", 1),
        ("DocPrv", "INVITED_DOCUMENT_PROVIDER", 1),
    ];
    let heads = columns.map(|(head, role, _)| (head, role));
    assert_eq!(compare(&catalog, IGNISIGN, &heads), 108);
    for (_, role, count) in columns {
        let role = catalog.role(role).unwrap();
        assert_eq!(role.permissions.len(), count, "{}", role.id);
    }
    // Twelve roles less the dashes of the product's own table, row by row.
    let (mut holders, mut count) = (0, 0);
    for (name, cells) in rows(IGNISIGN) {
        let id = &catalog.find_permission(&name).unwrap().id;
        let dashes: usize = cells[13].parse().unwrap();
        let held = catalog.listed().filter(|r| r.grants(id)).count();
        assert_eq!(held, 12 - dashes, "{name}");
        holders += held;
        count += 1;
    }
    assert_eq!((count, holders), (25, 108));
}

#[test]
fn onespan_grants_what_its_document_infers() {
    let columns = [
        ("Administrator", "administrator"),
        ("Manager", "manager"),
        ("Sender", "sender"),
    ];
    assert_eq!(compare(&read("onespan"), ONESPAN, &columns), 23 + 10 + 6);
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
    let columns = [
        ("Power User", "power_user"),
        ("Reg. Signer", "registered_signer"),
        ("Administrator", "administrator"),
        ("Autom. Sealing Sender", "automatic_sealing_sender"),
        ("Developer", "developer"),
        ("Api User", "api_user"),
    ];
    assert_eq!(
        compare(&read("esignanywhere"), &table, &columns),
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
