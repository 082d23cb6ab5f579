//! From a blocking writer to an answer that is streamed.

use futures_util::{Stream, StreamExt, stream};
use hyper::body::Bytes;
use std::io::{self, Write};
use tokio::sync::mpsc;

/// Chunks between the writer and the connection; the writer waits when they are full.
const CHUNKS: usize = 4;
const CHUNK: usize = 256 * 1024;

/// The reading end of a pipe.
#[derive(Debug)]
pub struct Download(mpsc::Receiver<Option<Bytes>>);

/// The writing end of a pipe: for a blocking thread. Dropped without [`PipeWriter::finish`], the answer breaks off and
/// the client knows that what it has is not whole.
#[derive(Debug)]
pub struct PipeWriter {
    chunks: mpsc::Sender<Option<Bytes>>,
    open: Vec<u8>,
}

/// A pipe from a blocking thread to the client.
pub fn pipe() -> (PipeWriter, Download) {
    let (chunks, download) = mpsc::channel(CHUNKS);
    let open = Vec::with_capacity(CHUNK);
    (PipeWriter { chunks, open }, Download(download))
}

impl PipeWriter {
    /// Sends what is left and says that it is whole.
    ///
    /// # Errors
    /// When the client has gone.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush()?;
        self.send(None)
    }

    fn send(&self, chunk: Option<Bytes>) -> io::Result<()> {
        self.chunks
            .blocking_send(chunk)
            .map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "the client has gone"))
    }
}

impl Write for PipeWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.open.extend_from_slice(bytes);
        if self.open.len() >= CHUNK {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.open.is_empty() {
            return Ok(());
        }
        let chunk = std::mem::replace(&mut self.open, Vec::with_capacity(CHUNK));
        self.send(Some(Bytes::from(chunk)))
    }
}

impl Download {
    /// The chunks; an error at the end when the writer gave up.
    pub(super) fn into_stream(self) -> impl Stream<Item = io::Result<Bytes>> + Send {
        stream::unfold(Some(self.0), |chunks| async move {
            let mut chunks = chunks?;
            match chunks.recv().await {
                Some(Some(chunk)) => Some((Ok(chunk), Some(chunks))),
                Some(None) => None,
                None => Some((Err(io::Error::other("the answer broke off")), None)),
            }
        })
        .fuse()
    }
}
