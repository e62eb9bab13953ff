//! The session, and the open connection that lies still.
