//! Each people format with a small file as its source writes it.

use crate::domain::{Kind, Mfa, PersonRow, Source, Status, Told};
use crate::formats::columns::{OURS, Slot};
use crate::formats::{FormatError, Options, PeopleReader, people};
use crate::wire::import::Rejected;
use jiff::tz::TimeZone;
use std::io::Cursor;

pub(super) fn options() -> Options {
    let paris = TimeZone::get("Europe/Paris").unwrap();
    Options::new(paris, "2026-11-22T12:00:00Z".parse().unwrap())
}

pub(super) fn open(text: &str, options: &Options) -> Result<PeopleReader, FormatError> {
    people(Cursor::new(text.to_owned()), options)
}

pub(super) fn read(text: &str, format: &str) -> (Vec<PersonRow>, Vec<Rejected>, PeopleReader) {
    let mut reader = open(text, &options()).unwrap();
    assert_eq!(reader.format(), format);
    let (mut rows, mut rejected) = (Vec::new(), Vec::new());
    for item in &mut reader {
        match item {
            Ok(told) => rows.push(told.row),
            Err(row) => rejected.push(row),
        }
    }
    (rows, rejected, reader)
}

fn at(text: &str) -> Option<Told> {
    Some(Told::At(text.parse().unwrap()))
}

fn said(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn our_own_csv() {
    let text = "\u{feff}Email;First Name;LAST  NAME;status;roles;team;account;mfa;last_login;created;kind;language;\
        username;sid;external_id;employee_id;manager;department;end_date;leave_from;leave_to;mfa_at;Shoe Size\r\n\
        Ana@Corp.Example;Ana;Lima;active;sender|admin| sender;Sales;EMEA/South;enforced;2026-11-20T08:00:00Z;2025-01-02;\
        person;pt;ana;S-1;00u1;E7;Boss@Corp.example;\"Sales;\nSouth\";2026-12-31;2026-08-01;2026-08-14;\
        2026-11-21T10:00:00Z;38\r\n\
        bo@corp.example;'=cmd;;;;;;unknown;never;;;;;;;;;;;;;;\r\n";
    let (rows, rejected, reader) = read(text, "csv");
    assert_eq!(rejected, []);
    let ana = PersonRow {
        line: 2,
        email: "Ana@corp.example".to_owned(),
        first_name: said("Ana"),
        last_name: said("Lima"),
        status: Some(Status::Active),
        roles: Some(vec!["sender".to_owned(), "admin".to_owned()]),
        team: said("Sales"),
        account: said("EMEA/South"),
        mfa: Some(Mfa::Enforced),
        mfa_source: Some(Source::File),
        mfa_at: Some("2026-11-21T10:00:00Z".parse().unwrap()),
        last_sign_in: at("2026-11-20T08:00:00Z"),
        created: Some("2025-01-01T23:00:00Z".parse().unwrap()),
        invited_at: None,
        kind: Some(Kind::Person),
        language: said("pt"),
        username: said("ana"),
        sid: said("S-1"),
        external_id: said("00u1"),
        employee_id: said("E7"),
        manager: said("Boss@corp.example"),
        department: said("Sales;\nSouth"),
        end_date: Some(Some("2026-12-31".parse().unwrap())),
        leave_from: Some(Some("2026-08-01".parse().unwrap())),
        leave_to: Some(Some("2026-08-14".parse().unwrap())),
    };
    assert_eq!(rows[0], ana);
    let bo = &rows[1];
    assert_eq!((bo.line, bo.first_name.as_deref()), (4, Some("=cmd")));
    assert_eq!((bo.mfa, bo.mfa_source), (None, None), "unknown is not told");
    assert_eq!(bo.last_sign_in, Some(Told::Never));
    assert_eq!((bo.status, bo.external_id.as_deref()), (None, None));
    assert_eq!(bo.roles, None, "a blank says nothing");
    assert!(reader.told_sign_ins());
    assert_eq!(reader.notes(), ["columns not read: Shoe Size"]);
}

#[test]
fn our_own_json_lines() {
    let text = "{\"email\":\"ana@corp.example\",\"roles\":[\"a\",\"b\"],\"employee_id\":7,\"shoe\":{\"size\":38}}\n\n\
        {\"email\":\"bo@corp.example\",\"Last_Login\":\"never\",\"team\":null}\n\
        {\"email\":\n\
        {\"email\":\"c@corp.example\",\"email\":\"d@corp.example\"}\n\
        {\"email\":\"e@corp.example\",\"mfa\":\"sms\",\"password\":\"hunter2\",\"credentials\":{\"x\":\"hunter2\"}}\n";
    let (rows, rejected, reader) = read(text, "jsonl");
    assert_eq!(rows[0].roles, Some(vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(rows[0].employee_id, said("7"));
    assert_eq!(
        (rows[1].line, rows[1].last_sign_in, &rows[1].team),
        (3, Some(Told::Never), &said(""))
    );
    assert!(reader.told_sign_ins());
    let lines: Vec<_> = rejected
        .iter()
        .map(|r| (r.line, r.field.as_str()))
        .collect();
    assert_eq!(lines, [(4, ""), (5, ""), (6, "mfa")]);
    let shown = vec![
        ("email".to_owned(), "e@corp.example".to_owned()),
        ("mfa".to_owned(), "sms".to_owned()),
    ];
    // All our columns, so that every refused row stands under one header.
    let told = rejected[2].row.iter().filter(|(_, cell)| !cell.is_empty());
    assert_eq!(told.cloned().collect::<Vec<_>>(), shown);
    assert_eq!(
        reader.notes(),
        ["keys not read: credentials, password, shoe"]
    );
}

#[test]
fn a_blank_says_nothing_and_a_dash_or_null_clears() {
    let clearable = |row: &PersonRow| {
        let texts = [&row.team, &row.manager, &row.department].map(Clone::clone);
        (texts, [row.end_date, row.leave_from, row.leave_to])
    };
    let cleared = ([(); 3].map(|()| said("")), [Some(None); 3]);
    let nothing = ([const { None }; 3], [None; 3]);
    let csv = "email,team,manager,department,end_date,leave_from,leave_to\n\
        a@corp.example,-,-,-,-,-,-\n\
        b@corp.example,,,,,,\n";
    let (rows, rejected, _) = read(csv, "csv");
    assert_eq!(rejected, []);
    assert_eq!(
        [clearable(&rows[0]), clearable(&rows[1])],
        [cleared.clone(), nothing.clone()]
    );
    let jsonl = "{\"email\":\"a@corp.example\",\"team\":null,\"manager\":null,\"department\":null,\
        \"end_date\":null,\"leave_from\":null,\"leave_to\":null,\"language\":null}\n\
        {\"email\":\"b@corp.example\",\"team\":\"\",\"manager\":\"\",\"end_date\":\"\"}\n\
        {\"email\":\"c@corp.example\",\"team\":\"-\",\"manager\":\"-\",\"department\":\"-\",\
        \"end_date\":\"-\",\"leave_from\":\"-\",\"leave_to\":\"-\"}\n";
    let (rows, rejected, _) = read(jsonl, "jsonl");
    assert_eq!(rejected, []);
    let read_as: Vec<_> = rows.iter().map(clearable).collect();
    assert_eq!(read_as, [cleared.clone(), nothing, cleared]);
    assert_eq!(
        rows[0].language, None,
        "a null of another field says nothing"
    );
    // A file of somebody else's has its own word for nothing, also where the cell is blank.
    let google = "Email Address,Org Unit Path,Department\nana@corp.example,/,-\n";
    assert_eq!(read(google, "google").0[0].department, said("-"));
}

#[test]
fn a_blank_of_any_column_says_nothing_and_only_a_dash_says_no_roles() {
    let silent = |row: &PersonRow| {
        let email = row.email.clone();
        let told = PersonRow {
            line: row.line,
            email,
            ..PersonRow::default()
        };
        assert_eq!(*row, told);
    };
    let names: Vec<&str> = Slot::ALL[..OURS].iter().map(|slot| slot.name()).collect();
    let others = names.iter().filter(|name| **name != "email");
    let blanks = ",".repeat(names.len() - 1);
    let header = names.iter().map(|name| name.to_string());
    let header = header.collect::<Vec<_>>().join(",");
    let at = names.iter().position(|name| *name == "email").unwrap();
    let cells = format!("{}a@corp.example{}", &blanks[..at], &blanks[at..]);
    let (rows, rejected, _) = read(&format!("{header}\n{cells}\n"), "csv");
    assert_eq!((rows.len(), rejected), (1, vec![]));
    silent(&rows[0]);
    for name in others {
        let csv = format!("email,{name}\nb@corp.example,\n");
        silent(&read(&csv, "csv").0[0]);
        let json = format!("{{\"email\":\"c@corp.example\",\"{name}\":\"\"}}\n");
        silent(&read(&json, "jsonl").0[0]);
    }
    let none = Some(Vec::new());
    assert_eq!(
        read("email,roles\na@corp.example,-\n", "csv").0[0].roles,
        none
    );
    let jsonl = "{\"email\":\"a@corp.example\",\"roles\":[]}\n\
        {\"email\":\"b@corp.example\",\"roles\":\"-\"}\n\
        {\"email\":\"c@corp.example\",\"roles\":null}\n";
    let told: Vec<_> = read(jsonl, "jsonl")
        .0
        .into_iter()
        .map(|r| r.roles)
        .collect();
    assert_eq!(told, [none.clone(), none, None]);
}

#[test]
fn google_workspace_users() {
    let header = "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],\
        Org Unit Path [Required],Status [READ ONLY],Last Sign In [READ ONLY],Employee ID,Employee Type,Manager Email,\
        Department,2sv Enrolled [READ ONLY],2sv Enforced [READ ONLY]\n";
    let text = format!(
        "{header}Ana,Lima,ana@corp.example,****,/,Active,2016/04/04 00:24:13,E7,,boss@corp.example,Sales,True,False\n\
        Bo,Berg,bo@corp.example,****,/,Suspended,Never logged in,,,,,FALSE,FALSE\n\
        Cy,Cole,cy@corp.example,hunter2,/,Fired,Never logged in,,,,,FALSE,TRUE\n\
        Di,Dorn,di@corp.example,****,/,Archived,Never logged in,,,,,FALSE,TRUE\n\
        hunter2,Ed,ed@corp.example\n"
    );
    let (rows, rejected, reader) = read(&text, "google");
    assert_eq!(rows[0].last_sign_in, at("2016-04-03T22:24:13Z"));
    assert_eq!(rows[0].manager, said("boss@corp.example"));
    let told: Vec<_> = rows
        .iter()
        .map(|r| (r.status, r.mfa, r.mfa_source))
        .collect();
    let google = Some(Source::Google);
    let expected = [
        (Some(Status::Active), Some(Mfa::Enrolled), google),
        (Some(Status::Suspended), Some(Mfa::None), google),
        (Some(Status::Deactivated), Some(Mfa::Enforced), google),
    ];
    assert_eq!(told, expected);
    assert_eq!(rows[1].last_sign_in, Some(Told::Never));
    assert_eq!(
        (rejected[0].line, rejected[0].field.as_str()),
        (4, "status")
    );
    assert!(rejected[0].reason.contains("Active, Suspended, Archived"));
    assert_eq!(rejected[0].row.len(), 12);
    assert_eq!((rejected[1].line, rejected[1].row.len()), (6, 0));
    let all = format!("{rows:?}{rejected:?}{:?}", reader.notes());
    assert!(!all.contains("hunter2") && !all.contains("****"));
}

#[test]
fn a_second_factor_that_no_column_tells_is_not_told() {
    let text = "Email Address,Org Unit Path,2sv Enforced\nana@corp.example,/,FALSE\n";
    assert_eq!(read(text, "google").0[0].mfa, None);
    let text = "Email Address,Org Unit Path\nana@corp.example,/\n";
    let (rows, _, reader) = read(text, "google");
    assert_eq!(rows[0].mfa, None);
    assert!(!reader.told_sign_ins());
}

#[test]
fn okta_users() {
    let user = |id: &str, status: &str, more: &str| {
        format!(
            "{{\"id\":\"{id}\",\"status\":\"{status}\",\"created\":\"2026-01-02T03:04:05.000Z\",{more}\
            \"profile\":{{\"login\":\"{id}@corp.example\",\"email\":\"{id}@corp.example\",\"firstName\":\"Ana\",\
            \"lastName\":null,\"manager\":\"The Boss\",\"custom\":[1]}},\"credentials\":{{\"password\":{{\"value\":\"hunter2\"}}}}}}"
        )
    };
    let users = [
        user("a", "ACTIVE", "\"lastLogin\":\"2026-11-01T00:00:00.000Z\","),
        user(
            "b",
            "PROVISIONED",
            "\"lastLogin\":null,\"activated\":\"2026-02-02T00:00:00Z\",",
        ),
        user("c", "LOCKED_OUT", ""),
        user("d", "DEPROVISIONED", ""),
        user("e", "STAGED", "\"activated\":null,"),
        user("f", "HIRED", ""),
        "{\"id\":\"g\"}".to_owned(),
        user("h", "SUSPENDED", ""),
    ];
    let array = format!("[\n{}\n]", users.join(",\n"));
    for (text, first) in [(array, 2), (users.join("\n"), 1)] {
        let (rows, rejected, reader) = read(&text, "okta");
        let states: Vec<_> = rows.iter().map(|r| r.status.unwrap().word()).collect();
        assert_eq!(
            states,
            [
                "active",
                "invited",
                "active",
                "deactivated",
                "invited",
                "suspended"
            ]
        );
        assert_eq!(rows[0].last_sign_in, at("2026-11-01T00:00:00Z"));
        assert_eq!(rows[1].last_sign_in, Some(Told::Never));
        assert_eq!(rows[2].last_sign_in, None);
        let invited = |n: usize| {
            rows[n]
                .invited_at
                .map(|t: crate::domain::Micros| t.to_string())
        };
        assert_eq!(invited(1).unwrap(), "2026-02-02T00:00:00Z");
        assert_eq!(invited(4).unwrap(), "2026-01-02T03:04:05Z");
        assert_eq!(
            (&rows[0].external_id, &rows[0].manager),
            (&said("a"), &None)
        );
        assert_eq!(rows[0].line, first);
        assert_eq!(rejected[0].line, first + 5);
        assert_eq!(rejected[0].field, "status");
        assert_eq!(rejected[1].line, first + 6);
        assert!(!format!("{rejected:?}").contains("hunter2"));
        assert!(reader.told_sign_ins());
    }
}

#[test]
fn okta_user_import() {
    let text = "login,firstName,lastName,email,employeeNumber,department\nana,Ana,Lima,ana@corp.example,E7,Sales\n";
    let (rows, _, reader) = read(text, "okta-csv");
    assert_eq!(
        (&rows[0].username, &rows[0].employee_id),
        (&said("ana"), &said("E7"))
    );
    assert!(!reader.told_sign_ins());
}

#[test]
fn entra_users() {
    let text = "userPrincipalName,displayName,surname,mail,givenName,objectId,userType,accountEnabled,invitationState,createdDateTime\n\
        ana@corp.example,Ana Lima,Lima,Ana.Lima@corp.example,Ana,1-2,Member,True,,2026-01-02T00:00:00Z\n\
        bo_home.example#EXT#@corp.example,Bo van Berg,,,,3-4,Guest,True,PendingAcceptance,2026-02-02T00:00:00Z\n\
        cy@corp.example,Cy,,,,5-6,Member,false,,\n\
        di@corp.example,Di,,,,7-8,Member,perhaps,,\n";
    let (rows, rejected, reader) = read(text, "entra");
    let ana = &rows[0];
    assert_eq!(
        (ana.email.as_str(), &ana.username),
        ("Ana.Lima@corp.example", &said("ana@corp.example"))
    );
    assert_eq!(
        (ana.status, ana.kind, &ana.external_id),
        (Some(Status::Active), None, &said("1-2"))
    );
    let bo = &rows[1];
    assert_eq!(
        (bo.email.as_str(), bo.kind),
        ("bo@home.example", Some(Kind::Outsider))
    );
    assert_eq!(
        (&bo.first_name, &bo.last_name),
        (&said("Bo van"), &said("Berg"))
    );
    assert_eq!(
        (bo.status, bo.invited_at),
        (Some(Status::Invited), bo.created)
    );
    assert_eq!(rows[2].status, Some(Status::Suspended));
    assert_eq!(
        (rejected[0].line, rejected[0].field.as_str()),
        (5, "account enabled")
    );
    assert!(!reader.told_sign_ins());
}

#[test]
fn docusign_users() {
    for header in [
        "AccountID,UserName,UserEmail,PermissionSet",
        "AccountID,User Name,User Email,Permission Profile",
    ] {
        let text = format!("{header}\n42,Ana Lima,ana@corp.example,DS Sender\n");
        let (rows, _, _) = read(&text, "docusign");
        assert_eq!(rows[0].roles, Some(vec!["DS Sender".to_owned()]));
        assert_eq!(
            (&rows[0].first_name, &rows[0].account),
            (&said("Ana"), &said("42"))
        );
    }
}

#[test]
fn columns_can_be_mapped() {
    let map = crate::formats::parse_map("email=E-Mail, department = Cost Centre,created=").unwrap();
    let text = "E-MAIL,cost  centre,created\nana@corp.example,42,last year\n";
    let mut reader = open(
        text,
        &Options {
            map: map.clone(),
            ..options()
        },
    )
    .unwrap();
    let row = reader.next().unwrap().unwrap().row;
    assert_eq!((row.department, row.created), (said("42"), None));
    let text = "{\"E-Mail\":\"ana@corp.example\",\"cost centre\":42,\"created\":\"last year\"}\n";
    let mut reader = open(text, &Options { map, ..options() }).unwrap();
    let row = reader.next().unwrap().unwrap().row;
    assert_eq!((row.department, row.created), (said("42"), None));
    assert!(crate::formats::parse_map("email").is_err());
}

#[test]
fn no_cell_of_a_secret_is_carried_whatever_its_column_is_called() {
    for name in [
        "passwd",
        "PWD",
        "Passwort",
        "Pass Phrase",
        "mot de passe",
        "Kennwort",
        "contraseña",
        "API-Key",
        "access_token",
        "PIN",
        "user.password.value",
    ] {
        // Of a format that is not our own every column is carried that holds no secret.
        let text = format!(
            "userPrincipalName,mail,accountEnabled,Shoe Size,{name}\nx@corp.example,not-an-address,true,38,hunter2\n"
        );
        let (_, rejected, _) = read(&text, "entra");
        let shown = format!("{rejected:?}");
        assert!(
            shown.contains("38") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
    for name in ["Shipping", "Compass", "opinion", "surname"] {
        assert!(!crate::formats::is_secret(name), "{name}");
    }
}

#[test]
fn of_our_own_format_only_columns_that_are_read_are_carried() {
    let text = "email,team,Locker\nnot-an-address,Sales,7391\nana@corp.example,Sales,7391\n\
        b@corp.example,Sales,East,7391\n";
    let (rows, rejected, reader) = read(text, "csv");
    assert_eq!(reader.notes(), ["columns not read: Locker"]);
    let cell = |name: &str, text: &str| (name.to_owned(), text.to_owned());
    let carried = [cell("email", "not-an-address"), cell("team", "Sales")];
    assert_eq!(rejected[0].row, carried);
    assert!(
        rejected[1].row.is_empty(),
        "which cell is which is not known"
    );
    assert_eq!(rows[0].email, "ana@corp.example");
    let keys = "{\"email\":\"x\",\"team\":\"Sales\",\"locker\":{\"code\":\"7391\"}}\n";
    let (_, rejected, _) = read(keys, "jsonl");
    assert!(!format!("{rejected:?}").contains("7391"), "{rejected:?}");
}
