//! Hands signed heads to a program.

use rollcall_shared::domain::Span;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

/// What is kept of what a program complains about, in bytes.
const COMPLAINT: u64 = 400;

/// Runs the program with `text` on its standard input, in a process group of its own, and waits for it.
///
/// # Errors
/// Why it did not end well, with the beginning of what it wrote to standard error; untrusted.
pub(super) async fn hand_over(argv: &[String], text: &str, timeout: Span) -> Result<(), String> {
    let Some((program, arguments)) = argv.split_first() else {
        return Ok(());
    };
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true)
        .spawn();
    let mut child = child.map_err(|e| format!("{program} cannot be started: {e}"))?;
    let group = child.id();
    let patience = Duration::from_secs(timeout.0.unsigned_abs());
    let ended = tokio::time::timeout(patience, talk(&mut child, text)).await;
    let Ok(ended) = ended else {
        // The group, so that what it started itself ends, too.
        if let Some(group) = group.and_then(|id| i32::try_from(id).ok()) {
            let group = nix::unistd::Pid::from_raw(group);
            let _ = nix::sys::signal::killpg(group, nix::sys::signal::Signal::SIGKILL);
        }
        let _ = child.wait().await;
        return Err(format!(
            "{program} took longer than {timeout} and was killed"
        ));
    };
    ended.map_err(|why| format!("{program} {why}"))
}

async fn talk(child: &mut Child, text: &str) -> Result<(), String> {
    let (input, errors) = (child.stdin.take(), child.stderr.take());
    let write = async {
        if let Some(mut input) = input {
            // One that does not want to read all of it says by its exit code whether that is well.
            let _ = input.write_all(text.as_bytes()).await;
            let _ = input.shutdown().await;
        }
    };
    let read = async {
        let mut complaint = Vec::new();
        if let Some(mut errors) = errors {
            let _ = (&mut errors)
                .take(COMPLAINT)
                .read_to_end(&mut complaint)
                .await;
            // Read to the end, or it might wait for a reader for ever.
            let _ = tokio::io::copy(&mut errors, &mut tokio::io::sink()).await;
        }
        complaint
    };
    let ((), complaint, status) = tokio::join!(write, read, child.wait());
    let status = status.map_err(|e| format!("cannot be waited for: {e}"))?;
    if status.success() {
        return Ok(());
    }
    let complaint = String::from_utf8_lossy(&complaint);
    let complaint = complaint.trim();
    let colon = if complaint.is_empty() { "" } else { ": " };
    Err(format!("ended with {status}{colon}{complaint}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Vec<String> {
        ["/bin/sh", "-c", script].map(str::to_owned).into()
    }

    #[tokio::test]
    async fn a_program_gets_the_text_and_says_how_it_went() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("got");
        let keep = shell(&format!("cat > '{}'", file.display()));
        hand_over(&keep, "heads\n", Span(60)).await.unwrap();
        assert_eq!(std::fs::read_to_string(file).unwrap(), "heads\n");
        // Not reading everything is no failure.
        let large = "x".repeat(1 << 20);
        hand_over(&shell("exit 0"), &large, Span(60)).await.unwrap();
        let failed = hand_over(&shell("echo no room >&2; exit 3"), "", Span(60)).await;
        let failed = failed.unwrap_err();
        assert!(failed.contains("exit status: 3: no room"), "{failed}");
        let missing = hand_over(&["/no/such".to_owned()], "", Span(60)).await;
        assert!(missing.unwrap_err().contains("cannot be started"));
    }

    #[tokio::test]
    async fn a_program_that_hangs_is_killed_with_what_it_started() {
        let dir = tempfile::tempdir().unwrap();
        let pid = dir.path().join("pid");
        let script = format!("sleep 1000 & echo $! > '{}'; wait", pid.display());
        let hung = hand_over(&shell(&script), "", Span(1)).await.unwrap_err();
        assert!(hung.contains("took longer than"), "{hung}");
        let pid = std::fs::read_to_string(pid).unwrap();
        // Gone, or dead and not yet buried by whoever inherited it; the kernel may take a moment.
        let dead = || {
            let state = std::fs::read_to_string(format!("/proc/{}/stat", pid.trim()));
            state.map_or(true, |state| state.contains(") Z "))
        };
        let mut looks = 0;
        while !dead() {
            looks += 1;
            assert!(looks < 1_000, "{} lives on", pid.trim());
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    }
}
