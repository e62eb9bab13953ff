#![no_main]

use sshwhy_core::wire::ssh::kexinit::KexInit;
use sshwhy_core::wire::ssh::kexinit::Proposal;
use sshwhy_core::wire::ssh::message::Message;
use sshwhy_core::wire::ssh::negotiate::Client;
use sshwhy_core::wire::ssh::negotiate::Negotiation;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(Message::KexInit(server)) = Message::parse(data) else { return };
    let client = KexInit::of_client([0; 16], &Proposal::usual());
    let _ = Negotiation::of(&client, &server, &Client::default());
});
