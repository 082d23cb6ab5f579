//! The terminal, borrowed: raw mode, alternate screen, paste marks and clicks are switched on, and whatever happens they
//! are switched off again: at the end, on an error, on a panic, on a signal.

use super::canvas::Canvas;
use super::painter::Painter;
use super::state::State;
use super::view::view;
use crossterm::Command;
use crossterm::clipboard::CopyToClipboard;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::io::{self, Stdout, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

/// Alternate screen, cursor hidden, pasted text marked.
const ENTER: &str = "\x1b[?1049h\x1b[?25l\x1b[?2004h";
/// Everything back, also what a frame cut short may have left on.
const LEAVE: &str = "\x1b[?2026l\x1b[r\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[m\x1b[?25h\x1b[?1049l";
/// Clicks and the wheel; never movements, which would send bytes for nothing.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";

static BORROWED: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();
static PANIC: Notify = Notify::const_new();

/// The terminal for as long as this lives.
pub struct Guard {
    painter: Painter<Stdout>,
    buffer: Buffer,
    mouse: bool,
}

impl Guard {
    /// Borrows the terminal; a plain one is not asked to move rows.
    pub fn enter(mouse: bool, plain: bool) -> io::Result<Guard> {
        // A panic must give the terminal back before its message is printed.
        HOOK.call_once(|| {
            let before = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |info| {
                if give_back() {
                    PANIC.notify_one();
                }
                before(info);
            }));
        });
        borrow(mouse)?;
        Ok(Guard {
            painter: match plain {
                true => Painter::new(io::stdout()).without_scrolling(),
                false => Painter::new(io::stdout()),
            },
            buffer: Buffer::default(),
            mouse,
        })
    }

    /// Draws the state.
    pub fn draw(&mut self, state: &State) -> io::Result<()> {
        let (width, height) = state.size;
        self.buffer.resize(Rect::new(0, 0, width, height));
        self.buffer.reset();
        let mut canvas = Canvas::new(&mut self.buffer);
        view(state, &mut canvas);
        let cursor = canvas.cursor();
        self.painter.paint(&self.buffer, cursor)
    }

    /// Reports clicks and the wheel, or leaves the mouse to the terminal.
    pub fn set_mouse(&mut self, on: bool) {
        self.mouse = on;
        let sequence = if on { MOUSE_ON } else { MOUSE_OFF };
        self.painter.raw(sequence);
    }

    /// Hands a text to the terminal's clipboard (OSC 52), which also works over SSH.
    pub fn copy(&mut self, text: &str) {
        let mut sequence = String::new();
        if CopyToClipboard::to_clipboard_from(text)
            .write_ansi(&mut sequence)
            .is_ok()
        {
            self.painter.raw(&sequence);
        }
    }

    /// Draws everything with the next frame.
    pub fn redraw(&mut self) {
        self.painter.forget();
    }

    /// Gives the terminal back and stops until the shell continues us.
    pub fn pause(&mut self) -> io::Result<()> {
        give_back();
        let stopped = nix::sys::signal::raise(nix::sys::signal::Signal::SIGTSTP);
        borrow(self.mouse)?;
        self.redraw();
        stopped.map_err(io::Error::from)
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

fn borrow(mouse: bool) -> io::Result<()> {
    enable_raw_mode()?;
    BORROWED.store(true, Ordering::SeqCst);
    let mut sequence = ENTER.to_owned();
    if mouse {
        sequence.push_str(MOUSE_ON);
    }
    write(&sequence).inspect_err(|_| {
        give_back();
    })
}

/// Restores the terminal; true when it was borrowed. One that is gone cannot be told so, and that is no error.
fn give_back() -> bool {
    let borrowed = BORROWED.swap(false, Ordering::SeqCst);
    if borrowed {
        let _ = write(LEAVE);
        let _ = disable_raw_mode();
    }
    borrowed
}

/// Completes when a panic anywhere in the process has given the terminal back: nothing may be drawn any more.
pub async fn panicked() {
    PANIC.notified().await;
}

fn write(sequence: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(sequence.as_bytes())?;
    out.flush()
}
