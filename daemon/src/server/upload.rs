//! The body of an import, for whoever reads it: async, or blocking in a thread of its own.

use axum::body::{Body, BodyDataStream};
use futures_util::StreamExt;
use hyper::body::Bytes;
use std::io::{self, Read};
use tokio::runtime::Handle;

/// A file as the client sends it. Nothing is read ahead: what is not read waits with the client.
#[derive(Debug)]
pub struct Upload(BodyDataStream);

/// Reads an upload from a blocking thread (`spawn_blocking`, or one of its own); never from an async task.
#[derive(Debug)]
pub struct UploadReader {
    upload: Upload,
    runtime: Handle,
    chunk: Bytes,
}

impl Upload {
    pub(super) fn new(body: Body) -> Self {
        Upload(body.into_data_stream())
    }

    /// The next piece; none at the end.
    pub async fn next(&mut self) -> Option<io::Result<Bytes>> {
        let piece = self.0.next().await?;
        Some(piece.map_err(|e| io::Error::other(format!("the upload broke off: {e}"))))
    }

    /// A blocking reader; call it on the runtime that serves the request.
    pub fn into_reader(self) -> UploadReader {
        UploadReader {
            upload: self,
            runtime: Handle::current(),
            chunk: Bytes::new(),
        }
    }
}

impl Read for UploadReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.runtime.block_on(self.upload.next()) {
                Some(piece) => self.chunk = piece?,
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.chunk.len());
        buffer[..length].copy_from_slice(&self.chunk.split_to(length));
        Ok(length)
    }
}
