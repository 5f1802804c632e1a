//! Which system user an e-mail address stands for: exactly one who is enabled, or nobody is invited.

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

/// So many users of one address are looked at; with more it is not unique anyway.
const MOST_USERS: usize = 50;

struct User {
    id: String,
    name: Option<String>,
    disabled: bool,
}

impl User {
    fn read(row: Json<'_>) -> Result<User, Error> {
        Ok(User {
            id: required(row, "systemuserid")?,
            name: row.text("fullname"),
            disabled: row.member("isdisabled").and_then(Json::boolean) == Some(true),
        })
    }
}

/// The one enabled user of this address. Disabled ones are read too, so that the failure can tell the two apart.
pub(super) fn find(call: &mut Call<'_>, email: &str) -> Result<Guid, Error> {
    let request = Request::get("systemusers")
        .select(&["systemuserid", "fullname", "internalemailaddress", "isdisabled"])
        .filter(Some(&Filter::equals("internalemailaddress", email)));
    let rows = call.rows(request, MOST_USERS)?;
    let mut users = Vec::new();
    for row in rows.json() {
        users.push(User::read(row)?);
    }
    choose(&users, email)
}

fn choose(users: &[User], email: &str) -> Result<Guid, Error> {
    let mut enabled = Vec::new();
    for user in users {
        if !user.disabled {
            enabled.push(user);
        }
    }
    match enabled.as_slice() {
        [] if users.is_empty() => Err(Error::new(
            FailureKind::NotFound,
            filled!("there is no system user with the e-mail address `{}`", &[email]),
        )),
        [] => Err(Error::new(
            FailureKind::AskAdministrator,
            filled!("the system user with the e-mail address `{}` is disabled", &[email]),
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
                "{} enabled system users have the e-mail address `{}`: {} (expected exactly one)",
                &[&counted(several.len()), email, &join(&names, ", ")],
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "a56b3f4b-1be7-e611-8101-e0071b6af231";

    fn user(name: &str, disabled: bool) -> User {
        User { id: ID.into(), name: Some(name.into()), disabled }
    }

    fn error(users: &[User]) -> String {
        choose(users, "ann@contoso.com").unwrap_err().message.clone()
    }

    #[test]
    fn takes_the_one_enabled_user() {
        let users = [user("Old Ann", true), user("Ann", false)];
        assert_eq!(choose(&users, "ann@contoso.com").unwrap().as_str(), ID);
    }

    #[test]
    fn tells_nobody_from_disabled_from_several() {
        assert_eq!(error(&[]), "there is no system user with the e-mail address `ann@contoso.com`");
        assert_eq!(
            error(&[user("Ann", true)]),
            "the system user with the e-mail address `ann@contoso.com` is disabled"
        );
        assert_eq!(
            error(&[user("Ann", false), user("Anna", false)]),
            "2 enabled system users have the e-mail address `ann@contoso.com`: Ann, Anna (expected exactly one)"
        );
    }
}
