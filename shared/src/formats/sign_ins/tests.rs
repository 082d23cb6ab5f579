//! Each sign-in format with a few events as its source writes them, and what must never happen.

use crate::domain::{SignInKind, SignInRow};
use crate::formats::{Options, SignInItem, names_sign_ins, sign_ins};
use crate::wire::import::Rejected;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use std::io::Cursor;

fn options(application: Option<&str>) -> Options {
    Options {
        application: application.map(str::to_owned),
        ..Options::new(TimeZone::UTC, "2026-11-22T12:00:00Z".parse().unwrap())
    }
}

#[derive(Debug, Default)]
struct Read {
    events: Vec<SignInRow>,
    ignored: u32,
    rejected: Vec<Rejected>,
}

fn read(text: &str, format: &str, application: Option<&str>) -> Read {
    let reader = sign_ins(Cursor::new(text.to_owned()), &options(application)).unwrap();
    assert_eq!(reader.format(), format);
    let mut read = Read::default();
    for item in reader {
        match item {
            SignInItem::Event(row) => read.events.push(row),
            SignInItem::Ignored => read.ignored += 1,
            SignInItem::Rejected(row) => read.rejected.push(row),
        }
    }
    read
}

fn kinds(read: &Read) -> Vec<(u64, &'static str)> {
    read.events
        .iter()
        .map(|e| (e.line, e.kind.word()))
        .collect()
}

#[test]
fn our_own_lines() {
    let text = "{\"at\":\"2026-11-20T08:00:00+01:00\",\"tenant\":\"acme\",\"user\":\"ana@corp.example\",\"kind\":\"sign_in\",\"ip\":\"192.0.2.1\",\"id\":\"e1\"}\n\
        {\"at\":\"2026-11-20T08:00:00Z\",\"user\":\"bo@b\u{fc}cher.example\",\"kind\":\"activity\",\"count\":12,\"id\":2}\n\
        {\"at\":\"2026-11-20T08:00:00Z\",\"user\":\"cy\",\"kind\":\"sign_in_failed\",\"id\":\"e3\"}\n\
        {\"at\":\"2026-11-20T08:00:00Z\",\"user\":\"cy\",\"kind\":\"sign_in\",\"count\":2,\"id\":\"e4\"}\n\
        {\"at\":\"2026-11-20T08:00:00Z\",\"user\":\"cy\",\"kind\":\"sign_in\"}\n\
        {\"at\":\"2026-11-24T08:00:00Z\",\"user\":\"cy\",\"kind\":\"sign_in\",\"id\":\"e6\"}\n\
        {\"at\":\"2026-11-20T08:00:00Z\",\"user\":\"\",\"kind\":\"sign_in\",\"id\":\"e7\"}\n\
        {\"at\":\"2026-11-20T08:00:00Z\",\"user\":\"cy\",\"kind\":\"tea\",\"id\":\"e8\"}\n\
        {\"at\":\"2026-11-20T08:00:00Z\",\"user\":\"cy\",\"kind\":\"activity\",\"count\":-1,\"id\":\"e9\"}\n";
    let read = read(text, "jsonl", None);
    let ana = SignInRow {
        line: 1,
        event: "e1".to_owned(),
        at: "2026-11-20T07:00:00Z".parse().unwrap(),
        user: "ana@corp.example".to_owned(),
        external_id: String::new(),
        kind: SignInKind::SignIn,
        count: 1,
        tenant: Some("acme".to_owned()),
        ip: Some("192.0.2.1".into()),
        country: None,
    };
    assert_eq!(read.events[0], ana);
    assert_eq!(
        (read.events[1].count, read.events[1].event.as_str()),
        (12, "2")
    );
    assert_eq!(read.events[1].user, "bo@xn--bcher-kva.example");
    assert_eq!(read.events[2].kind, SignInKind::Failed);
    let faults: Vec<_> = read
        .rejected
        .iter()
        .map(|r| (r.line, r.field.as_str()))
        .collect();
    assert_eq!(
        faults,
        [
            (4, "count"),
            (5, ""),
            (6, "at"),
            (7, "user"),
            (8, "kind"),
            (9, "count")
        ]
    );
}

fn okta(id: &str, kind: &str, result: &str, target: &str) -> String {
    format!(
        "{{\"uuid\":\"{id}\",\"published\":\"2026-11-20T08:00:00.123Z\",\"eventType\":\"{kind}\",\"version\":\"0\",\
        \"outcome\":{{\"result\":\"{result}\",\"reason\":null}},\"actor\":{{\"id\":\"00u1\",\"type\":\"User\",\
        \"alternateId\":\"ana@corp.example\",\"displayName\":\"Ana \\\"A\\\" Lima\"}},\"client\":{{\"ipAddress\":\"192.0.2.1\"}},\
        \"debugContext\":{{\"debugData\":{{\"url\":\"/x?]}}\"}}}},\"target\":{target}}}"
    )
}

#[test]
fn okta_system_log() {
    let signing = "[{\"id\":\"0oa1\",\"type\":\"AppInstance\",\"alternateId\":\"Sign\",\"displayName\":\"Signing App\"}]";
    let other = "[{\"id\":\"0oa2\",\"type\":\"AppInstance\",\"displayName\":\"Mail\"}]";
    let events = [
        okta("e1", "user.session.start", "SUCCESS", "null"),
        okta("e2", "user.authentication.sso", "SUCCESS", signing),
        okta("e3", "user.authentication.sso", "SUCCESS", other),
        okta("e4", "user.session.start", "FAILURE", "null"),
        okta("e5", "user.authentication.sso", "DENY", other),
        okta("e6", "group.user_membership.add", "SUCCESS", "null"),
        okta("e7", "user.session.start", "SUCCESS", "null")
            .replace("\"User\"", "\"SystemPrincipal\""),
        okta("e8", "user.session.start", "SUCCESS", "null").replace("2026-11", "2026-13"),
        okta("e9", "user.session.start", "FAILURE", "null").replace("00u1", "unknown"),
    ];
    for (text, first) in [
        (format!("[\n{}]", events.join(",\n")), 2),
        (events.join("\n"), 1),
    ] {
        let plain = read(&text, "okta", None);
        let at = |n: u64| first + n - 1;
        assert_eq!(
            kinds(&plain),
            [
                (at(1), "sign_in"),
                (at(4), "sign_in_failed"),
                (at(9), "sign_in_failed")
            ]
        );
        let event = &plain.events[0];
        assert_eq!(
            (event.user.as_str(), event.external_id.as_str()),
            ("ana@corp.example", "00u1")
        );
        assert_eq!(
            (event.event.as_str(), event.at.to_string().as_str()),
            ("e1", "2026-11-20T08:00:00.123Z")
        );
        assert_eq!(plain.events[2].external_id, "");
        assert_eq!((plain.ignored, plain.rejected.len()), (5, 1));
        assert_eq!(
            (plain.rejected[0].line, plain.rejected[0].field.as_str()),
            (at(8), "at")
        );
        for name in ["signing app", "0oa1", "Sign"] {
            let named = read(&text, "okta", Some(name));
            assert_eq!(
                kinds(&named),
                [
                    (at(2), "sign_in"),
                    (at(4), "sign_in_failed"),
                    (at(9), "sign_in_failed")
                ]
            );
        }
    }
}

fn entra(id: &str, code: i64, more: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"createdDateTime\":\"2026-11-20T08:00:00Z\",\"userId\":\"u-1\",\"userPrincipalName\":\"ana@corp.example\",\
        \"appId\":\"app-1\",\"appDisplayName\":\"Signing App\",{more}\"status\":{{\"errorCode\":{code},\"failureReason\":\"Other.\"}},\
        \"location\":{{\"countryOrRegion\":\"PT\"}}}}"
    )
}

#[test]
fn entra_graph_pages() {
    let events = [
        entra("e1", 0, "\"isInteractive\":true,"),
        entra("e2", 0, "\"isInteractive\":false,"),
        entra("e3", 50126, "\"isInteractive\":true,"),
        entra("e4", 50126, "\"isInteractive\":false,"),
        entra("e5", 50140, "\"isInteractive\":true,"),
        entra("e6", 0, "\"signInEventTypes\":[\"servicePrincipal\"],"),
        entra("e7", 0, ""),
        entra("e8", 0, "\"isInteractive\":true,").replace("2026-11-20T", "20.11."),
    ];
    let text = format!(
        "{{\"@odata.context\":\"x\",\n\"value\":[\n{}]}}",
        events.join(",\n")
    );
    let plain = read(&text, "entra", None);
    assert_eq!(
        kinds(&plain),
        [
            (3, "sign_in"),
            (4, "activity"),
            (5, "sign_in_failed"),
            (9, "sign_in")
        ]
    );
    assert_eq!(
        (plain.ignored, plain.rejected.len(), plain.rejected[0].line),
        (3, 1, 10)
    );
    assert_eq!(kinds(&read(&text, "entra", Some("APP-1"))).len(), 4);
    assert_eq!(
        kinds(&read(&text, "entra", Some("Mail"))),
        [(5, "sign_in_failed")]
    );
}

#[test]
fn sign_ins_at_the_identity_provider_itself_count_only_where_they_are_a_use() {
    let target = "[{\"id\":\"0oa1\",\"type\":\"AppInstance\",\"displayName\":\"Sign\"}]";
    let okta_log = [
        okta("e1", "user.session.start", "SUCCESS", "null"),
        okta("e2", "user.authentication.sso", "SUCCESS", target),
        okta("e3", "user.session.start", "FAILURE", "null"),
    ];
    let count = |text: &str, application| {
        let options = Options {
            sessions: false,
            ..options(application)
        };
        let reader = sign_ins(Cursor::new(text.to_owned()), &options).unwrap();
        let lacks = reader.lacks_application();
        let events = reader.filter_map(|item| match item {
            SignInItem::Event(row) => Some(row.kind),
            _ => None,
        });
        (lacks, events.collect::<Vec<_>>())
    };
    let failed = SignInKind::Failed;
    assert_eq!(count(&okta_log.join("\n"), None), (true, vec![failed]));
    let named = count(&okta_log.join("\n"), Some("Sign"));
    assert_eq!(named, (false, vec![SignInKind::SignIn, failed]));
    let entra = entra("e1", 0, "");
    assert_eq!(count(&entra, None), (true, vec![]));
}

#[test]
fn entra_diagnostic_lines() {
    let line = |category: &str, id: &str| {
        let event = entra(id, 0, "");
        format!(
            "{{\"time\":\"2026-11-20T08:01:00Z\",\"category\":\"{category}\",\"properties\":{event}}}\n"
        )
    };
    let text = [
        line("SignInLogs", "e1"),
        line("NonInteractiveUserSignInLogs", "e2"),
        line("ServicePrincipalSignInLogs", "e3"),
        line("ManagedIdentitySignInLogs", "e4"),
        "{\"category\":\"AuditLogs\",\"properties\":{\"id\":\"x\"}}\n".to_owned(),
    ]
    .concat();
    let read = read(&text, "entra", None);
    assert_eq!(kinds(&read), [(1, "sign_in"), (2, "activity")]);
    assert_eq!((read.ignored, read.rejected.len()), (3, 0));
}

#[test]
fn google_login_audit() {
    let activity = |key: &str, events: &str| {
        format!(
            "{{\"kind\":\"x\",\"id\":{{\"time\":\"2026-11-20T08:00:00.000Z\",\"uniqueQualifier\":\"{key}\",\"applicationName\":\"login\",\
            \"customerId\":\"C1\"}},\"actor\":{{\"email\":\"ana@corp.example\",\"profileId\":\"117\"}},\"ipAddress\":\"192.0.2.1\",\"events\":{events}}}"
        )
    };
    let events = [
        activity(
            "1",
            "[{\"type\":\"login\",\"name\":\"login_success\",\"parameters\":[{\"name\":\"x\",\"boolValue\":true}]}]",
        ),
        activity("2", "{\"type\":\"login\",\"name\":\"login_failure\"}"),
        activity("3", "[{\"type\":\"login\",\"name\":\"logout\"}]"),
        activity("4", "7"),
    ];
    for text in [
        format!("{{\"items\":[{}]}}", events.join(",")),
        events.join("\n"),
    ] {
        let read = read(&text, "google", None);
        let told: Vec<_> = read.events.iter().map(|e| e.kind.word()).collect();
        assert_eq!(told, ["sign_in", "sign_in_failed"]);
        assert_eq!(
            read.events[0].event,
            "2026-11-20T08:00:00.000Z/1/login/C1/login_success"
        );
        assert_eq!((read.ignored, read.rejected.len()), (1, 1));
    }
}

#[test]
fn what_is_no_sign_in_file_says_so() {
    let error = |text: &str| match sign_ins(Cursor::new(text.to_owned()), &options(None)) {
        Ok(_) => panic!("opened"),
        Err(e) => e.to_string(),
    };
    assert!(error("email,at\n").contains("no JSON"));
    assert!(error("line,field,reason,other\n").contains("no JSON"));
    assert!(error("{\"profile\":{}}").contains("found profile"));
    assert!(error("").contains("empty"));
}

const HEADS: [&str; 5] = [
    "",
    "{\"at\":\"2026-11-20T08:00:00Z\",\"user\":\"a\",\"kind\":\"sign_in\",\"id\":\"1\"}\n",
    "[{\"uuid\":\"1\",\"eventType\":\"user.session.start\",\"published\":\"2026-11-20T08:00:00Z\"},",
    "{\"value\":[{\"createdDateTime\":\"2026-11-20T08:00:00Z\",\"id\":\"1\"},",
    "{\"items\":[{\"id\":{},\"actor\":{},\"events\":[]},",
];

proptest! {
    #[test]
    fn no_bytes_break_a_reader(
        head in 0..HEADS.len(),
        bytes in proptest::collection::vec(any::<u8>(), 0..300),
        format in proptest::option::of(0..names_sign_ins().len()),
    ) {
        let mut text = HEADS[head].as_bytes().to_vec();
        text.extend(bytes);
        let format = format.map(|n| names_sign_ins()[n].to_owned());
        if let Ok(reader) = sign_ins(Cursor::new(text), &Options { format, ..options(None) }) {
            reader.for_each(drop);
        }
    }

    #[test]
    fn no_json_breaks_a_reader(head in 0..HEADS.len(), text in "[a\"\\\\{}\\[\\]:,\n 0-9]{0,120}") {
        let text = format!("{}{text}", HEADS[head]);
        if let Ok(reader) = sign_ins(Cursor::new(text), &options(None)) {
            reader.for_each(drop);
        }
    }
}

#[test]
fn refused_events_are_read_again_from_their_table() {
    let text = "line,field,reason,row\n\
        7,at,no,\"{\"\"at\"\":\"\"2026-11-20T08:00:00Z\"\",\"\"user\"\":\"\"a,b\"\",\"\"kind\"\":\"\"sign_in\"\",\"\"id\"\":\"\"e1\"\"}\"\n\
        8,,not readable,\n\
        9,at,\"no\" x,{}\n\
        10,at,no,\"{\"\"at\"\":\"\"2026-11-20T09:00:00Z\"\",\n\"\"user\"\":\"\"cy\"\",\"\"kind\"\":\"\"sign_in\"\",\"\"id\"\":\"\"e2\"\"}\"\n";
    let read = read(text, "jsonl", None);
    let events: Vec<_> = read.events.iter().map(|e| (e.line, &*e.event)).collect();
    assert_eq!(events, [(2, "e1"), (5, "e2")]);
    let lines: Vec<u64> = read.rejected.iter().map(|r| r.line).collect();
    assert_eq!(lines, [3, 4]);
}
