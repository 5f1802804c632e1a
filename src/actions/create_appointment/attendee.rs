//! Finds the system user with an e-mail address: exactly one enabled user, or nobody is invited.

use alloc::string::String;
use alloc::vec::Vec;

use crate::call::Call;
use crate::contract::FailureKind;
use crate::dataverse::answer::required;
use crate::dataverse::query::Filter;
use crate::dataverse::{Guid, Request};
use crate::error::Error;
use crate::json::Json;
use crate::text::{bounded, counted, filled, join};

/// The number of users with one address that are read; more are ambiguous anyway.
const MOST_USERS: usize = 50;

struct User {
    id: String,
    name: Option<String>,
    disabled: bool,
    /// Whether the e-mail address matches, not only the sign-in name.
    by_address: bool,
}

impl User {
    fn read(row: Json<'_>, email: &str) -> Result<User, Error> {
        Ok(User {
            id: required(row, "systemuserid")?,
            name: row.text("fullname"),
            disabled: row.member("isdisabled").and_then(Json::boolean) == Some(true),
            by_address: row
                .text("internalemailaddress")
                .is_some_and(|address| address.eq_ignore_ascii_case(email)),
        })
    }
}

/// The only enabled user with this address, or else with this sign-in name, which looks like an
/// address and is often the same. Disabled users are read too, so that the failure can distinguish
/// them.
pub(super) fn find(call: &mut Call<'_>, email: &str) -> Result<Guid, Error> {
    let request = Request::get("systemusers")
        .select(&["systemuserid", "fullname", "internalemailaddress", "domainname", "isdisabled"])
        .filter(Some(
            &Filter::equals("internalemailaddress", email).or(Filter::equals("domainname", email)),
        ));
    let rows = call.rows(request, MOST_USERS)?;
    let mut users = Vec::new();
    for row in rows.json() {
        users.push(User::read(row, email)?);
    }
    choose(&users, email)
}

fn choose(users: &[User], email: &str) -> Result<Guid, Error> {
    let mut enabled = Vec::new();
    for by_address in [true, false] {
        for user in users {
            if !user.disabled && user.by_address == by_address {
                enabled.push(user);
            }
        }
        if !enabled.is_empty() {
            break;
        }
    }
    match enabled.as_slice() {
        [] if users.is_empty() => Err(Error::new(
            FailureKind::NotFound,
            filled!(
                "there is no system user with the e-mail address or sign-in name `{}`",
                &[email]
            ),
        )),
        [] => Err(Error::new(
            FailureKind::AskAdministrator,
            filled!(
                "the system user with the e-mail address or sign-in name `{}` is disabled",
                &[email]
            ),
        )),
        [user] => Guid::parse(&user.id).ok_or_else(|| {
            Error::report(filled!(
                "Dynamics 365 answered with a user whose id is no GUID: `{}`",
                &[&bounded(&user.id, 100)],
            ))
        }),
        several => {
            let mut names = Vec::new();
            for user in several.iter().take(5) {
                names.push(user.name.as_deref().unwrap_or("?"));
            }
            Err(Error::fix_input(filled!(
                "{} enabled system users have the e-mail address or sign-in name `{}`: {} (expected exactly one)",
                &[&counted(several.len()), email, &join(&names, ", ")],
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::borrow::ToOwned;

    const ID: &str = "a56b3f4b-1be7-e611-8101-e0071b6af231";

    fn user(name: &str, disabled: bool) -> User {
        User { id: ID.into(), name: Some(name.into()), disabled, by_address: true }
    }

    fn error(users: &[User]) -> String {
        choose(users, "ann@contoso.com").unwrap_err().message.clone()
    }

    #[test]
    fn accepts_the_only_enabled_user() {
        let users = [user("Old Ann", true), user("Ann", false)];
        assert_eq!(choose(&users, "ann@contoso.com").unwrap().as_str(), ID);
    }

    #[test]
    fn prefers_the_address_to_the_sign_in_name() {
        let by_name = |disabled| User { by_address: false, ..user("By name", disabled) };
        let other = User { id: "00000000-0000-0000-0000-000000000001".into(), ..by_name(false) };
        let chosen = |users: &[User]| choose(users, "a@b").unwrap().as_str().to_owned();
        assert_eq!(chosen(&[other, user("Ann", false)]), ID);
        assert_eq!(chosen(&[user("Old Ann", true), by_name(false)]), ID);
        assert!(choose(&[by_name(false), by_name(false)], "a@b").is_err());
    }

    #[test]
    fn distinguishes_none_disabled_and_several() {
        assert_eq!(
            error(&[]),
            "there is no system user with the e-mail address or sign-in name `ann@contoso.com`"
        );
        assert_eq!(
            error(&[user("Ann", true)]),
            "the system user with the e-mail address or sign-in name `ann@contoso.com` is disabled"
        );
        assert_eq!(
            error(&[user("Ann", false), user("Anna", false)]),
            "2 enabled system users have the e-mail address or sign-in name `ann@contoso.com`: Ann, Anna (expected exactly one)"
        );
    }
}
