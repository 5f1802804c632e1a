//! The URL of a row for people.

use alloc::string::String;

use super::Guid;
use crate::instance::Instance;
use crate::text::{filled, replace};

/// The URL of a row: the organization's host without the `.api` of the API's own host name
/// ([source](https://learn.microsoft.com/power-apps/developer/model-driven-apps/open-forms-views-dialogs-reports-url)).
pub fn deep_link(instance: &Instance, table: &str, id: &Guid) -> String {
    let url = replace(&instance.origin.url(), ".api.crm", ".crm");
    filled!("{}/main.aspx?etn={}&pagetype=entityrecord&id={}", &[&url, table, id.as_str()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_to_the_host_for_people() {
        let id = Guid::from_random([0; 16]);
        let instance = Instance::parse("org1.api.crm4.dynamics.com").unwrap();
        assert_eq!(
            deep_link(&instance, "appointment", &id),
            "https://org1.crm4.dynamics.com/main.aspx?etn=appointment&pagetype=entityrecord&id=00000000-0000-4000-8000-000000000000"
        );
    }
}
