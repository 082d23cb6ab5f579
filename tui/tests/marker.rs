//! The binary itself: makes `cargo test` build it for the whole-system tests too.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};

fn rollcall() -> Command {
    Command::new(env!("CARGO_BIN_EXE_rollcall"))
}

#[test]
fn the_binary_says_its_version() {
    let output = rollcall().arg("--version").output().unwrap();
    assert!(output.status.success());
    assert_eq!(
        String::from_utf8(output.stdout).unwrap(),
        format!("rollcall {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn an_interrupt_is_exit_130() {
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("s");
    let listener = UnixListener::bind(&socket).unwrap();
    let mut child = rollcall()
        .arg("--socket")
        .arg(&socket)
        .arg("status")
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // It waits for an answer that never comes; by then it listens for interrupts.
    let (stream, _) = listener.accept().unwrap();
    let mut first = [0];
    std::io::Read::read_exact(&mut &stream, &mut first).unwrap();
    kill(
        Pid::from_raw(i32::try_from(child.id()).unwrap()),
        Signal::SIGINT,
    )
    .unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
}
