//! Whether a ban of an address or a prefix concerns a client.

use std::net::IpAddr;

use serde::Deserialize;

/// Whether a ban, as its program writes it (`192.0.2.7`, `2001:db8::/64`, `::ffff:192.0.2.7`), holds the client.
pub fn concerns(banned: &str, client: IpAddr) -> bool {
    let banned = banned.trim().trim_matches(['[', ']']);
    let (address, length) = match banned.split_once('/') {
        Some((address, length)) => (address, Some(length)),
        None => (banned, None),
    };
    let Ok(address) = address.parse::<IpAddr>() else { return false };
    let Some(length) = length else { return address.to_canonical() == client.to_canonical() };
    let Ok(length) = length.parse::<u32>() else { return false };
    match (address, client.to_canonical()) {
        (IpAddr::V4(net), IpAddr::V4(client)) => same(net.to_bits(), client.to_bits(), length),
        (IpAddr::V6(net), IpAddr::V6(client)) => same(net.to_bits(), client.to_bits(), length),
        _ => false,
    }
}

/// Whether the first `length` bits are the same.
fn same<T: Into<u128>>(net: T, client: T, length: u32) -> bool {
    let bits = u32::try_from(8 * size_of::<T>()).unwrap_or(0);
    let Some(rest) = bits.checked_sub(length) else { return false };
    let shift = |address: T| address.into().checked_shr(rest).unwrap_or(0);
    shift(net) == shift(client)
}

/// A decision of CrowdSec's (`cscli decisions list -o json`).
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq)]
#[serde(default)]
pub struct Decision {
    /// Its number.
    pub id: u64,
    /// What is done: `ban`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The address or prefix.
    pub value: String,
    /// Why.
    pub scenario: String,
    /// How long it still holds: `3h59m12s`.
    pub duration: String,
    /// Whether it is only a rehearsal.
    pub simulated: bool,
}

/// The decision that bans the client. Newer releases wrap decisions in alerts, older ones list them; none is `null`.
///
/// # Errors
///
/// When it is no JSON of that shape.
pub fn crowdsec(json: &str, client: IpAddr) -> Result<Option<Decision>, serde_json::Error> {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Listed {
        decisions: Vec<Decision>,
        #[serde(flatten)]
        own: Decision,
    }
    // An alert's `decisions` may be null.
    let mut listed: Option<Vec<serde_json::Value>> = serde_json::from_str(json)?;
    let alerts = listed.iter_mut().flatten().filter_map(serde_json::Value::as_object_mut);
    alerts.for_each(|alert| alert.retain(|_, value| !value.is_null()));
    let listed: Vec<Listed> = serde_json::from_value(listed.unwrap_or_default().into())?;
    let all = listed.into_iter().flat_map(|l| l.decisions.into_iter().chain([l.own]));
    let bans = |d: &Decision| d.kind == "ban" && !d.simulated && concerns(&d.value, client);
    Ok(all.into_iter().find(bans))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whom_a_ban_concerns() {
        let check = |banned: &str, client: &str, expected: bool| {
            assert_eq!(concerns(banned, client.parse().unwrap()), expected, "{banned} {client}");
        };
        check("", "192.0.2.7", false);
        check("192.0.2.7/33", "192.0.2.7", false);
        check("192.0.2.7/x", "192.0.2.7", false);
        check("192.0.2.70", "192.0.2.7", false);
        check("192.0.2.7", "192.0.2.7", true);
        check("192.0.2.7", "::ffff:192.0.2.7", true);
        check("::ffff:192.0.2.7", "192.0.2.7", true);
        check("192.0.2.0/24", "192.0.2.7", true);
        check("192.0.2.0/29", "192.0.2.8", false);
        check("0.0.0.0/0", "192.0.2.8", true);
        check("[2001:db8::1]", "2001:db8::1", true);
        check("2001:db8::/64", "2001:db8::1", true);
        check("2001:db8::/64", "2001:db8:0:1::1", false);
        check("::/0", "2001:db8::1", true);
        check("2001:db8::/64", "192.0.2.7", false);
    }

    #[test]
    fn decisions_of_either_shape() {
        let check = |json: &str, expected: Option<u64>| {
            let found = crowdsec(json, "192.0.2.7".parse().unwrap()).unwrap();
            assert_eq!(found.map(|d| d.id), expected, "{json}");
        };
        assert!(crowdsec("no decisions", "192.0.2.7".parse().unwrap()).is_err());
        check("null", None);
        check("[]", None);
        check(r#"[{"decisions":null}]"#, None);
        check(
            r#"[{"decisions":[{"id":3,"type":"ban","scope":"Ip","value":"192.0.2.7"}]}]"#,
            Some(3),
        );
        check(r#"[{"id":4,"type":"ban","value":"192.0.2.0/24","until":"x"}]"#, Some(4));
        check(r#"[{"decisions":[{"id":5,"type":"captcha","value":"192.0.2.7"}]}]"#, None);
        check(
            r#"[{"decisions":[{"id":6,"type":"ban","value":"192.0.2.7","simulated":true}]}]"#,
            None,
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in ".*", v4: u32, v6: u128) {
            for client in [IpAddr::V4(v4.into()), IpAddr::V6(v6.into())] {
                let _ = (concerns(&text, client), crowdsec(&text, client));
            }
        }
    }
}
