//! Lines as sshd of many releases, PAM, libwrap, systemd and Dropbear write them.

use proptest::prelude::*;

use super::*;

mod hostile;
mod public_data;
mod releases;
