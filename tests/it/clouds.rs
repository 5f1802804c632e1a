//! Microsoft's clouds are in two lists: the component's, of where it may send credentials, and the
//! host's, of allowed hosts. The host knows every cloud of the component.

use dynamics365_sales::instance::{CLOUDS, Instance, OTHER_AUTHORITIES, parse_authority};
use host_test::{Harness, Organization};
use serde_json::json;

/// The hosts of an organization in each cloud of the component, with the sign-in service.
fn organizations() -> impl Iterator<Item = (String, &'static str)> {
    CLOUDS.iter().flat_map(|(suffix, authority)| {
        ["", "4", "22"].map(|number| (format!("org.{}", suffix.replace('N', number)), *authority))
    })
}

#[test]
fn the_host_allows_the_same_sign_in_service_for_every_cloud() {
    for (organization, authority) in organizations() {
        let ours = Instance::parse(&organization).unwrap();
        let theirs = Organization::parse(&organization, None).unwrap();
        assert_eq!(ours.authority.url(), format!("https://{authority}"), "{organization}");
        assert_eq!(theirs.sign_in, ours.authority.url(), "{organization}");
        assert_eq!(theirs.url, ours.origin.url(), "{organization}");
    }
}

#[test]
fn the_host_allows_every_sign_in_service_that_the_component_accepts() {
    let clouds = CLOUDS.iter().map(|(_, authority)| *authority);
    for authority in clouds.chain(OTHER_AUTHORITIES) {
        parse_authority(authority).unwrap();
        let theirs = Organization::parse("org.crm.dynamics.com", Some(authority)).unwrap();
        assert_eq!(theirs.sign_in, format!("https://{authority}"));
    }
}

/// Ways in which people, and attackers, write an organization or a sign-in service.
const SPELLINGS: [&str; 62] = [
    "",
    " ",
    "org.crm.dynamics.com",
    " Org.CRM.Dynamics.com\t",
    "org.crm.dynamics.com.",
    "org.crm.dynamics.com..",
    "org.crm.dynamics.com:443",
    "org.crm.dynamics.com.:443",
    "org.crm.dynamics.com:0443",
    "org.crm.dynamics.com:80",
    "org.crm.dynamics.com:8443",
    "org.crm.dynamics.com:",
    "https://org.crm4.dynamics.com/main.aspx?appid=1#x",
    "https://org.crm4.dynamics.com\\main.aspx",
    "https://org.crm.dynamics.com?x=http://example.com",
    "org.crm.dynamics.com/x?y=http://example.com",
    "HTTPS://ORG.api.crm22.dynamics.com/api/data/v9.2/",
    "http://org.crm.dynamics.com",
    "http://org.crm.dynamics.com:443",
    "https://org.crm.dynamics.com:80",
    "ftp://org.crm.dynamics.com",
    "//org.crm.dynamics.com",
    "https:/org.crm.dynamics.com",
    "https:org.crm.dynamics.com",
    "https://user:Pa55word@org.crm.dynamics.com",
    "org.crm.dynamics.com@example.com",
    "https://example.com\\.crm.dynamics.com",
    "https://example.com#.crm.dynamics.com",
    "https://example.com/.crm.dynamics.com",
    "org.crm.dynamics.com.example.com",
    "org.crm.dynamics.com,example.com",
    "evilcrm.dynamics.com",
    "crm.dynamics.com",
    ".crm.dynamics.com",
    "a.b.crm.dynamics.com",
    "a.api.api.crm.dynamics.com",
    "org.crm123.dynamics.com",
    "org.crmx.dynamics.com",
    "org_1.crm.dynamics.com",
    "-org-.crm.dynamics.com",
    "org.crm.microsoftdynamics.us",
    "org.crm.appsplatform.us",
    "org.crm.dynamics.cn",
    "org.crm9.dynamics.cn",
    "\u{f6}rg.crm.dynamics.com",
    "localhost",
    "localhost:8080",
    "localhost.",
    "localhost.:8080",
    "LocalHost:8080/x",
    "https://localhost:8443",
    "http://localhost:x",
    "http://localhost.example.com",
    "127.0.0.1:8080",
    "127.1.2.3",
    "127.1",
    "127.0.0.01",
    "127.0.0.1:65536",
    "[::1]:8080",
    "[::1]",
    "[::2]:8080",
    "0.0.0.0:8080",
];

#[test]
fn the_host_reads_an_organization_as_the_component_does() {
    for text in SPELLINGS {
        let ours = Instance::parse(text).ok();
        let ours = ours.map(|it| (it.origin.url(), it.authority.url()));
        let theirs = Organization::parse(text, None).ok();
        assert_eq!(theirs.map(|it| (it.url, it.sign_in)), ours, "{text}");
    }
}

#[test]
fn the_host_reads_a_sign_in_service_as_the_component_does() {
    let services = [
        "login.microsoftonline.com",
        "LOGIN.microsoftonline.us./common",
        "login.chinacloudapi.cn/a b",
    ];
    let changed = SPELLINGS.map(|text| {
        let text = text.replace("org.crm.dynamics.com", "login.microsoftonline.com");
        text.replace("main.aspx", "contoso.com")
    });
    for text in services.into_iter().map(str::to_owned).chain(changed) {
        if text.trim().is_empty() {
            // A blank setting counts as unset.
            continue;
        }
        let ours = parse_authority(&text).ok().map(|(origin, _)| origin.url());
        let theirs = Organization::parse("org.crm.dynamics.com", Some(&text)).ok();
        assert_eq!(theirs.map(|it| it.sign_in), ours, "{text}");
    }
}

#[test]
fn the_host_allows_every_request_that_the_component_sends() {
    let host = Harness::new();
    for text in SPELLINGS {
        host.secrets().put("instance_url", text);
        host.sim().journal_mut().clear();
        let answer = host.invoke("list_accounts", json!({}));
        assert_eq!(host.requests() > 0, Instance::parse(text).is_ok(), "{text}: {answer}");
    }
}
