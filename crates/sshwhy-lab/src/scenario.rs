//! The scenarios: one file each, data and the function that breaks (or merely unsettles) a fresh network.
//!
//! Must never hold two faults at once: a scenario with a second fault has no single truth.
//!
//! To add one: write `scenario/SLUG.rs` (dashes become underscores) and name it in `scenarios!` below.

use anyhow::Result;

use crate::network::Network;
use crate::root::Root;

/// One thing that can be wrong, or unusual and fine, between a client and a server.
#[derive(Debug, Clone, Copy)]
pub struct Scenario {
    /// Its name, kebab-case, as its file.
    pub slug: &'static str,
    /// What is broken, in one line; for a control: what is unusual.
    pub broken: &'static str,
    /// The id of the one true cause; `None` for a healthy control.
    pub truth: Option<&'static str>,
    /// All ids that a client which sees nothing of the server can honestly name besides `truth`.
    pub honest: &'static [&'static str],
    /// Ids that must not be said.
    pub never: &'static [&'static str],
    /// Arguments of sshwhy; by default the host name `server`.
    pub args: &'static [&'static str],
    /// What the server's file system is made of.
    pub server: Root,
    /// What plain `ssh` shows. Checked by `sshwhy-lab check`.
    pub plain: Plain,
    /// Options of that plain ssh, when it is not simply `ssh server true`.
    pub plain_args: &'static [&'static str],
    /// Breaks the network and starts the daemons.
    pub set_up: fn(&Network) -> Result<()>,
}

/// How `ssh -v -o BatchMode=yes server true` ends when it may take 20 s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plain {
    /// It exits with another code than 0 and says this.
    Fails(&'static str),
    /// It is still there after 20 s, and the last line that it said contains this.
    Hangs(&'static str),
    /// It works and exits with 0.
    Works,
}

impl Scenario {
    /// A fault whose true cause is `truth`, with defaults for the rest.
    const fn fault(
        slug: &'static str,
        truth: &'static str,
        broken: &'static str,
        set_up: fn(&Network) -> Result<()>,
    ) -> Scenario {
        Scenario {
            truth: Some(truth),
            plain: Plain::Fails(""),
            ..Self::control(slug, broken, set_up)
        }
    }

    /// A healthy but unusual network.
    const fn control(
        slug: &'static str,
        broken: &'static str,
        set_up: fn(&Network) -> Result<()>,
    ) -> Scenario {
        Scenario {
            slug,
            broken,
            truth: None,
            honest: &[],
            never: &[],
            args: &["server"],
            server: Root::Machine,
            plain: Plain::Works,
            plain_args: &["server", "true"],
            set_up,
        }
    }

    /// Whether a client alone may honestly name `id`.
    #[must_use]
    pub fn allows(&self, id: &str) -> bool {
        self.truth == Some(id) || self.honest.contains(&id)
    }
}

macro_rules! scenarios {
    ($($module:ident)*) => {
        $(mod $module;)*

        /// Every scenario, in the order of the stages.
        pub const ALL: &[Scenario] = &[$($module::SCENARIO),*];
    };
}

scenarios! {
    plain_host
    wrappers_deny
}

/// The scenario called `slug`.
#[must_use]
pub fn find(slug: &str) -> Option<&'static Scenario> {
    ALL.iter().find(|scenario| scenario.slug == slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_unique_and_kebab_case() {
        let mut slugs: Vec<_> = ALL.iter().map(|scenario| scenario.slug).collect();
        slugs.sort_unstable();
        assert!(slugs.windows(2).all(|pair| pair[0] != pair[1]), "{slugs:?}");
        let kebab = |slug: &&str| {
            slug.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        assert!(slugs.iter().all(kebab), "{slugs:?}");
    }

    #[test]
    fn what_must_not_be_said_is_not_honest_either() {
        for scenario in ALL {
            let said = scenario.never.iter().filter(|id| scenario.allows(id)).count();
            assert_eq!(said, 0, "{}", scenario.slug);
        }
    }

    #[test]
    fn controls_work_and_name_no_cause() {
        for scenario in ALL.iter().filter(|scenario| scenario.truth.is_none()) {
            assert_eq!(scenario.plain, Plain::Works, "{}", scenario.slug);
            assert!(scenario.honest.is_empty(), "{}", scenario.slug);
        }
    }
}
