//! Tables out, as CSV or JSON Lines. No cell starts a formula, no text carries an escape sequence; the CSV of users
//! has the column names of our own people format, so that it can be read back.

use crate::domain::{Micros, Todo};
use crate::text::{csv_cell, is_hidden};
use crate::wire::admin::OrderRow;
use crate::wire::import::Rejected;
use crate::wire::user::UserRow;
use serde::Serialize;
use std::io::{self, Write};
use std::marker::PhantomData;

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Comma-separated, UTF-8, one header line.
    Csv,
    /// One JSON object a line.
    Jsonl,
}

/// What can be a row of a table.
pub trait Row: Serialize {
    /// The columns of its CSV form.
    const COLUMNS: &'static [&'static str];

    /// Its cells, one a column, not yet neutralised.
    fn cells(&self) -> Vec<String>;
}

/// A table being written, row by row, so that pages can follow each other.
pub struct Table<R, W: Write> {
    out: Out<W>,
    rows: PhantomData<R>,
}

enum Out<W: Write> {
    Csv(Box<csv::Writer<W>>),
    Jsonl(W),
}

impl<R: Row, W: Write> Table<R, W> {
    /// Begins a table; CSV gets its header line.
    pub fn new(form: Form, out: W) -> io::Result<Self> {
        let out = match form {
            Form::Jsonl => Out::Jsonl(out),
            Form::Csv => {
                let mut writer = csv::Writer::from_writer(out);
                writer.write_record(R::COLUMNS)?;
                Out::Csv(Box::new(writer))
            }
        };
        let rows = PhantomData;
        Ok(Table { out, rows })
    }

    /// Writes one row.
    pub fn write(&mut self, row: &R) -> io::Result<()> {
        match &mut self.out {
            Out::Jsonl(out) => json_line(row, out),
            Out::Csv(out) => {
                let cells = row.cells();
                Ok(out.write_record(cells.iter().map(|cell| csv_cell(cell)))?)
            }
        }
    }

    /// Ends the table: everything is handed to the writer, which is flushed.
    pub fn finish(self) -> io::Result<()> {
        match self.out {
            Out::Jsonl(mut out) => out.flush(),
            Out::Csv(mut out) => out.flush(),
        }
    }
}

fn time(at: Option<Micros>) -> String {
    at.map(|at| at.to_string()).unwrap_or_default()
}

impl Row for UserRow {
    const COLUMNS: &'static [&'static str] = &[
        "tenant",
        "id",
        "email",
        "name",
        "username",
        "roles",
        "status",
        "observed",
        "kind",
        "mfa",
        "seat",
        "last_login",
        "uses_28_days",
        "team",
        "flags",
    ];

    fn cells(&self) -> Vec<String> {
        let uses: u32 = self.activity.iter().map(|n| u32::from(*n)).sum();
        let flags: Vec<&str> = self.flags.iter().map(|flag| flag.word()).collect();
        vec![
            self.tenant.clone(),
            self.id.to_string(),
            self.email.clone(),
            self.name.clone(),
            self.username.clone(),
            self.roles.join("|"),
            self.status.to_string(),
            self.observed.map(|s| s.to_string()).unwrap_or_default(),
            self.kind.to_string(),
            self.mfa.to_string(),
            self.seat.to_string(),
            time(self.last_sign_in),
            uses.to_string(),
            self.team.clone(),
            flags.join("|"),
        ]
    }
}

impl Row for OrderRow {
    const COLUMNS: &'static [&'static str] = &[
        "tenant", "order", "account", "email", "field", "todo", "state", "opened", "updated", "run",
    ];

    fn cells(&self) -> Vec<String> {
        vec![
            self.tenant.clone(),
            self.order.id.0.to_string(),
            self.id.map(|id| id.to_string()).unwrap_or_default(),
            self.email.clone(),
            match &self.order.todo {
                Todo::Account { change, .. } => change.field.label().to_owned(),
                Todo::Thing { .. } => String::new(),
            },
            self.todo.clone(),
            self.order.state.to_string(),
            self.order.opened.to_string(),
            self.order.updated.to_string(),
            self.order
                .run
                .map(|run| run.to_string())
                .unwrap_or_default(),
        ]
    }
}

/// Writes rows that were set aside as CSV: line, field and reason, then the columns they came with, in the order in
/// which they first appear. Mended, the file can be imported again.
pub fn rejected(rows: &[Rejected], out: impl Write) -> io::Result<()> {
    const OURS: [&str; 3] = ["line", "field", "reason"];
    let mut columns: Vec<&str> = Vec::new();
    let mut known = std::collections::HashMap::new();
    let cells = rows.iter().flat_map(|row| &row.row);
    // A file of this form that was imported has these columns already.
    for (name, _) in cells.filter(|(name, _)| !OURS.contains(&name.as_str())) {
        known.entry(name.as_str()).or_insert_with(|| {
            columns.push(name);
            columns.len() - 1
        });
    }
    let mut writer = csv::Writer::from_writer(out);
    let header = OURS.iter().chain(&columns);
    writer.write_record(header.map(|name| csv_cell(name)))?;
    for row in rows {
        let mut cells = vec![""; columns.len()];
        for (name, cell) in &row.row {
            if let Some(n) = known.get(name.as_str()) {
                cells[*n] = cell;
            }
        }
        let line = row.line.to_string();
        let ours = [line.as_str(), &row.field, &row.reason];
        let all = ours.into_iter().chain(cells);
        writer.write_record(all.map(csv_cell))?;
    }
    writer.flush()
}

/// Writes a value as one line of JSON. What is hidden in its texts is written as `\u202e`: the same text for a
/// program, harmless for a terminal.
pub fn json_line(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    let mut json = serde_json::Serializer::with_formatter(&mut *out, Escaping);
    value.serialize(&mut json)?;
    out.write_all(b"\n")
}

struct Escaping;

impl serde_json::ser::Formatter for Escaping {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut from = 0;
        for (at, c) in fragment.char_indices().filter(|(_, c)| is_hidden(*c)) {
            writer.write_all(&fragment.as_bytes()[from..at])?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            from = at + c.len_utf8();
        }
        writer.write_all(&fragment.as_bytes()[from..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        AccountId, AccountRef, Field, FieldChange, Kind, Mfa, Order, OrderId, OrderState, SeatHold,
        Status, TenantId, Told, Value,
    };
    use crate::formats::{Options, people};
    use crate::wire::user::Flag;
    use proptest::prelude::*;

    fn user(email: &str, name: &str) -> UserRow {
        let (tenant, account) = (TenantId(2), AccountId(417));
        UserRow {
            id: AccountRef { tenant, account },
            tenant: "acme".to_owned(),
            tz: "UTC".to_owned(),
            name: name.to_owned(),
            email: email.to_owned(),
            username: name.to_owned(),
            sid: String::new(),
            activated: None,
            user_type: String::new(),
            roles: vec!["admin".to_owned(), "sender".to_owned()],
            status: Status::Active,
            observed: Some(Status::Suspended),
            kind: Kind::Service,
            mfa: Mfa::Enrolled,
            seat: SeatHold::Used,
            last_sign_in: Some(Micros(1_790_000_000_000_000)),
            activity: vec![1, 2, 0],
            team: name.to_owned(),
            flags: vec![Flag::Drift, Flag::Held],
        }
    }

    fn written<R: Row>(form: Form, rows: &[R]) -> String {
        let mut out = Vec::new();
        let mut table = Table::new(form, &mut out).unwrap();
        for row in rows {
            table.write(row).unwrap();
        }
        table.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn users_as_csv() {
        assert_eq!(
            written(Form::Csv, &[user("-x@corp.example", "=A, \"B\"")]),
            "tenant,id,email,name,username,roles,status,observed,kind,mfa,seat,last_login,uses_28_days,team,flags\n\
            acme,2-417,'-x@corp.example,\"'=A, \"\"B\"\"\",\"'=A, \"\"B\"\"\",admin|sender,active,suspended,service,enrolled,used,\
            2026-09-21T14:13:20Z,3,\"'=A, \"\"B\"\"\",drift|held\n"
        );
        assert!(written::<UserRow>(Form::Csv, &[]).ends_with("flags\n"));
    }

    #[test]
    fn lines_of_json_hide_nothing_and_lose_nothing() {
        let row = user("a@corp.example", "\u{202e}\u{9b}31m\x1b\u{e0041}é");
        let text = written(Form::Jsonl, std::slice::from_ref(&row));
        assert!(!text.trim_end().chars().any(is_hidden), "{text}");
        assert!(
            text.contains("\\u202e\\u009b31m\\u001b\\udb40\\udc41é"),
            "{text}"
        );
        assert_eq!(serde_json::from_str::<UserRow>(&text).unwrap(), row);
    }

    #[test]
    fn orders_as_csv() {
        let order = Order {
            id: OrderId(7),
            todo: Todo::Account {
                account: AccountId(417),
                change: FieldChange {
                    field: Field::Status,
                    old: Value::Int(1),
                    new: Value::Int(2),
                },
            },
            state: OrderState::Open,
            opened: Micros(0),
            updated: Micros(0),
            run: None,
        };
        let (tenant, account) = (TenantId(2), AccountId(417));
        let row = OrderRow {
            tenant: "acme".to_owned(),
            id: Some(AccountRef { tenant, account }),
            email: "a@corp.example".to_owned(),
            order,
            todo: "set status to suspended".to_owned(),
        };
        assert_eq!(
            written(Form::Csv, &[row]).lines().nth(1).unwrap(),
            "acme,7,2-417,a@corp.example,status,set status to suspended,open,1970-01-01T00:00:00Z,1970-01-01T00:00:00Z,"
        );
    }

    #[test]
    fn rejected_rows_can_be_mended_and_imported() {
        let text = "line,email,mfa,department\n9,a@corp.example,sms,+49\n9,nobody,none,\n";
        let options = Options::new(jiff::tz::TimeZone::UTC, Micros(0));
        let read = |text: String| people(io::Cursor::new(text), &options).unwrap();
        let rows: Vec<_> = read(text.to_owned()).filter_map(Result::err).collect();
        let mut out = Vec::new();
        rejected(&rows, &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        assert_eq!(
            out.lines().next(),
            Some("line,field,reason,email,mfa,department")
        );
        assert!(out.contains("\n3,email,"), "{out}");
        let mended = out
            .replace("sms", "enrolled")
            .replace("nobody", "b@corp.example");
        let rows: Vec<_> = read(mended).map(Result::unwrap).collect();
        assert_eq!(rows[0].row.department.as_deref(), Some("+49"));
        assert_eq!(rows[1].row.email, "b@corp.example");
    }

    proptest! {
        #[test]
        fn what_is_exported_can_be_imported(
            local in "[a-z=+'-][a-z0-9+'-]{0,8}",
            name in "[ -~éßא李\n\t]{0,12}",
            status in 0..6usize,
            never in any::<bool>(),
            dash in prop::bool::weighted(0.1),
        ) {
            let name = if dash { "-" } else { name.trim() };
            let mut row = user(&format!("{local}@corp.example"), name);
            row.status = Status::ALL[status];
            if never {
                row.last_sign_in = None;
                row.mfa = Mfa::Unknown;
                row.roles.clear();
            }
            let text = written(Form::Csv, std::slice::from_ref(&row));
            let options = Options::new(jiff::tz::TimeZone::UTC, Micros(1_800_000_000_000_000));
            let mut read = people(io::Cursor::new(text), &options).unwrap();
            prop_assert_eq!(read.format(), "csv");
            let back = read.next().unwrap().unwrap();
            prop_assert_eq!(back.row.email, row.email);
            // What is blank says nothing.
            prop_assert_eq!(back.row.username.unwrap_or_default(), row.username);
            prop_assert_eq!(back.row.team.unwrap_or_default(), row.team);
            prop_assert_eq!(back.row.roles.unwrap_or_default(), row.roles);
            prop_assert_eq!(back.row.status, Some(row.status));
            prop_assert_eq!(back.row.kind, Some(row.kind));
            prop_assert_eq!(back.row.mfa, Some(row.mfa).filter(|m| *m != Mfa::Unknown));
            prop_assert_eq!(back.row.last_sign_in, row.last_sign_in.map(Told::At));
            prop_assert!(read.next().is_none());
        }
    }
}
