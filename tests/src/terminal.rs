//! A pseudo-terminal with a screen that can be read.

use crate::poll::poll;
use crate::programs::spawning;
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, SlavePty, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// A program in a pseudo-terminal.
pub struct Terminal {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    /// Kept open: the system forgets the modes of a terminal that nobody has open.
    slave: Option<Box<dyn SlavePty + Send>>,
    reader: Option<JoinHandle<()>>,
    screen: Arc<Mutex<Screen>>,
    name: std::path::PathBuf,
    before: String,
}

struct Screen {
    parser: vt100::Parser,
    raw: Vec<u8>,
    gone: bool,
}

impl Terminal {
    /// Starts a program in a terminal of this size.
    ///
    /// # Panics
    /// When there is no pseudo-terminal or the program cannot be started.
    pub fn start(
        program: &Path,
        args: &[&str],
        env: &[(&str, &str)],
        rows: u16,
        cols: u16,
    ) -> Self {
        let size = PtySize {
            rows,
            cols,
            pixel_width: 0,
            pixel_height: 0,
        };
        // The pseudo-terminal must not be inherited by what another thread starts meanwhile: it could then not be closed.
        let spawning = spawning();
        let pair = native_pty_system()
            .openpty(size)
            .unwrap_or_else(|e| panic!("{e}"));
        let name = pair
            .master
            .tty_name()
            .unwrap_or_else(|| panic!("the terminal has no name"));
        let before = stty(&name);
        let mut command = CommandBuilder::new(program);
        command.args(args);
        command.env("TERM", "xterm-256color");
        command.env("LC_ALL", "C.UTF-8");
        command.env_remove("NO_COLOR");
        for (name, value) in env {
            command.env(name, value);
        }
        let child = pair
            .slave
            .spawn_command(command)
            .unwrap_or_else(|e| panic!("{e}"));
        let mut out = pair
            .master
            .try_clone_reader()
            .unwrap_or_else(|e| panic!("{e}"));
        let keys = pair.master.take_writer().unwrap_or_else(|e| panic!("{e}"));
        drop(spawning);
        let one = NonZero::<u16>::MIN;
        let parser = vt100::Parser::new(
            NonZero::new(rows).unwrap_or(one),
            NonZero::new(cols).unwrap_or(one),
            0,
        );
        let screen = Arc::new(Mutex::new(Screen {
            parser,
            raw: Vec::new(),
            gone: false,
        }));
        let shown = screen.clone();
        let reader = std::thread::spawn(move || {
            let mut buffer = [0; 65_536];
            while let Ok(n @ 1..) = out.read(&mut buffer) {
                let mut screen = shown.lock().unwrap_or_else(PoisonError::into_inner);
                if screen.gone {
                    return;
                }
                screen.parser.process(&buffer[..n]);
                screen.raw.extend_from_slice(&buffer[..n]);
            }
        });
        Terminal {
            child,
            master: Some(pair.master),
            keys: Some(keys),
            slave: Some(pair.slave),
            reader: Some(reader),
            screen,
            name,
            before,
        }
    }

    /// Closes the terminal under the program, as a lost SSH connection does.
    ///
    /// # Panics
    /// When it cannot be closed.
    pub fn hang_up(&mut self) {
        self.lock().gone = true;
        // The reader holds a copy of the terminal and waits on it; a byte from the other side lets it see that it is
        // to end.
        std::fs::File::options()
            .write(true)
            .open(&self.name)
            .and_then(|mut slave| slave.write_all(b" "))
            .unwrap_or_else(|e| panic!("{e}"));
        let ended = self.reader.take().map(JoinHandle::join);
        assert!(ended.is_none_or(|e| e.is_ok()));
        self.slave = None;
        self.keys = None;
        self.master = None;
    }

    /// Gives the terminal another size, as a window that is dragged does.
    ///
    /// # Panics
    /// When the terminal was closed.
    pub fn resize(&self, rows: u16, cols: u16) {
        let Some(master) = &self.master else {
            panic!("the terminal was closed")
        };
        let one = NonZero::<u16>::MIN;
        // Ours first: what comes afterwards may be drawn for the new size.
        self.lock().parser.screen_mut().set_size(
            NonZero::new(rows).unwrap_or(one),
            NonZero::new(cols).unwrap_or(one),
        );
        let size = PtySize {
            rows,
            cols,
            pixel_width: 0,
            pixel_height: 0,
        };
        master.resize(size).unwrap_or_else(|e| panic!("{e}"));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Screen> {
        self.screen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends keys as a terminal would.
    ///
    /// # Panics
    /// When the program has gone.
    pub fn send(&mut self, keys: &str) {
        let Some(pipe) = &mut self.keys else {
            panic!("the terminal was closed")
        };
        pipe.write_all(keys.as_bytes())
            .and_then(|()| pipe.flush())
            .unwrap_or_else(|e| panic!("{e}"));
    }

    /// The screen as text, a line a row.
    pub fn text(&self) -> String {
        self.look(vt100::Screen::contents)
    }

    /// Each row of the screen, from the first to the last.
    pub fn rows(&self) -> Vec<String> {
        self.look(|screen| screen.rows(0, screen.size().1.get()).collect())
    }

    /// Looks at the cells of the screen.
    pub fn look<T>(&self, look: impl FnOnce(&vt100::Screen) -> T) -> T {
        look(self.lock().parser.screen())
    }

    /// Bytes received so far.
    pub fn bytes(&self) -> usize {
        self.lock().raw.len()
    }

    /// Everything received so far, as it came.
    pub fn raw(&self) -> Vec<u8> {
        self.lock().raw.clone()
    }

    /// Waits until the screen shows a text.
    pub fn shows(&self, text: &str) -> String {
        let found = |screen: String| screen.contains(text).then_some(screen);
        self.until(text, found)
    }

    /// Waits until the screen is as wished; a failure prints the screen.
    pub fn until<T>(&self, what: &str, mut wish: impl FnMut(String) -> Option<T>) -> T {
        let mut last = String::new();
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            poll(what, || {
                last = self.text();
                wish(last.clone())
            })
        }));
        result.unwrap_or_else(|_| panic!("the screen never showed {what:?}:\n{}", self.text()))
    }

    /// The modes of the terminal's line discipline, as `stty -a` tells them.
    pub fn modes(&self) -> String {
        stty(&self.name)
    }

    /// As [`Terminal::modes`], before the program was started.
    pub fn modes_before(&self) -> &str {
        &self.before
    }

    /// Whether the screen is the alternate one, the cursor hidden, mouse reports or bracketed paste on.
    pub fn dressed(&self) -> (bool, bool, bool, bool) {
        self.look(|screen| {
            (
                screen.alternate_screen(),
                screen.hide_cursor(),
                screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None,
                screen.bracketed_paste(),
            )
        })
    }

    /// The process in the terminal.
    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap_or(0)
    }

    /// Waits for the program's end and gives its exit code.
    pub fn ended(&mut self) -> u32 {
        poll("the program in the terminal to end", || {
            self.child.try_wait().ok().flatten()
        })
        .exit_code()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn stty(name: &Path) -> String {
    let output = std::process::Command::new("stty")
        .arg("-a")
        .arg("-F")
        .arg(name)
        .output()
        .unwrap_or_else(|e| panic!("{e}"));
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}
