use super::*;
use crate::domain::Mode;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixListener;
use std::path::Path;

const NOW: Micros = Micros(1_000_000_000_000);

fn read(text: &str) -> Result<Config, ConfigError> {
    let mut config = Config::defaults(&Dirs::system());
    let check = |line: &str| {
        if line == "never" {
            Err("it never comes".into())
        } else {
            Ok(())
        }
    };
    read::overlay(&mut config, "a.toml".as_ref(), text, &check).map(|()| config)
}

#[test]
fn the_file_we_ship_holds_every_setting_at_its_default() {
    let text = include_str!("../../../config/rollcall.toml");
    let shipped = read(text).unwrap();
    let defaults = Config::defaults(&Dirs::system());
    assert_eq!(
        Config {
            policy: BTreeMap::new(),
            ..shipped.clone()
        },
        defaults
    );
    for sweep in Sweep::ALL.iter().copied() {
        assert_eq!(
            shipped.new_tenant_policy(sweep, NOW).unwrap(),
            Policy::default_of(sweep)
        );
        let proposal = &shipped.policy[&sweep];
        assert!(
            proposal.mode.is_some() && proposal.schedule.is_some(),
            "{sweep}"
        );
        let listed: Vec<&str> = proposal.limits.iter().map(|(name, _)| &**name).collect();
        let mut known = rule::limit_names(sweep).to_vec();
        known.sort_unstable();
        assert_eq!(
            {
                let mut l = listed;
                l.sort_unstable();
                l
            },
            known,
            "{sweep}"
        );
    }
    for key in [
        "store",
        "socket",
        "socket_group",
        "log",
        "log_format",
        "checkpoint_every",
        "schedule",
        "command_timeout",
    ] {
        let set = text
            .lines()
            .any(|line| line.split_once(" = ").is_some_and(|(name, _)| name == key));
        assert!(set, "{key} is not in the file");
    }
    // What is commented out in [heads] can be used as it stands.
    let (_, heads) = text.split_once("[heads]\n").unwrap();
    let (heads, _) = heads.split_once("\n[").unwrap();
    let heads = heads
        .replace("# copy_to", "copy_to")
        .replace("# command =", "command =");
    let heads = read(&format!("[heads]\n{heads}")).unwrap().heads;
    assert!(heads.copy_to.is_some() && heads.command.len() > 1);
    // Also the example at its end can be used as it stands.
    let (_, example) = text.split_once("\n# [tenant").unwrap();
    let example = format!("[tenant{}", example.replace("\n# ", "\n"));
    assert_eq!(
        read(&example).unwrap().tenant["acme"][&Sweep::Inactivity].mode,
        Some(Mode::Approve)
    );
}

#[test]
fn what_is_set_is_taken_and_the_rest_stays() {
    let config = read(
        "store = '/srv/a.redb'\nlog_format = 'json'\ncheckpoint_every = '1 h'\n\
         [policy.inactivity]\nmode = 'auto'\nwarn_days = [7, 3]\n\
         [tenant.acme.policy.mfa]\nmfa_grace = '2 days'\n",
    )
    .unwrap();
    assert_eq!(config.store, PathBuf::from("/srv/a.redb"));
    assert_eq!(
        (config.log_format, config.checkpoint_every),
        (LogFormat::Json, Span::hours(1))
    );
    assert_eq!(config.socket_group, "rollcall");
    let policy = config.new_tenant_policy(Sweep::Inactivity, NOW).unwrap();
    assert_eq!((policy.mode, policy.warn_days), (Mode::Auto, vec![7, 3]));
    assert_eq!(policy.suspend_after, Span::days(83));
    assert_eq!(policy.armed_at, Some(NOW), "its amnesty counts from now");
    let proposal = &config.tenant["acme"][&Sweep::Mfa];
    assert_eq!(
        proposal.limits,
        [("mfa_grace".to_owned(), "2 days".to_owned())]
    );
}

#[test]
fn what_is_wrong_is_named_with_line_and_key() {
    for (text, line, key, says) in [
        (
            "log = 'info'\nstroe = '/x'",
            2,
            "stroe",
            "there is no such setting; there are store",
        ),
        ("store = 5", 1, "store", "a text in quotes, not integer"),
        ("store = 'x.redb'", 1, "store", "a path from the root"),
        (
            "\n\nlog_format = 'xml'",
            3,
            "log_format",
            "\"text\" or \"json\"",
        ),
        (
            "checkpoint_every = 15",
            1,
            "checkpoint_every",
            "a text in quotes",
        ),
        (
            "checkpoint_every = '15'",
            1,
            "checkpoint_every",
            "a whole number with a unit",
        ),
        (
            "checkpoint_every = '0 s'",
            1,
            "checkpoint_every",
            "from 1 s to 1 day",
        ),
        ("policy = 1", 1, "policy", "a table"),
        (
            "[heads]\ncopy_to = 'mnt'",
            2,
            "heads.copy_to",
            "a path from the root",
        ),
        (
            "[heads]\nschedule = 'never'",
            2,
            "heads.schedule",
            "it never comes",
        ),
        (
            "[heads]\ncommand = 'ssh log'",
            2,
            "heads.command",
            "a list of texts",
        ),
        (
            "[heads]\ncommand = ['ssh', 'log']",
            2,
            "heads.command",
            "a program from the root",
        ),
        (
            "[heads]\ncommand_timeout = '2 h'",
            2,
            "heads.command_timeout",
            "from 1 s to 1 h",
        ),
        ("[heads]\ncopy = '/x'", 2, "heads.copy", "command_timeout"),
        (
            "[policy.quiet]\nmode = 'auto'",
            1,
            "policy.quiet",
            "inactivity, seats, invitations, mfa",
        ),
        (
            "[policy.mfa]\nmode = 'Auto'",
            2,
            "policy.mfa.mode",
            "\"observe\"",
        ),
        (
            "[policy.mfa]\n\nschedule = 'never'",
            3,
            "policy.mfa.schedule",
            "it never comes",
        ),
        (
            "[policy.mfa]\nsuspend_after = '1 d'",
            2,
            "policy.mfa.suspend_after",
            "mfa_grace, mfa_fresh",
        ),
        (
            "[policy.mfa]\nmfa_grace = '0 d'",
            2,
            "policy.mfa.mfa_grace",
            "from 1 day to 365 days",
        ),
        (
            "[policy.mfa]\nmfa_grace = '40000 d'",
            2,
            "policy.mfa.mfa_grace",
            "from 1 day to 365 days",
        ),
        (
            "[policy.inactivity]\nwarn_days = [0]",
            2,
            "policy.inactivity.warn_days",
            "from 1 to 60",
        ),
        (
            "[policy.inactivity]\nwarn_days = ['x']",
            2,
            "policy.inactivity.warn_days",
            "not array",
        ),
        (
            "[policy.inactivity]\nwarn_days = [3, 7]",
            2,
            "policy.inactivity.warn_days",
            "they go down",
        ),
        (
            "[policy.inactivity]\nsuspend_after = '9 days'\nwarn_days = [10]",
            3,
            "policy.inactivity.warn_days",
            "not longer than the first warning",
        ),
        (
            "[policy.invitations]\ninvitation_valid = '400 days'",
            2,
            "policy.invitations.invitation_valid",
            "from 1 h to 365 days",
        ),
        (
            "[tenant.acme]\nseats = 3",
            2,
            "tenant.acme.seats",
            "holds only `policy`",
        ),
        (
            "[tenant.acme.policy.mfa]\nmod = 'auto'",
            2,
            "tenant.acme.policy.mfa.mod",
            "knows mode, schedule",
        ),
        ("log = 'a'\nlog = 'b'", 2, "", "duplicate key"),
        ("log = ", 1, "", "expected"),
    ] {
        let error = read(text).unwrap_err();
        assert_eq!((error.line, &*error.key), (line, key), "{text}: {error}");
        assert!(error.reason.contains(says), "{text}: {error}");
        assert!(
            error.to_string().starts_with(&format!("a.toml:{line}: ")),
            "{error}"
        );
    }
}

#[test]
fn later_files_win_setting_by_setting_and_a_wrong_one_is_not_half_taken() {
    let dir = tempfile::tempdir().unwrap();
    let (system, own) = (dir.path().join("system.toml"), dir.path().join("own.toml"));
    fs::write(
        &system,
        "log = 'warn'\nstore = '/a'\n[policy.mfa]\nmode = 'auto'\nmfa_fresh = '1 d'\n",
    )
    .unwrap();
    fs::write(&own, "store = '/b'\n[policy.mfa]\nmfa_fresh = '2 d'\n").unwrap();
    let files = [system, own.clone()];
    let config = Config::load(&Dirs::system(), &files, |_| Ok(())).unwrap();
    assert_eq!(
        (&*config.log, &config.store),
        ("warn", &PathBuf::from("/b"))
    );
    let mfa = config.new_tenant_policy(Sweep::Mfa, NOW).unwrap();
    assert_eq!((mfa.mode, mfa.mfa_fresh), (Mode::Auto, Span::days(2)));

    let mut kept = Config::defaults(&Dirs::system());
    read::overlay(&mut kept, &own, "log = 'debug'\nx = 1", &|_| Ok(())).unwrap_err();
    assert_eq!(kept, Config::defaults(&Dirs::system()));
    let missing =
        Config::load(&Dirs::system(), &[dir.path().join("none.toml")], |_| Ok(())).unwrap_err();
    assert!(missing.reason.contains("cannot be read"), "{missing}");
}

fn env(pairs: &'static [(&'static str, &'static str)]) -> impl Fn(&str) -> Option<OsString> {
    |name| {
        pairs
            .iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.into())
    }
}

#[test]
fn root_uses_the_systems_directories_and_others_their_own() {
    let root = Dirs::of(
        0,
        env(&[
            ("HOME", "/root"),
            ("XDG_STATE_HOME", "/s"),
            ("XDG_RUNTIME_DIR", "/r"),
        ]),
    );
    assert_eq!(
        root.store(),
        PathBuf::from("/var/lib/rollcall/rollcall.redb")
    );
    assert_eq!(root.socket(), PathBuf::from("/run/rollcall/rollcall.sock"));
    assert_eq!(
        root.config(),
        std::path::Path::new("/root/.config/rollcall")
    );

    let user = Dirs::of(
        1_000,
        env(&[("HOME", "/home/ada"), ("XDG_RUNTIME_DIR", "/run/user/1000")]),
    );
    assert_eq!(
        user.store(),
        PathBuf::from("/home/ada/.local/state/rollcall/rollcall.redb")
    );
    assert_eq!(
        user.socket(),
        PathBuf::from("/run/user/1000/rollcall/rollcall.sock")
    );
    user.claim_runtime().unwrap();

    let set = Dirs::of(
        1_000,
        env(&[
            ("HOME", "/h"),
            ("XDG_STATE_HOME", "/s"),
            ("XDG_CONFIG_HOME", "c"),
        ]),
    );
    assert_eq!(set.store(), PathBuf::from("/s/rollcall/rollcall.redb"));
    assert_eq!(
        set.config(),
        std::path::Path::new("/h/.config/rollcall"),
        "a relative path counts as not set"
    );
    assert_eq!(
        set.socket(),
        PathBuf::from("/tmp/rollcall-1000/rollcall.sock")
    );
}

#[test]
fn a_service_managers_directories_come_first() {
    let given = [
        ("HOME", "/var/lib/rollcall"),
        ("STATE_DIRECTORY", "/var/lib/rollcall"),
        ("RUNTIME_DIRECTORY", "/run/rollcall"),
    ];
    for uid in [0, 990] {
        let dirs = Dirs::of(uid, |name| {
            given
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| value.into())
        });
        assert_eq!(
            (dirs.store(), dirs.socket()),
            (Dirs::system().store(), Dirs::system().socket())
        );
        dirs.claim_runtime().unwrap();
    }
}

#[test]
fn the_private_directory_must_be_private() {
    let dir = tempfile::tempdir().unwrap();
    let runtime = dir.path().join("rollcall-x");
    let me = nix::unistd::geteuid().as_raw();
    let dirs = Dirs::with_private_runtime(&runtime, me);
    dirs.claim_runtime().unwrap();
    dirs.claim_runtime().unwrap();
    assert_eq!(
        fs::metadata(&runtime).unwrap().permissions().mode() & 0o777,
        0o700
    );
    fs::write(dirs.socket(), "").unwrap();
    assert_eq!(dirs.find_socket(None).socket, dirs.socket());

    fs::set_permissions(&runtime, fs::Permissions::from_mode(0o770)).unwrap();
    let error = dirs.claim_runtime().unwrap_err();
    assert!(error.to_string().contains("mode 0700"), "{error}");
    let somebody = Dirs::with_private_runtime(&runtime, me + 1);
    fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700)).unwrap();
    assert!(matches!(
        somebody.claim_runtime().unwrap_err(),
        DirsError::Untrusted { .. }
    ));
    assert_eq!(
        dirs.find_socket(Some("/told".into())),
        Place::only("/told".into())
    );
}

#[test]
fn a_dead_socket_hides_no_daemon_behind_it() {
    let dir = tempfile::tempdir().unwrap();
    let [own, system] = ["own", "system"].map(|name| dir.path().join(name));
    let place = || Place::first(own.clone(), system.clone());
    let found = |socket: &Path, passed: &[&Path]| Place {
        socket: socket.into(),
        passed: passed.iter().map(Into::into).collect(),
    };
    assert_eq!(place(), found(&own, &[&system]), "neither is there");
    // Whoever listened is gone, and the file is still there.
    drop(UnixListener::bind(&own).unwrap());
    assert!(own.exists());
    assert_eq!(place(), found(&own, &[&system]));
    let second = UnixListener::bind(&system).unwrap();
    assert_eq!(place(), found(&system, &[&own]));
    fs::remove_file(&own).unwrap();
    let first = UnixListener::bind(&own).unwrap();
    assert_eq!(place(), found(&own, &[]));
    drop((first, second));
    assert_eq!(place(), found(&own, &[&system]));
}
