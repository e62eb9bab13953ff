//! Before anything leaves this machine.
