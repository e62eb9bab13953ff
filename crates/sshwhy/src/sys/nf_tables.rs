//! The names of the tables of nf_tables (Linux `include/uapi/linux/netfilter/nf_tables.h`), for hosts without nft(8).

use std::io;

use super::netlink;
use super::netlink::Wants;

/// A table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Table {
    /// `NFPROTO_…`: 1 for `inet`, 2 for `ip`, 10 for `ip6`.
    pub family: u8,
    /// Its name.
    pub name: String,
}

impl Table {
    /// Whether it sees packets of this version of IP only.
    pub fn is_ip(&self, is_ipv6: bool) -> bool {
        self.family == if is_ipv6 { NFPROTO_IPV6 } else { NFPROTO_IPV4 }
    }

    /// Whether it sees packets of IP at all, not only those of ARP or of bridges.
    pub fn sees_ip(&self) -> bool {
        !matches!(self.family, NFPROTO_ARP | NFPROTO_BRIDGE)
    }
}

// linux/netfilter.h.
const NFPROTO_IPV4: u8 = 2;
const NFPROTO_ARP: u8 = 3;
const NFPROTO_BRIDGE: u8 = 7;
const NFPROTO_IPV6: u8 = 10;

// linux/netfilter/nfnetlink.h, linux/netfilter/nf_tables.h.
const NFNL_SUBSYS_NFTABLES: u16 = 10;
const NFT_MSG_GETTABLE: u16 = 1;
const NFTA_TABLE_NAME: u16 = 1;
/// Bytes of `struct nfgenmsg`: family, version, resource.
const HEADER_BYTES: usize = 4;

/// All tables of this network namespace.
///
/// # Errors
///
/// `EPERM` for everybody but root; `EINVAL` or `EPROTONOSUPPORT` from a kernel without nf_tables.
pub fn tables() -> io::Result<Vec<Table>> {
    let mut tables = Vec::new();
    let kind = NFNL_SUBSYS_NFTABLES << 8 | NFT_MSG_GETTABLE;
    netlink::ask(libc::NETLINK_NETFILTER, kind, Wants::All, &[0; HEADER_BYTES], |_, message| {
        tables.extend(decode(message));
    })?;
    Ok(tables)
}

fn decode(message: &[u8]) -> Option<Table> {
    let family = *message.first()?;
    let mut attributes = netlink::attributes(message.get(HEADER_BYTES..)?);
    let (_, name) = attributes.find(|(kind, _)| *kind == NFTA_TABLE_NAME)?;
    let name = name.split(|byte| *byte == 0).next()?;
    Some(Table { family, name: String::from_utf8_lossy(name).into_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_messages() {
        let mut whole = vec![2, 0, 0, 0];
        netlink::push_attribute(&mut whole, NFTA_TABLE_NAME, b"filter\0");
        for end in 0..whole.len() {
            let _ = decode(&whole[..end]);
        }
        let found = decode(&whole).unwrap();
        assert_eq!((found.family, found.name.as_str()), (2, "filter"));
        assert_eq!(decode(&[2, 0, 0, 0, 255, 255, 1, 0]), None);
    }
}
