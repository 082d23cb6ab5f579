//! An HTTP client that shares nothing with ours: requests written by hand on a Unix socket.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

/// Sends `POST path` with a JSON body and gives status and body.
///
/// # Panics
/// When the socket cannot be reached or the answer is not HTTP.
pub fn post(
    socket: &Path,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> (u16, serde_json::Value) {
    let answer = UnixStream::connect(socket)
        .and_then(|stream| exchange(stream, path, headers, body.as_bytes()))
        .unwrap_or_else(|e| panic!("{}: {e}", socket.display()));
    let (status, text) = read(&answer).unwrap_or_else(|| panic!("not HTTP: {answer}"));
    let json = serde_json::from_str(&text).unwrap_or_else(|e| panic!("not JSON ({e}): {text}"));
    (status, json)
}

/// What became of a request to a daemon that may be killed meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// Status and body.
    Whole(u16, String),
    /// It was on its way, and the other side broke off before the end of the answer.
    CutOff,
    /// Nobody was there any more to take it.
    NotSent,
}

/// As [`post`], with any body and answer; none when the other side broke off before the end.
pub fn try_post(
    socket: &Path,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Option<(u16, String)> {
    match send(socket, path, headers, body) {
        Reply::Whole(status, text) => Some((status, text)),
        Reply::CutOff | Reply::NotSent => None,
    }
}

/// As [`try_post`], and tells a request that was cut off from one that nobody took.
pub fn send(socket: &Path, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    let Ok(stream) = UnixStream::connect(socket) else {
        return Reply::NotSent;
    };
    let answer = exchange(stream, path, headers, body).ok();
    match answer.as_deref().and_then(read) {
        Some((status, text)) => Reply::Whole(status, text),
        None => Reply::CutOff,
    }
}

fn exchange(
    mut stream: UnixStream,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> std::io::Result<String> {
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: rollcall\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        request.push_str(&format!("{name}: {value}\r\n"));
    }
    request.push_str("\r\n");
    stream.write_all(request.as_bytes())?;
    // Who is refused by the headers alone may find nobody reading the body; the answer is there all the same.
    let _ = stream.write_all(body);
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// Status and body of a whole answer, chunked or not; none when it is not whole.
fn read(answer: &str) -> Option<(u16, String)> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let head = head.to_ascii_lowercase();
    if head.contains("transfer-encoding: chunked") {
        return Some((status, dechunk(body.as_bytes())?));
    }
    let length = head.lines().find_map(|l| {
        l.strip_prefix("content-length:")?
            .trim()
            .parse::<usize>()
            .ok()
    })?;
    (body.len() == length).then(|| (status, body.to_owned()))
}

fn dechunk(mut body: &[u8]) -> Option<String> {
    let mut text = Vec::new();
    loop {
        let end = body.windows(2).position(|w| w == b"\r\n")?;
        let size =
            usize::from_str_radix(std::str::from_utf8(&body[..end]).ok()?.trim(), 16).ok()?;
        if size == 0 {
            return String::from_utf8(text).ok();
        }
        text.extend_from_slice(body.get(end + 2..end + 2 + size)?);
        body = body.get(end + 2 + size + 2..)?;
    }
}
