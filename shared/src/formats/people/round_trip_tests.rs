//! Rows that go back to the person who asked, and come again: once mended they say what the file said.

use super::tests::read;
use super::{ToldPerson, open};
use crate::domain::PersonRow;
use crate::formats::Options;
use crate::text::csv_cell;
use crate::wire::import::Rejected;
use std::io::Cursor;

fn all(text: &str) -> Vec<Result<ToldPerson, Rejected>> {
    let options: Options = super::tests::options();
    let reader = open(Box::new(Cursor::new(text.to_owned())), &options).unwrap();
    reader.collect()
}

/// The rows as the file of refused rows has them.
fn aside(rows: &[Vec<(String, String)>]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let own = ["line", "field", "reason"].map(str::to_owned);
    let names = rows[0].iter().map(|(name, _)| csv_cell(name));
    writer
        .write_record(own.iter().cloned().chain(names))
        .unwrap();
    for row in rows {
        let cells = row.iter().map(|(_, cell)| match cell.as_str() {
            "-" => cell.clone(),
            cell => csv_cell(cell),
        });
        let own = ["1", "", "no"].map(str::to_owned);
        writer.write_record(own.into_iter().chain(cells)).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

/// What a row says, wherever it stands.
fn said(row: &PersonRow) -> PersonRow {
    PersonRow {
        line: 0,
        mfa_source: None,
        ..row.clone()
    }
}

const OKTA: &str = r#"[
{"id":"00u1","status":"STAGED","created":"2026-01-02T03:04:05Z","activated":null,"lastLogin":null,
 "profile":{"login":"ana","email":"ana@corp.example","firstName":"Ana","department":"","manager":"Bo Berg"}},
{"id":"00u2","status":"PROVISIONED","created":"2025-01-02T03:04:05Z","activated":"2026-02-03T04:05:06Z",
 "profile":{"login":"bo@corp.example","lastName":"=Berg","manager":"ana@corp.example","employeeNumber":7}},
{"id":"00u3","status":"LOCKED_OUT","created":"2025-01-02T03:04:05Z","lastLogin":"2026-03-04T05:06:07Z",
 "profile":{"login":"cy","email":"cy@corp.example","preferredLanguage":"pt"}}
]"#;

#[test]
fn a_row_of_each_format_that_a_rule_refused_says_the_same_again() {
    let files = [
        OKTA.to_owned(),
        "{\"email\":\"a@corp.example\",\"status\":\"invited\",\"created\":\"2026-01-02T00:00:00Z\",\
         \"invited\":\"2026-02-03T00:00:00Z\",\"team\":null,\"roles\":[\"a\",\"b\"],\"first_name\":\"-x\"}\n"
            .to_owned(),
        "email,status,created,invited,team\na@corp.example,invited,2026-01-02,2026-02-03,-\n".to_owned(),
        "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],Org Unit Path [Required],\
         Status [READ ONLY],Last Sign In [READ ONLY],2sv Enrolled [READ ONLY]\n\
         Ana,Lima,ana@corp.example,x,/,Active,2016/04/04 00:24:13,True\nBo,Berg,bo@corp.example,x,/,Suspended,Never logged in,False\n"
            .to_owned(),
        "userPrincipalName,displayName,mail,accountEnabled,invitationState,createdDateTime,userType\n\
         ana@corp.example,Ana Lima,ana@corp.example,true,PendingAcceptance,2026-01-02T03:04:05Z,Guest\n"
            .to_owned(),
        "login,firstName,lastName,email\nana,Ana,Lima,ana@corp.example\n".to_owned(),
        "AccountID,UserName,UserEmail,PermissionSet\n42,Ana Lima,ana@corp.example,DS Sender\n".to_owned(),
    ];
    for file in files {
        let rows: Vec<ToldPerson> = all(&file).into_iter().map(Result::unwrap).collect();
        let cells: Vec<_> = rows.iter().map(ToldPerson::cells).collect();
        let text = aside(&cells);
        let again: Vec<PersonRow> = all(&text)
            .into_iter()
            .map(|r| said(&r.unwrap().row))
            .collect();
        let first: Vec<PersonRow> = rows.iter().map(|r| said(&r.row)).collect();
        assert_eq!(again, first, "{text}");
    }
}

#[test]
fn a_user_of_okta_that_could_not_be_read_says_the_same_once_mended() {
    let (first, _, _) = read(OKTA, "okta");
    let cases = [
        ("2026-01-02T03:04:05Z", "January", 0),
        (
            "ana@corp.example\",\"firstName",
            "ana at corp\",\"firstName",
            0,
        ),
        ("2026-02-03T04:05:06Z", "February", 1),
        ("LOCKED_OUT", "BLOCKED", 2),
        ("2026-03-04T05:06:07Z", "March", 2),
    ];
    for (right, wrong, n) in cases {
        let refused: Vec<Rejected> = all(&OKTA.replacen(right, wrong, 1))
            .into_iter()
            .filter_map(Result::err)
            .collect();
        assert_eq!(refused.len(), 1, "{wrong}");
        let cut = |text: &str| text.split('"').next().unwrap_or_default().to_owned();
        let mended = match cut(right).as_str() {
            "LOCKED_OUT" => "active".to_owned(),
            right => right.to_owned(),
        };
        let mut cells = refused[0].row.clone();
        for (_, cell) in &mut cells {
            *cell = cell.replace(&cut(wrong), &mended);
        }
        let text = aside(&[cells]);
        let again = all(&text).remove(0).unwrap();
        assert_eq!(said(&again.row), said(&first[n]), "{text}");
    }
}
