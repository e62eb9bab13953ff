//! The route to the host, and the TCP handshake.
