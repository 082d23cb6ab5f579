//! Who is at the other end of a connection, as the kernel says.
//!
//! The uid is the identity. Everything else is recorded beside it: the login uid, the terminal and the SSH source say
//! who it was when several people share one uid, and are absent when they cannot be read.

use nix::sys::socket::{getsockopt, sockopt::PeerCredentials};
use nix::unistd::{Uid, User};
use rollcall_shared::wire::{Class, Failure};
use std::fs;
use std::io::Read;
use std::os::fd::AsFd;

/// The peer of one connection, looked up once when it was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// Its user's number.
    pub uid: u32,
    /// Its process.
    pub pid: i32,
    /// Its user's name; the number as text when the number has no name.
    pub os_user: String,
    /// The login uid of its session, which `su` and `sudo` do not change.
    pub login_uid: Option<u32>,
    /// Its terminal, for example `pts/3`.
    pub tty: Option<String>,
    /// Where its SSH session came from, as `SSH_CONNECTION` says; set by the peer, so it is a hint and untrusted.
    pub ssh: Option<String>,
}

/// Stands in `/proc/PID/loginuid` where nobody has logged in.
const NO_LOGIN: u32 = u32::MAX;

/// What the kernel calls a user it cannot name, unless the machine says otherwise.
const USUAL_OVERFLOW: u32 = 65_534;

/// As much of a peer's environment as is searched.
const ENVIRONMENT: u64 = 256 * 1024;

impl Peer {
    /// Asks the kernel who connected. Blocks on the user database, so call it where blocking is allowed.
    ///
    /// # Errors
    /// A denial when the kernel does not know, or names its overflow uid, behind which anybody may stand.
    pub fn of(socket: &impl AsFd) -> Result<Peer, Failure> {
        let credentials = getsockopt(socket, PeerCredentials).map_err(|e| {
            Failure::new(
                Class::Denied,
                format!("the kernel does not say who you are: {e}"),
            )
            .rule("peer-identity")
            .hint("connect to the daemon's own socket, without anything in between")
        })?;
        Self::known(credentials.uid(), credentials.pid(), overflow_uid())
    }

    fn known(uid: u32, pid: i32, overflow: u32) -> Result<Peer, Failure> {
        if uid == overflow {
            return Err(Failure::new(
                Class::Denied,
                format!("uid {uid} is the kernel's stand-in for a user it cannot name here"),
            )
            .rule("peer-identity")
            .hint("connect from outside of the container or user namespace; a unit of the daemon must not set PrivateUsers="));
        }
        let name = User::from_uid(Uid::from_raw(uid)).ok().flatten();
        Ok(Peer {
            uid,
            pid,
            os_user: name.map_or_else(|| uid.to_string(), |user| user.name),
            login_uid: text_of(pid, "loginuid").as_deref().and_then(login_uid),
            tty: text_of(pid, "stat").as_deref().and_then(tty),
            ssh: bytes_of(pid, "environ").as_deref().and_then(ssh_connection),
        })
    }
}

pub(crate) fn overflow_uid() -> u32 {
    fs::read_to_string("/proc/sys/kernel/overflowuid")
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .unwrap_or(USUAL_OVERFLOW)
}

fn bytes_of(pid: i32, file: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = fs::File::open(format!("/proc/{pid}/{file}")).ok()?;
    file.take(ENVIRONMENT).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn text_of(pid: i32, file: &str) -> Option<String> {
    bytes_of(pid, file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn login_uid(text: &str) -> Option<u32> {
    text.trim().parse().ok().filter(|uid| *uid != NO_LOGIN)
}

/// The controlling terminal in `/proc/PID/stat`: the fifth field after the command, which stands in brackets and may
/// itself hold anything.
fn tty(stat: &str) -> Option<String> {
    let (_, after_command) = stat.rsplit_once(')')?;
    let number: i32 = after_command.split_whitespace().nth(4)?.parse().ok()?;
    let number = number.cast_unsigned();
    let (major, minor) = (
        (number >> 8) & 0xfff,
        (number & 0xff) | ((number >> 12) & 0xf_ff00),
    );
    match major {
        0 => None,
        4 if minor < 64 => Some(format!("tty{minor}")),
        4 => Some(format!("ttyS{}", minor - 64)),
        136..=143 => Some(format!("pts/{}", (major - 136) * 256 + minor)),
        _ => Some(format!("{major}:{minor}")),
    }
}

fn ssh_connection(environment: &[u8]) -> Option<String> {
    let value = environment
        .split(|byte| *byte == 0)
        .find_map(|pair| pair.strip_prefix(b"SSH_CONNECTION="))?;
    let text: String = String::from_utf8_lossy(value).chars().take(120).collect();
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_says_who_this_is() {
        let (ours, _theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        let peer = Peer::of(&ours).unwrap();
        assert_eq!(peer.uid, nix::unistd::geteuid().as_raw());
        assert_eq!(peer.pid, nix::unistd::getpid().as_raw());
        let name = User::from_uid(nix::unistd::geteuid())
            .unwrap()
            .unwrap()
            .name;
        assert_eq!(peer.os_user, name);
    }

    #[test]
    fn the_overflow_uid_is_nobody_in_particular() {
        let refused = Peer::known(65_534, 1, 65_534).unwrap_err();
        assert_eq!(refused.class, Class::Denied);
        assert!(refused.hint.contains("PrivateUsers="), "{refused}");
        assert!(
            Peer::known(65_534, 1, 65_533).is_ok(),
            "only the uid this machine names"
        );
    }

    #[test]
    fn a_user_without_a_name_is_a_number_and_a_process_that_is_gone_tells_nothing() {
        let peer = Peer::known(4_000_000_001, i32::MAX, 65_534).unwrap();
        assert_eq!(peer.os_user, "4000000001");
        assert_eq!((peer.login_uid, peer.tty, peer.ssh), (None, None, None));
    }

    #[test]
    fn the_process_table_is_read_as_the_kernel_writes_it() {
        assert_eq!(login_uid("1000\n"), Some(1_000));
        assert_eq!(login_uid("4294967295"), None);
        for (number, want) in [
            ("34819", Some("pts/3")),
            ("35072", Some("pts/256")),
            ("1025", Some("tty1")),
            ("1088", Some("ttyS0")),
            ("0", None),
        ] {
            let stat = format!("77 (a) b (c) S 1 77 77 {number} 77 4194304 0");
            assert_eq!(tty(&stat).as_deref(), want, "{number}");
        }
        let environment = b"HOME=/root\0SSH_CONNECTION=192.0.2.7 50000 192.0.2.1 22\0X=1\0";
        assert_eq!(
            ssh_connection(environment).as_deref(),
            Some("192.0.2.7 50000 192.0.2.1 22")
        );
        assert_eq!(ssh_connection(b"NOT_SSH_CONNECTION=x\0"), None);
    }
}
