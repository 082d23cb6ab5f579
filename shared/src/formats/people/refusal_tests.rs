//! What is set aside or refused, and what must never happen.

use super::tests::{open, options, read};
use crate::formats::{Options, names_people, people};
use proptest::prelude::*;
use std::io::Cursor;

#[test]
fn bad_rows_are_set_aside_and_the_rest_goes_on() {
    let long = "x".repeat(1_001);
    let text = format!(
        "email,mfa,end_date,kind,department,leave_from,leave_to\n\
        a@corp.example,none,2026-01-01,person,,,\n\
        nobody,none,,,,,\n\
        b@corp.example,sms,,,,,\n\
        c@corp.example,none,31.12.2026,,,,\n\
        d@corp.example,none\n\
        \n\
        e@corp.example,,,robot,,,\n\
        f@corp.example,,,,{long},,\n\
        g@corp.example,,,,,2026-02-02,2026-02-01\n\
        \"h@corp.example,,,,,,\n\
        i@corp.example,,,,,,\n"
    );
    let (rows, rejected, _) = read(&text, "csv");
    let lines: Vec<_> = rows.iter().map(|r| r.line).collect();
    assert_eq!(lines, [2, 12]);
    let faults: Vec<_> = rejected
        .iter()
        .map(|r| (r.line, r.field.as_str()))
        .collect();
    let expected = [
        (3, "email"),
        (4, "mfa"),
        (5, "end_date"),
        (6, ""),
        (8, "kind"),
        (9, "department"),
        (10, "leave_to"),
        (11, ""),
    ];
    assert_eq!(faults, expected);
    assert_eq!(
        rejected[0].row[0],
        ("email".to_owned(), "nobody".to_owned())
    );
    assert!(rejected[5].row[4].1.chars().count() <= 1_001);
}

#[test]
fn text_in_another_encoding_costs_its_row() {
    let text = b"email,department\na@corp.example,B\xfcro\nb@corp.example,Office\n";
    let reader = people(Cursor::new(text.to_vec()), &options()).unwrap();
    let rows: Vec<_> = reader.collect();
    let rejected = rows[0].as_ref().unwrap_err();
    assert_eq!((rejected.line, rejected.field.as_str()), (2, "department"));
    assert!(rows[1].is_ok());
}

#[test]
fn what_cannot_be_read_at_all_says_why() {
    let error = |text: &[u8], options: &Options| match people(Cursor::new(text.to_vec()), options) {
        Ok(_) => panic!("opened"),
        Err(e) => e.to_string(),
    };
    let plain = options();
    assert!(error(b" \n", &plain).contains("empty"));
    assert!(error(b"\xff\xfee\0m\0", &plain).contains("UTF-16"));
    assert!(error(b"PK\x03\x04xx", &plain).contains("spreadsheet"));
    let unknown = error(b"Name,Mail\x1b[2J\n", &plain);
    assert!(unknown.contains("Name, Mail\\u{1b}[2J"), "{unknown}");
    assert!(error(b"email,Email \n", &plain).contains("twice"));
    assert!(error(b"{\"a\":1}", &plain).contains("found a"));
    let named = Options {
        format: Some("okta-csv".to_owned()),
        ..options()
    };
    assert!(error(b"login,email\n", &named).contains("firstname, lastname"));
    let named = Options {
        format: Some("excel".to_owned()),
        ..options()
    };
    assert!(error(b"email\n", &named).contains("google"));
    for (ours, theirs, reason) in [
        ("mail", "x", "left side"),
        ("email", "Nope", "no such column"),
        ("department", "Password", "never read"),
    ] {
        let map = vec![(ours.to_owned(), theirs.to_owned())];
        let told = error(b"email,Password\n", &Options { map, ..options() });
        assert!(told.contains(reason), "{told}");
    }
    let map = vec![("email".to_owned(), "mail".to_owned())];
    let mapped = Options { map, ..options() };
    assert!(error(b"{\"profile\":{}}", &mapped).contains("fixed names"));
}

#[test]
fn a_read_that_fails_is_not_the_end_of_the_file() {
    struct Cut(bool);
    impl std::io::Read for Cut {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                // The first block is filled so that the file can be opened.
                return Err(std::io::Error::other("the cable was cut"));
            }
            let text = format!("email\nana@corp.example\n{}", "\n".repeat(100_000));
            out[..text.len()].copy_from_slice(text.as_bytes());
            Ok(text.len())
        }
    }
    let mut reader = people(Cut(false), &options()).unwrap();
    assert!(reader.next().unwrap().is_ok());
    let told = reader.next().unwrap().unwrap_err();
    assert!(told.reason.contains("the cable was cut"));
    assert!(reader.next().is_none());
    assert_eq!(reader.error(), Some("the cable was cut"));
}

/// A beginning that gets each format past its detection, so that the rows behind it are tried too.
const HEADS: [&str; 8] = [
    "",
    "email,status,mfa,last_login,manager,password\n",
    "{\"email\":\"a@corp.example\"}\n",
    "First Name [Required],Email Address [Required],Password [Required],Org Unit Path [Required],Last Sign In\n",
    "[{\"id\":\"a\",\"status\":\"ACTIVE\",\"profile\":{\"email\":\"a@corp.example\"}},",
    "login;firstName;lastName;email\n",
    "userPrincipalName,mail,accountEnabled,createdDateTime\n",
    "UserName,UserEmail,PermissionSet\n",
];

proptest! {
    #[test]
    fn no_bytes_break_a_reader(
        head in 0..HEADS.len(),
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        format in proptest::option::of(0..names_people().len()),
    ) {
        let mut text = HEADS[head].as_bytes().to_vec();
        text.extend(bytes);
        let format = format.map(|n| names_people()[n].to_owned());
        if let Ok(reader) = people(Cursor::new(text), &Options { format, ..options() }) {
            for item in reader {
                let line = item.map_or_else(|r| r.line, |p| p.row.line);
                prop_assert!(line > 0);
            }
        }
    }

    #[test]
    fn no_text_breaks_a_reader(head in 0..HEADS.len(), text in "[a@.é,;\"\\\\{}\\[\\]:\n 0-9|'=-]{0,120}") {
        let text = format!("{}{text}", HEADS[head]);
        if let Ok(reader) = open(&text, &options()) {
            reader.for_each(drop);
        }
    }

    #[test]
    fn a_password_is_never_shown(before in 0..4usize, after in 0..4usize, fill in "[a-z]{1,4}") {
        // Shown would be right only under another name in a row that lines up: nobody can tell that it is one.
        prop_assume!(before == 0 || before + after != 2);
        let mut cells = vec![fill.as_str(); before];
        cells.push("hunter2");
        cells.extend(vec![fill.as_str(); after]);
        let text = format!("Password Hash,email,status\n{}\n", cells.join(","));
        let rejected: Vec<_> = open(&text, &options()).unwrap().filter_map(Result::err).collect();
        prop_assert_eq!(rejected.len(), 1);
        let shown = format!("{rejected:?}");
        prop_assert!(!shown.contains("hunter2"));
    }
}
