//! Stub: the client.
