//! A disk in memory that records what is done to it, and what it may hold after the power is cut.

use redb::StorageBackend;
use std::io;
use std::sync::{Arc, Mutex};

const PAGE: usize = 4096;
const SECTOR: usize = 512;

/// Bytes in shared pages, so that a copy costs next to nothing.
#[derive(Clone, Debug, Default)]
pub struct Image {
    pages: Vec<Arc<[u8; PAGE]>>,
    len: usize,
}

impl Image {
    fn set_len(&mut self, len: usize) {
        let empty = Arc::new([0; PAGE]);
        self.pages.resize(len.div_ceil(PAGE), empty);
        if len < self.len && !len.is_multiple_of(PAGE) {
            let last = self.pages.last_mut().unwrap();
            Arc::make_mut(last)[len % PAGE..].fill(0);
        }
        self.len = len;
    }

    fn write(&mut self, offset: usize, data: &[u8]) {
        if offset + data.len() > self.len {
            self.set_len(offset + data.len());
        }
        let mut at = 0;
        while at < data.len() {
            let (page, from) = ((offset + at) / PAGE, (offset + at) % PAGE);
            let n = (PAGE - from).min(data.len() - at);
            Arc::make_mut(&mut self.pages[page])[from..from + n].copy_from_slice(&data[at..at + n]);
            at += n;
        }
    }

    fn read(&self, offset: usize, out: &mut [u8]) -> bool {
        if offset + out.len() > self.len {
            return false;
        }
        let mut at = 0;
        while at < out.len() {
            let (page, from) = ((offset + at) / PAGE, (offset + at) % PAGE);
            let n = (PAGE - from).min(out.len() - at);
            out[at..at + n].copy_from_slice(&self.pages[page][from..from + n]);
            at += n;
        }
        true
    }
}

/// What was done, in order.
#[derive(Clone, Debug)]
pub enum Done {
    Write(usize, Arc<[u8]>),
    SetLen(usize),
    Sync,
    /// The run began (or ended) its group of this number.
    Begun(usize),
    Acknowledged(usize),
}

#[derive(Debug, Default)]
struct State {
    image: Image,
    /// None: nothing is recorded.
    tape: Option<Vec<Done>>,
    fail_syncs: bool,
}

/// The disk; clones are the same one.
#[derive(Clone, Debug, Default)]
pub struct Disk(Arc<Mutex<State>>);

impl Disk {
    pub fn of(image: Image) -> Disk {
        let disk = Disk::default();
        disk.0.lock().unwrap().image = image;
        disk
    }

    pub fn image(&self) -> Image {
        self.0.lock().unwrap().image.clone()
    }

    pub fn record(&self) {
        self.0.lock().unwrap().tape = Some(Vec::new());
    }

    pub fn mark(&self, what: Done) {
        self.0.lock().unwrap().tape.as_mut().unwrap().push(what);
    }

    pub fn stop(&self) -> Vec<Done> {
        self.0.lock().unwrap().tape.take().unwrap()
    }

    pub fn fail_syncs(&self, fail: bool) {
        self.0.lock().unwrap().fail_syncs = fail;
    }

    fn change(&self, done: Done) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        match &done {
            Done::Write(offset, data) => state.image.write(*offset, data),
            Done::SetLen(len) => state.image.set_len(*len),
            _ if state.fail_syncs => return Err(io::Error::other("the disk is gone")),
            _ => {}
        }
        if let Some(tape) = &mut state.tape {
            tape.push(done);
        }
        Ok(())
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.0.lock().unwrap().image.len as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        match self.0.lock().unwrap().image.read(offset as usize, out) {
            true => Ok(()),
            false => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.change(Done::SetLen(len as usize))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.change(Done::Sync)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.change(Done::Write(offset as usize, data.into()))
    }
}

/// Seeded numbers (SplitMix64).
pub struct Seeded(pub u64);

impl Seeded {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}

/// A recorded run, ready to be cut anywhere.
pub struct Recording {
    done: Vec<Done>,
    /// What is surely on the disk: at each sync, and before the first thing done.
    durable: Vec<(usize, Image)>,
}

/// What the power cut left.
pub struct Cut {
    pub image: Image,
    /// Groups acknowledged before it.
    pub acknowledged: usize,
    /// Groups begun before it.
    pub begun: usize,
}

impl Recording {
    pub fn new(start: Image, done: Vec<Done>) -> Recording {
        let mut image = start;
        let mut durable = vec![(0, image.clone())];
        for (index, one) in done.iter().enumerate() {
            match one {
                Done::Write(offset, data) => image.write(*offset, data),
                Done::SetLen(len) => image.set_len(*len),
                Done::Sync => durable.push((index + 1, image.clone())),
                Done::Begun(_) | Done::Acknowledged(_) => {}
            }
        }
        Recording { done, durable }
    }

    /// Cuts the power at a seeded instant. Of what was not synced, each write is on the disk, or not, or some of its
    /// sectors are, in any order.
    pub fn cut(&self, seeded: &mut Seeded) -> Cut {
        let at = seeded.below(self.done.len() + 1);
        let (synced, image) = self
            .durable
            .iter()
            .rfind(|(index, _)| *index <= at)
            .unwrap();
        let mut image = image.clone();
        let mut pending: Vec<&Done> = self.done[*synced..at].iter().collect();
        if seeded.below(2) == 0 {
            for i in (1..pending.len()).rev() {
                pending.swap(i, seeded.below(i + 1));
            }
        }
        let of_ten = [0, 1, 5, 9, 10][seeded.below(5)];
        for one in pending {
            match one {
                Done::Write(offset, data) if seeded.below(4) == 0 => {
                    torn(&mut image, *offset, data, seeded);
                }
                Done::Write(offset, data) if seeded.below(10) < of_ten => {
                    image.write(*offset, data)
                }
                Done::SetLen(len) if seeded.below(10) < of_ten => image.set_len(*len),
                _ => {}
            }
        }
        let (mut acknowledged, mut begun) = (0, 0);
        for one in &self.done[..at] {
            match one {
                Done::Begun(n) => begun = *n,
                Done::Acknowledged(n) => acknowledged = *n,
                _ => {}
            }
        }
        Cut {
            image,
            acknowledged,
            begun,
        }
    }
}

/// Writes some of the sectors of one write.
fn torn(image: &mut Image, offset: usize, data: &[u8], seeded: &mut Seeded) {
    let mut at = 0;
    while at < data.len() {
        let n = (SECTOR - (offset + at) % SECTOR).min(data.len() - at);
        if seeded.below(2) == 0 {
            image.write(offset + at, &data[at..at + n]);
        }
        at += n;
    }
}
