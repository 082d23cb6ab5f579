//! What every request carries: who asks, with which version of the wire, under which id.

use super::app::RequestMeta;
use crate::peer::Peer;
use hyper::http::request::Parts;
use rollcall_shared::domain::RequestId;
use rollcall_shared::wire::{BREAK_GLASS, Class, Failure, REQUEST_ID, VERSION, VERSION_HEADER};

/// The peer, and what came with the request beside its body.
pub(super) fn read(parts: &Parts) -> Result<(Peer, RequestMeta), Failure> {
    check_version(parts)?;
    let request_id = match header(parts, REQUEST_ID)? {
        Some(text) => text.parse().map_err(|_| {
            Failure::new(Class::Usage, format!("{REQUEST_ID} must be a UUID"))
                .rule("request-id")
                .hint("leave the header out, and the daemon makes one up")
        })?,
        None => RequestId(uuid::Uuid::new_v4()),
    };
    let break_glass = header(parts, BREAK_GLASS)?;
    if break_glass
        .as_deref()
        .is_some_and(|reason| reason.trim().is_empty())
    {
        return Err(
            Failure::new(Class::Usage, "breaking the glass needs a reason")
                .rule("break-glass")
                .hint("say why in one line; it is recorded in the journal and the log"),
        );
    }
    Ok((
        peer(parts)?,
        RequestMeta {
            request_id,
            break_glass,
        },
    ))
}

/// Who asks, or why that is not known well enough.
pub(super) fn peer(parts: &Parts) -> Result<Peer, Failure> {
    match parts.extensions.get::<Result<Peer, Failure>>() {
        Some(known) => known.clone(),
        None => Err(Failure::new(Class::Denied, "the connection has no peer")
            .rule("peer-identity")
            .hint("connect to the daemon's own socket, without anything in between")),
    }
}

fn check_version(parts: &Parts) -> Result<(), Failure> {
    match header(parts, VERSION_HEADER)? {
        None => Ok(()),
        Some(version) if version == VERSION.to_string() => Ok(()),
        Some(version) => Err(Failure::new(
            Class::Usage,
            format!("this daemon speaks version {VERSION} of the wire, not {version:?}"),
        )
        .rule("wire-version")
        .hint("use the `rollcall` that was installed together with this `rollcalld`")),
    }
}

fn header(parts: &Parts, name: &str) -> Result<Option<String>, Failure> {
    let Some(value) = parts.headers.get(name) else {
        return Ok(None);
    };
    match std::str::from_utf8(value.as_bytes()) {
        Ok(text) => Ok(Some(text.to_owned())),
        Err(_) => Err(Failure::new(Class::Usage, format!("{name} is not UTF-8"))
            .rule("header")
            .hint("write the header in UTF-8")),
    }
}
