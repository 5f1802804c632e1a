//! Microsoft's clouds stand in two lists: the component's, for where it may send credentials, and the
//! host's, for what it lets out. The host knows every cloud of the component.

use dynamics365_sales::instance::{CLOUDS, Instance, OTHER_AUTHORITIES, parse_authority};
use host_test::Organization;

/// The hosts of an organization in each cloud of the component, with the sign-in service.
fn organizations() -> impl Iterator<Item = (String, &'static str)> {
    CLOUDS.iter().flat_map(|(suffix, authority)| {
        ["", "4", "22"].map(|number| (format!("org.{}", suffix.replace('N', number)), *authority))
    })
}

#[test]
fn the_host_lets_every_cloud_out_to_the_same_sign_in_service() {
    for (organization, authority) in organizations() {
        let ours = Instance::parse(&organization).unwrap();
        let theirs = Organization::parse(&organization, None).unwrap();
        assert_eq!(ours.authority.url(), format!("https://{authority}"), "{organization}");
        assert_eq!(theirs.sign_in, ours.authority.url(), "{organization}");
        assert_eq!(theirs.url, ours.origin.url(), "{organization}");
    }
}

/// Sign-in services that the component takes and the host does not let out yet.
const NOT_LET_OUT: [&str; 1] = ["login.microsoftonline.eaglex.ic.gov"];

#[test]
fn the_host_lets_every_sign_in_service_out_that_the_component_takes() {
    let clouds = CLOUDS.iter().map(|(_, authority)| *authority);
    for authority in clouds.chain(OTHER_AUTHORITIES) {
        parse_authority(authority).unwrap();
        let theirs = Organization::parse("org.crm.dynamics.com", Some(authority));
        assert_eq!(theirs.is_err(), NOT_LET_OUT.contains(&authority), "{authority}");
    }
}
