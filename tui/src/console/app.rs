//! The loop of the console: keys, answers, news and time go into `update`; its effects go out; frames are drawn when
//! something changed and no oftener than needed.

use super::api::Api;
use super::effect::Runner;
use super::kept;
use super::keymap::{Keymap, KeymapError};
use super::message::{Ask, Effect, Message};
use super::state::users::Columns;
use super::state::{Setup, State, Tone};
use super::terminal::{Guard, panicked};
use super::theme::Look;
use super::update::update;
use crossterm::event::{Event, EventStream, MouseEventKind};
use futures_util::StreamExt;
use rollcall_shared::clock::Clock;
use rollcall_shared::domain::Micros;
use std::collections::VecDeque;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::Instant;

/// How the console is started.
pub struct Options {
    /// Nothing may be changed from here until it is switched off.
    pub read_only: bool,
    /// Look at one tenant.
    pub tenant: Option<String>,
    /// ASCII only and no colour.
    pub plain: bool,
    /// Clicks and the wheel are reported.
    pub mouse: bool,
    /// The admin's own key bindings; a file that is not there changes nothing.
    pub keymap: Option<PathBuf>,
    /// The file in which the columns chosen are kept.
    pub columns: Option<PathBuf>,
    /// How another terminal joins; none where everybody's daemon is asked.
    pub joins: Option<String>,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
}

/// How the console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The admin left, the terminal went, or somebody asked the program to stop.
    Left,
    /// It was interrupted by a signal; Ctrl-C as a key is a command of the key map.
    Interrupted,
}

/// Why the console could not start or had to stop.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// There is no terminal.
    #[error(
        "the console needs a terminal on both sides; in scripts use the commands, for example `rollcall user list --json`"
    )]
    NoTerminal,
    /// The key map cannot be used.
    #[error(transparent)]
    Keymap(#[from] KeymapError),
    /// A part of the program panicked; its message has been printed.
    #[error("a part of the program failed; its message stands above")]
    Panicked,
    /// The terminal failed.
    #[error("the terminal failed: {0}")]
    Terminal(#[from] io::Error),
}

/// Between two frames that only news caused.
const BETWEEN_FRAMES: Duration = Duration::from_millis(100);

/// How long a frame waits for the answer to a question that a key caused: most answers are faster, and then the rows
/// change once instead of twice.
const PATIENCE: Duration = Duration::from_millis(10);

/// Runs the console until the admin leaves or a signal ends it. The terminal is restored in every case.
pub async fn run<A: Api>(api: A, options: Options) -> Result<Ending, ConsoleError> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(ConsoleError::NoTerminal);
    }
    let keymap = Keymap::load(options.keymap.as_deref())?;
    let size = crossterm::terminal::size()?;
    let colour = !options.plain && !anstyle_query::no_color();
    let unicode = !options.plain && locale_is_unicode();
    let state = State::new(Setup {
        keymap: Arc::new(keymap),
        look: Look::new(colour, unicode),
        read_only: options.read_only,
        tenant: options.tenant,
        mouse: options.mouse,
        columns: kept::columns(options.columns.as_deref()),
        joins: options.joins,
        size,
        now: options.clock.now(),
    });
    let mut signals = Signals::new()?;
    let guard = Guard::enter(options.mouse, options.plain)?;
    let (send, inbox) = unbounded_channel();
    let app = App {
        state,
        guard,
        runner: Runner::new(api, send.clone()),
        keys: send,
        clock: options.clock,
        columns: options.columns,
        pace: Pace::default(),
    };
    app.go(inbox, &mut signals).await
}

/// Signs outside ASCII are used unless the locale says that they cannot be shown, or the terminal is the kernel's.
fn locale_is_unicode() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    if set("TERM").is_some_and(|term| term == "linux") {
        return false;
    }
    let locale = set("LC_ALL")
        .or_else(|| set("LC_CTYPE"))
        .or_else(|| set("LANG"));
    locale.is_none_or(|name| {
        let name = name.to_lowercase();
        name.contains("utf-8") || name.contains("utf8")
    })
}

struct Signals {
    all: [Signal; 3],
}

impl Signals {
    fn new() -> io::Result<Signals> {
        Ok(Signals {
            all: [
                signal(SignalKind::terminate())?,
                signal(SignalKind::hangup())?,
                signal(SignalKind::interrupt())?,
            ],
        })
    }

    async fn any(&mut self) -> Ending {
        let [a, b, c] = &mut self.all;
        tokio::select! {
            _ = a.recv() => Ending::Left,
            _ = b.recv() => Ending::Left,
            _ = c.recv() => Ending::Interrupted,
        }
    }
}

/// How soon a frame is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Haste {
    /// An admin waits for it.
    Now,
    /// An admin waits for it, and a better one is about to be possible.
    Soon,
    /// Nobody asked.
    Whenever,
}

/// When the next frame is drawn.
#[derive(Debug, Default)]
struct Pace {
    last: Option<Instant>,
    due: Option<Instant>,
}

impl Pace {
    fn want(&mut self, now: Instant, haste: Haste) {
        let at = match haste {
            Haste::Now => now,
            Haste::Soon => now + PATIENCE,
            Haste::Whenever => self.last.map_or(now, |last| now.max(last + BETWEEN_FRAMES)),
        };
        self.due = Some(self.due.map_or(at, |due| due.min(at)));
    }

    fn drawn(&mut self, now: Instant) {
        self.last = Some(now);
        self.due = None;
    }
}

struct App<A> {
    state: State,
    guard: Guard,
    runner: Runner<A>,
    keys: UnboundedSender<Message>,
    clock: Arc<dyn Clock>,
    columns: Option<PathBuf>,
    pace: Pace,
}

impl<A: Api> App<A> {
    async fn go(
        mut self,
        mut inbox: UnboundedReceiver<Message>,
        signals: &mut Signals,
    ) -> Result<Ending, ConsoleError> {
        let mut keys = tokio::spawn(read_keys(self.keys.clone()));
        let mut batch = vec![Message::Start];
        loop {
            if self.take(&mut batch)? {
                return Ok(Ending::Left);
            }
            let now = Instant::now();
            if self.pace.due.is_some_and(|due| due <= now) {
                self.guard.draw(&self.state)?;
                self.pace.drawn(now);
            }
            let tick = self.state.next_tick();
            tokio::select! {
                biased;
                ending = signals.any() => return Ok(ending),
                () = panicked() => return Err(ConsoleError::Panicked),
                // The terminal is gone.
                _ = &mut keys => return Ok(Ending::Left),
                Some(message) = inbox.recv() => batch.push(message),
                () = until(&*self.clock, tick) => batch.push(Message::Tick),
                () = due(self.pace.due) => {}
            }
            // What has arrived meanwhile belongs to the same frame.
            while let Ok(message) = inbox.try_recv() {
                batch.push(message);
            }
        }
    }

    /// Takes all messages; true when it is time to leave.
    fn take(&mut self, batch: &mut Vec<Message>) -> io::Result<bool> {
        let mut questions: Vec<Effect> = Vec::new();
        let mut queue: VecDeque<Message> = batch.drain(..).collect();
        while let Some(message) = queue.pop_front() {
            self.state.now = self.clock.now();
            let by_admin = is_input(&message);
            let awaited = matches!(&message, Message::Answer(ticket, _) if ticket.urgent);
            let effects = update(&mut self.state, message);
            let asks = effects
                .iter()
                .any(|e| matches!(e, Effect::Fetch(ticket, _) if ticket.urgent));
            let haste = match (by_admin, asks, awaited) {
                (true, true, _) => Haste::Soon,
                (true, false, _) | (_, _, true) => Haste::Now,
                _ => Haste::Whenever,
            };
            self.pace.want(Instant::now(), haste);
            for effect in effects {
                match effect {
                    Effect::Quit => return Ok(true),
                    Effect::Remember(columns) => self.remember(&columns),
                    Effect::Copy(text) => self.guard.copy(&text),
                    Effect::Mouse(on) => self.guard.set_mouse(on),
                    Effect::Redraw => self.guard.redraw(),
                    Effect::Pause => {
                        self.guard.pause()?;
                        // It may have another size by now.
                        let (width, height) = crossterm::terminal::size()?;
                        queue.push_back(Message::Resize(width, height));
                    }
                    question => {
                        // Of several pages asked for in one go only the last is wanted.
                        if matches!(question, Effect::Fetch(_, Ask::Users(_))) {
                            questions.retain(|q| !matches!(q, Effect::Fetch(_, Ask::Users(_))));
                        }
                        questions.push(question);
                    }
                }
            }
        }
        for question in questions {
            self.runner.start(question);
        }
        Ok(false)
    }
}

impl<A> App<A> {
    /// Keeps the columns chosen; when that fails they hold until the console is left, and the admin is told so.
    fn remember(&mut self, columns: &Columns) {
        let Some(path) = &self.columns else {
            return;
        };
        if let Err(error) = kept::keep_columns(path, columns) {
            let text = format!("The columns are not kept in {}: {error}", path.display());
            self.state.say(Tone::Bad, text);
        }
    }
}

fn is_input(message: &Message) -> bool {
    matches!(
        message,
        Message::Start
            | Message::Key(_)
            | Message::Mouse(_)
            | Message::Paste(_)
            | Message::Resize(..)
    )
}

/// Sends what the terminal reports until it is gone. A task of its own, because the stream must be polled by one waker
/// only: it keeps the first it sees, and another's wait would never end.
async fn read_keys(send: UnboundedSender<Message>) {
    let mut events = EventStream::new();
    while let Some(Ok(event)) = events.next().await {
        if let Some(message) = message(event)
            && send.send(message).is_err()
        {
            return;
        }
    }
}

fn message(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) => Some(Message::Key(key)),
        Event::Mouse(mouse) if mouse.kind == MouseEventKind::Moved => None,
        Event::Mouse(mouse) => Some(Message::Mouse(mouse)),
        Event::Paste(text) => Some(Message::Paste(text)),
        Event::Resize(width, height) => Some(Message::Resize(width, height)),
        Event::FocusGained | Event::FocusLost => None,
    }
}

async fn until(clock: &dyn Clock, at: Option<Micros>) {
    match at {
        Some(at) => clock.wait_until(at).await,
        None => std::future::pending().await,
    }
}

async fn due(at: Option<Instant>) {
    match at {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_draws_at_most_ten_frames_a_second_and_keys_at_once() {
        let start = Instant::now();
        let mut pace = Pace::default();
        pace.want(start, Haste::Whenever);
        assert_eq!(pace.due, Some(start));
        pace.drawn(start);
        let later = start + Duration::from_millis(30);
        pace.want(later, Haste::Whenever);
        assert_eq!(pace.due, Some(start + BETWEEN_FRAMES));
        pace.want(later, Haste::Soon);
        assert_eq!(pace.due, Some(later + PATIENCE));
        pace.want(later, Haste::Now);
        assert_eq!(pace.due, Some(later));
        pace.drawn(later);
        assert_eq!(pace.due, None);
    }
}
