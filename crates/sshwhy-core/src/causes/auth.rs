//! User authentication.
