//! Our own JSON Lines: `{"at":…,"tenant":…,"user":…,"kind":"sign_in"|"sign_in_failed"|"activity","count":…,"ip":…,"country":…,"id":…}`.

use super::Parsed;
use crate::domain::{SignInKind, SignInRow};
use crate::formats::json::{self, Text};
use crate::formats::values::{Fault, Rules, quote, text, word};
use serde::Deserialize;

/// The format's name.
pub const NAME: &str = "jsonl";

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow)]
    at: Text<'a>,
    #[serde(borrow, default)]
    tenant: Text<'a>,
    #[serde(borrow)]
    user: Text<'a>,
    #[serde(borrow)]
    kind: Text<'a>,
    #[serde(borrow, default)]
    count: Text<'a>,
    #[serde(borrow, default)]
    external_id: Text<'a>,
    #[serde(borrow)]
    id: Text<'a>,
    #[serde(borrow, default)]
    ip: Text<'a>,
    #[serde(borrow, default)]
    country: Text<'a>,
}

/// Reads one line.
pub fn read(bytes: &[u8], rules: &Rules) -> Parsed {
    let line: Line<'_> = json::parse(bytes)?;
    let fault = |field| move |reason| Fault { field, reason };
    let kinds = "sign_in, sign_in_failed, activity";
    let kind = word(line.kind.get(), SignInKind::from_word, kinds).map_err(fault("kind"))?;
    let row = super::event(
        rules,
        line.id.get(),
        line.at.get(),
        line.user.get(),
        line.external_id.get(),
        kind,
    )?;
    let count = match line.count.some() {
        None => 1,
        Some(count) => match count.parse::<u32>() {
            Ok(1) => 1,
            Ok(n) if n > 1 && kind == SignInKind::Activity => n,
            Ok(n) if n > 1 => {
                return Err(fault("count")(format!(
                    "{n}: each sign-in is an event of its own; only activity is counted together"
                )));
            }
            _ => {
                let reason = format!("{} is not a whole number from 1", quote(count));
                return Err(fault("count")(reason));
            }
        },
    };
    let tenant = line.tenant.some().map(text).transpose();
    Ok(Some(SignInRow {
        count,
        tenant: tenant.map_err(fault("tenant"))?.map(str::to_owned),
        ..super::from_place(row, &line.ip, Some(&line.country))
    }))
}
