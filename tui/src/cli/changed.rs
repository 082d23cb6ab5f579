//! A change that is previewed, agreed to, and made: what the preview shows and the receipt says has one form.

use super::confirm::{Consent, Typed};
use super::error::{Exit, Outcome};
use super::output::Part;
use super::session::Session;
use rollcall_shared::wire::Verb;
use rollcall_shared::wire::identity::Changed;
use serde::Serialize;

/// Previews a change, asks whether to go on, and makes it. `request` builds the request; it is told whether it is for the
/// preview.
pub async fn change<Q: Serialize>(
    session: &mut Session,
    verb: Verb,
    dry_run: bool,
    typed: Typed,
    request: impl Fn(bool) -> Q,
) -> Outcome {
    previewed(session, verb, dry_run, ("Go on?", typed), request).await
}

/// The same with a question of its own.
pub async fn asking<Q: Serialize>(
    session: &mut Session,
    verb: Verb,
    dry_run: bool,
    question: &str,
    request: impl Fn(bool) -> Q,
) -> Outcome {
    previewed(session, verb, dry_run, (question, Typed::Yes), request).await
}

async fn previewed<Q: Serialize>(
    session: &mut Session,
    verb: Verb,
    dry_run: bool,
    (question, typed): (&str, Typed),
    request: impl Fn(bool) -> Q,
) -> Outcome {
    if dry_run {
        let would: Changed = session.ask(verb, &request(true)).await?;
        session.out.page(&would, &page(&would))?;
        return Ok(Exit::Done);
    }
    let consent = session.consent(verb.name())?;
    let preview: Changed = session.ask(verb, &request(true)).await?;
    if preview.nothing {
        session.out.page(&preview, &page(&preview))?;
        return Ok(Exit::Done);
    }
    session
        .confirm(consent, &page(&preview), question, typed)
        .await?;
    let mut done: Changed = session.change(verb, &request(false)).await?;
    if consent == Consent::Given && done.changes.is_empty() {
        // Nobody saw the preview, and the answer that is kept for retries names nobody.
        done.changes = preview.changes;
    }
    session.out.page(&done, &page(&done))?;
    Ok(Exit::Done)
}

/// Makes a change of which there is no preview.
pub async fn made<Q: Serialize>(session: &mut Session, verb: Verb, request: &Q) -> Outcome {
    let done: Changed = session.change(verb, request).await?;
    session.out.page(&done, &page(&done))?;
    Ok(Exit::Done)
}

/// What changes, line by line.
pub fn page(changed: &Changed) -> Vec<Part> {
    let mut parts = vec![Part::Line(changed.message.clone())];
    let said_already = |line: &&String| !changed.message.ends_with(line.as_str());
    parts.extend(
        changed
            .changes
            .iter()
            .filter(said_already)
            .map(|c| Part::Line(format!("  {c}"))),
    );
    parts.extend(
        changed
            .warnings
            .iter()
            .map(|w| Part::Line(format!("  note: {w}"))),
    );
    parts.extend(audit_id(changed.seq));
    parts
}

/// Where a change stands in the journal; nothing where none was written.
pub fn audit_id(seq: Option<u64>) -> Option<Part> {
    seq.map(|seq| Part::Line(format!("  audit id {seq}")))
}

/// NAME=VALUE, as options write it; an empty value takes the setting away.
pub fn setting(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => {
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write NAME=VALUE, for example language=fr; NAME= takes it away".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_a_name_and_a_value_that_may_be_empty() {
        let pair = |a: &str, b: &str| Ok((a.to_owned(), b.to_owned()));
        assert_eq!(setting("language=fr"), pair("language", "fr"));
        assert_eq!(setting("branding="), pair("branding", ""));
        for bad in ["", "language", "=fr"] {
            assert!(setting(bad).is_err(), "{bad}");
        }
    }
}
