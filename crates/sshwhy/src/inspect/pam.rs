//! What the login modules (PAM) make of the client, as far as their files tell.
//!
//! Two modules have questions of their own and count as content here: pam_unix (the account) and
//! pam_nologin (the nologin file).

mod module;

use sshwhy_core::evaluate::pam::Answered;
use sshwhy_core::evaluate::pam::Outcome;
use sshwhy_core::evaluate::pam::Stack;
use sshwhy_core::evaluate::pam::judge;
use sshwhy_core::model::question::LoginModules;
use sshwhy_core::model::question::Question;
use sshwhy_core::parse::pam::Kind;
use sshwhy_core::parse::place::Place;

use self::module::Asked;
use super::Concerns;
use super::Look;
use super::host::Host;
use super::login::Login;
use super::pam_files;
use super::this_sshd::ThisSshd;

pub(super) static LOOK: Look = Look {
    name: "pam",
    doing: "asking what the login modules make of the client",
    concerns: Concerns::ThisClient,
    questions: &[Question::LoginModules],
    run,
};

fn run(host: &Host) {
    let Some(login) = Login::of(host) else { return };
    let Some(sshd) = ThisSshd::find(host) else { return };
    let Some(effective) = sshd.effective(host, Some(&login)) else { return };
    if effective.value_or_default("usepam") != "yes" {
        return;
    }
    let Some(stack) = pam_files::stack(host, &effective, Kind::Account) else {
        host.not_assessed("login modules: /etc/pam.d/sshd could not be read");
        return;
    };
    for path in &stack.unread {
        host.not_assessed(format!("login modules: {path} could not be read"));
    }
    if !stack.unread.is_empty() {
        return;
    }
    let uses_names = effective.value_or_default("usedns") == "yes";
    let asked = Asked::new(host, &login, uses_names);
    let answers: Vec<(Answered, Option<Place>)> = stack
        .rules
        .iter()
        .map(|rule| match &rule.module {
            Some(module) => asked.ask(module),
            None => (Answered::Result("abort", String::new()), None),
        })
        .collect();
    say(host, &stack, &answers);
    faillock(host, &login, pam_files::stack(host, &effective, Kind::Auth));
}

fn say(host: &Host, stack: &Stack, answers: &[(Answered, Option<Place>)]) {
    let plain: Vec<Answered> = answers.iter().map(|(answer, _)| answer.clone()).collect();
    let main = stack.rules.first().map_or_else(String::new, |rule| rule.place.file.clone());
    match judge(stack, &plain) {
        Outcome::Admit => {
            let text = format!("{} account modules; none refuses", stack.rules.len());
            host.observe(LoginModules::Admit, main, text);
        }
        Outcome::NobodyAdmits => {
            host.observe(LoginModules::Deny, main, "no account module says yes");
        }
        Outcome::Deny(index) => {
            let (Some(rule), Some((answer, place))) = (stack.rules.get(index), answers.get(index))
            else {
                return;
            };
            let text = match answer {
                Answered::Result(_, text) if !text.is_empty() => {
                    format!("{text} (asked by {}: {})", rule.place, rule.text())
                }
                _ => rule.text().to_owned(),
            };
            host.observe_at(LoginModules::Deny, place.as_ref().unwrap_or(&rule.place), text);
        }
        Outcome::Depends(unknown) => {
            for index in unknown {
                let (Some(rule), Some((Answered::Unknown(why), _))) =
                    (stack.rules.get(index), answers.get(index))
                else {
                    continue;
                };
                let (place, text) = (&rule.place, rule.text());
                host.not_assessed(format!("login modules: {place}: {text}: {why}"));
            }
        }
    }
}

/// Failures that pam_faillock remembers stop passwords, not keys: it is asked in the auth stack,
/// which keys pass by. So it is said, but it is no answer.
fn faillock(host: &Host, login: &Login, stack: Option<Stack>) {
    let Some((place, module)) = stack.as_ref().and_then(|s| s.module("pam_faillock.so")) else {
        return;
    };
    let folder = module.arguments.iter().find_map(|a| a.strip_prefix("dir="));
    let mut arguments = vec!["--user", &login.name];
    arguments.extend(folder.into_iter().flat_map(|folder| ["--dir", folder]));
    let Ok(ran) = host.run("faillock", &arguments) else { return };
    let said = String::from_utf8_lossy(&ran.stdout);
    let failures = said.lines().filter(|line| line.trim_end().ends_with(" V")).count();
    if failures > 0 {
        host.not_assessed(format!(
            "login modules: {place}: {}: {failures} failures of {} are remembered, which may stop \
             passwords (not keys)",
            module.text, login.name
        ));
    }
}
