//! Signing in: credentials, services, number of sign-ins, and refusals.

use std::time::Duration;

use dataverse_sim::{Challenge, ClientRegistration, Fault, World};
use host_test::Harness;
use host_test::actions::{Failure, FailureKind};

use crate::inputs::{account, kick_off};
use crate::support::count;

const TOKEN_OF_TENANT: &str =
    "POST login.microsoftonline.com/6d6c5d8f-2b0a-4f5e-9d4c-0c1b2a3f4e5d/oauth2/v2.0/token -> 200";
const TOKEN_OF_COMMON: &str = "POST login.microsoftonline.com/common/oauth2/v2.0/token -> 200";
const REFUSED: &str = "GET org12345.crm.dynamics.com/api/data/v9.2/WhoAmI -> 401";
const TAKEN: &str = "GET org12345.crm.dynamics.com/api/data/v9.2/WhoAmI -> 200";

/// The targets and statuses of the requests.
fn went(host: &Harness) -> Vec<String> {
    let sim = host.sim();
    let line = |entry: &dataverse_sim::Entry| {
        let status = entry.status.map_or("no answer".to_owned(), |status| status.to_string());
        format!("{} {}{} -> {status}", entry.method, entry.authority, entry.path)
    };
    sim.journal().iter().map(line).collect()
}

/// A harness without credentials.
fn without_token() -> Harness {
    let host = Harness::new();
    host.secrets().remove("access_token");
    host
}

fn fails(host: &Harness) -> Failure {
    host.check_connection().unwrap_err()
}

#[test]
fn uses_a_ready_token_unchanged() {
    let host = Harness::new();
    // The credentials for another token are not used while this one is valid.
    let token = host.secrets().get("access_token").unwrap();
    let host = host.sign_in_with_refresh_token().with_secret("access_token", &token);
    host.check_connection().unwrap();
    assert_eq!(went(&host), [TAKEN]);
    assert_eq!(host.secrets().get("access_token").unwrap(), token);
}

#[test]
fn refreshes_as_the_user_when_there_is_no_token() {
    let host = Harness::new().sign_in_with_refresh_token();
    let old = host.secrets().get("refresh_token").unwrap();
    host.check_connection().unwrap();
    assert_eq!(went(&host), [TOKEN_OF_COMMON, TAKEN]);
    assert_eq!(
        host.sim().journal().iter().next().unwrap().body,
        "grant_type=refresh_token&client_id=11112222-bbbb-3333-cccc-4444dddd5555&\
         scope=https://org12345.crm.dynamics.com/.default offline_access&\
         refresh_token=[hidden]&client_secret=[hidden]"
    );
    assert_ne!(host.secrets().get("refresh_token").unwrap(), old);
}

#[test]
fn refreshes_without_a_secret_for_a_public_client() {
    let host = without_token();
    let token = {
        let mut sim = host.sim();
        let tenant = sim.client().tenant_id;
        sim.register_client(ClientRegistration::new("public", "", &tenant));
        sim.issue_refresh_token_for("public")
    };
    let host = host.with_secret("client_id", "public").with_secret("refresh_token", &token);
    host.check_connection().unwrap();
    assert_eq!(went(&host), [TOKEN_OF_COMMON, TAKEN]);
}

#[test]
fn signs_in_as_the_app_with_client_credentials() {
    let host = Harness::new().sign_in_with_client_credentials();
    host.check_connection().unwrap();
    assert_eq!(went(&host), [TOKEN_OF_TENANT, TAKEN]);
    assert_eq!(
        host.sim().journal().iter().next().unwrap().body,
        "grant_type=client_credentials&client_id=11112222-bbbb-3333-cccc-4444dddd5555&\
         scope=https://org12345.crm.dynamics.com/.default&client_secret=[hidden]"
    );
}

#[test]
fn prefers_the_user_to_the_app() {
    let host = Harness::new().sign_in_with_client_credentials().sign_in_with_refresh_token();
    host.check_connection().unwrap();
    let body = host.sim().journal().iter().next().unwrap().body.clone();
    assert!(body.starts_with("grant_type=refresh_token&"), "{body}");
}

#[test]
fn keeps_a_fresh_token_and_its_expiry_for_the_next_call() {
    let host = Harness::new().sign_in_with_client_credentials();
    host.check_connection().unwrap();
    host.check_connection().unwrap();
    assert_eq!(went(&host), [TOKEN_OF_TENANT, TAKEN, TAKEN]);
    let end = host.secrets().get("access_token_expires_at").unwrap();
    assert_eq!(end, (Harness::START + 3_599).to_string());

    host.pass(Duration::from_secs(3_599 - 119));
    host.check_connection().unwrap();
    assert_eq!(went(&host)[3..], [TOKEN_OF_TENANT, TAKEN]);
}

#[test]
fn renews_a_token_before_it_expires() {
    for (left, renewed) in [(121, false), (120, true), (0, true), (-9_999, true)] {
        let token = Harness::new().secrets().get("access_token").unwrap();
        let end = (Harness::START + left).to_string();
        let host = Harness::new()
            .sign_in_with_client_credentials()
            .with_secret("access_token", &token)
            .with_secret("access_token_expires_at", &end);
        host.check_connection().unwrap();
        let wanted: &[&str] = if renewed { &[TOKEN_OF_TENANT, TAKEN] } else { &[TAKEN] };
        assert_eq!(went(&host), wanted, "{left} seconds left");
    }
}

#[test]
fn reads_the_expiry_of_a_token_as_a_time_too() {
    for (end, renewed) in [("2026-02-01T09:01:00Z", true), ("2026-02-01T10:00:00+00:00", false)] {
        let token = Harness::new().secrets().get("access_token").unwrap();
        let host = Harness::new()
            .sign_in_with_client_credentials()
            .with_secret("access_token", &token)
            .with_secret("access_token_expires_at", end);
        host.check_connection().unwrap();
        assert_eq!(host.requests(), if renewed { 2 } else { 1 }, "{end}");
    }
}

#[test]
fn uses_the_last_minute_of_a_token_when_the_sign_in_service_is_down() {
    let token = Harness::new().secrets().get("access_token").unwrap();
    let host = Harness::new()
        .sign_in_with_client_credentials()
        .with_secret("access_token", &token)
        .with_secret("access_token_expires_at", &(Harness::START + 110).to_string());
    host.sim().tell(dataverse_sim::Told::always(Fault::server_error(503)).resource("token"));
    host.check_connection().unwrap();
    assert_eq!(went(&host).last().unwrap(), TAKEN);
}

#[test]
fn renews_a_token_that_dataverse_rejects_once() {
    let host = Harness::new();
    let token = host.secrets().get("access_token").unwrap();
    let host = host.sign_in_with_refresh_token().with_secret("access_token", &token);
    host.sim().expire_tokens();
    host.check_connection().unwrap();
    assert_eq!(went(&host), [REFUSED, TOKEN_OF_COMMON, TAKEN]);
    assert_ne!(host.secrets().get("access_token").unwrap(), token);
}

#[test]
fn does_not_renew_a_second_time_in_one_call() {
    for challenge in [Challenge::Plain, Challenge::InsufficientClaims] {
        let host = Harness::new();
        let token = host.secrets().get("access_token").unwrap();
        let host = host.sign_in_with_client_credentials().with_secret("access_token", &token);
        let always = dataverse_sim::Told::always(Fault::Unauthorized(challenge)).method("GET");
        host.sim().tell(always);
        let failure = fails(&host);
        assert_eq!((failure.kind, failure.status), (FailureKind::SignIn, Some(401)));
        assert_eq!(went(&host), [REFUSED, TOKEN_OF_TENANT, REFUSED], "{challenge:?}");
    }
}

#[test]
fn reads_the_lifetime_of_a_token_in_every_form() {
    for (expires_in, end) in [
        ("3599", 3_599),
        ("\"3599\"", 3_599),
        ("\" 3599 \"", 3_599),
        ("3599.9", 3_599),
        ("\"3599.5\"", 3_599),
        ("null", 3_599),
        ("\"soon\"", 3_599),
        ("0", 0),
        ("-1", 0),
        ("18446744073709551615", 28 * 3_600),
        ("\"99999999999999999999999\"", 28 * 3_600),
        ("9223372036854775807", 28 * 3_600),
    ] {
        let host = Harness::new();
        let token = host.secrets().get("access_token").unwrap();
        let host = host.sign_in_with_refresh_token();
        let old = host.secrets().get("refresh_token").unwrap();
        let body = format!(
            "{{\"access_token\":\"{token}\",\"expires_in\":{expires_in},\"refresh_token\":\"\"}}"
        );
        host.sim().next_for("POST", "token", Fault::answer(200, body));
        host.check_connection().unwrap();
        let stored = host.secrets().get("access_token_expires_at").unwrap();
        assert_eq!(stored, (Harness::START + end).to_string(), "{expires_in}");
        // A blank one counts as missing.
        assert_eq!(host.secrets().get("refresh_token").unwrap(), old);
    }
}

#[test]
fn does_not_renew_a_new_token() {
    let host = Harness::new().sign_in_with_client_credentials();
    host.sim().tell(dataverse_sim::Told::always(Fault::ExpiredToken).method("GET"));
    assert_eq!(fails(&host).kind, FailureKind::SignIn);
    assert_eq!(went(&host), [TOKEN_OF_TENANT, REFUSED]);
}

#[test]
fn names_the_audience_of_a_rejected_token_that_cannot_be_renewed() {
    let host = Harness::new();
    host.sim().expire_tokens();
    let failure = fails(&host);
    assert_eq!(failure.kind, FailureKind::SignIn);
    assert_eq!(
        failure.message,
        "Dynamics 365 rejected the access token (401); it says: HTTP Error 401 - Unauthorized: Access is denied; was \
         the token issued for `https://org12345.crm.dynamics.com/`?; sign in again"
    );
    assert_eq!(went(&host), [REFUSED]);
}

#[test]
fn creates_one_appointment_although_the_token_expired_before_the_write() {
    let host = Harness::new();
    let token = host.secrets().get("access_token").unwrap();
    let host = host.sign_in_with_client_credentials().with_secret("access_token", &token);
    let before = count(&host, "appointment");
    host.sim().next_for("PATCH", "appointments", Fault::ExpiredToken);
    host.create_appointment(&kick_off()).unwrap();
    assert_eq!(count(&host, "appointment"), before + 1);
    let statuses: Vec<_> = host.sim().journal().iter().map(|entry| entry.status).collect();
    assert_eq!(statuses, [Some(200), Some(401), Some(200), Some(201)]);
}

#[test]
fn keeps_the_refresh_token_that_replaces_a_used_one() {
    let mut world = World::default();
    world.settings.refresh_tokens_are_single_use = true;
    let host = Harness::with(world).sign_in_with_refresh_token();
    for _ in 0..3 {
        let old = host.secrets().get("refresh_token").unwrap();
        host.check_connection().unwrap();
        assert_ne!(host.secrets().get("refresh_token").unwrap(), old);
        host.pass(Duration::from_secs(3_600));
    }
    assert_eq!(went(&host), [TOKEN_OF_COMMON, TAKEN].repeat(3));
}

#[test]
fn works_with_a_host_that_keeps_nothing() {
    let host = Harness::new().sign_in_with_refresh_token();
    host.secrets().keep_nothing(true);
    let old = host.secrets().get("refresh_token").unwrap();
    host.check_connection().unwrap();
    host.check_connection().unwrap();
    assert_eq!(went(&host), [TOKEN_OF_COMMON, TAKEN].repeat(2));
    assert_eq!(host.secrets().get("access_token"), None);
    assert_eq!(host.secrets().get("refresh_token").unwrap(), old);
}

#[test]
fn signs_in_once_for_all_requests_of_a_call() {
    let host = Harness::new().sign_in_with_client_credentials();
    host.secrets().keep_nothing(true);
    host.create_appointment(&kick_off()).unwrap();
    let tokens = went(&host).iter().filter(|line| *line == TOKEN_OF_TENANT).count();
    assert_eq!((tokens, host.requests()), (1, 3));
}

#[test]
fn waits_for_an_unavailable_store_of_secrets() {
    let host = Harness::new();
    host.secrets().be_unavailable(true);
    let failure = host.get_account(&account(0)).unwrap_err();
    assert_eq!(failure.kind, FailureKind::Wait);
    assert_eq!(
        failure.message,
        "the host's secret store does not answer at the moment; try again later"
    );
    assert_eq!(host.requests(), 0);
    host.secrets().be_unavailable(false);
    host.get_account(&account(0)).unwrap();
}

#[test]
fn names_the_missing_secret_and_sends_nothing() {
    const NOTHING: &str = "there is nothing to sign in with (expected the secret `access_token`; or `refresh_token` with \
        `client_id`, and with `client_secret` unless the app is a public client; or `client_id`, `client_secret` and `tenant_id`)";
    const INSTANCE: &str = "the secret `instance_url` is missing (expected the host of an organization, such as \
        org12345.crm.dynamics.com)";
    let app = || Harness::new().sign_in_with_client_credentials();
    let user = || Harness::new().sign_in_with_refresh_token();
    for (host, missing, message) in [
        (Harness::new(), "instance_url", INSTANCE),
        (Harness::new(), "access_token", NOTHING),
        (app(), "client_id", NOTHING),
        (app(), "client_secret", NOTHING),
        (app(), "tenant_id", NOTHING),
        (user(), "client_id", NOTHING),
        (user(), "refresh_token", NOTHING),
    ] {
        // An unset variable often looks like this; both are treated the same.
        for blank in [false, true] {
            match blank {
                true => host.secrets().put(missing, " \n"),
                false => host.secrets().remove(missing),
            }
            let failure = fails(&host);
            assert_eq!(failure.kind, FailureKind::FixSettings, "{missing}");
            assert_eq!(failure.message, message, "{missing}");
            assert_eq!(host.requests(), 0, "{missing}");
        }
    }
}

#[test]
fn signs_in_at_the_service_of_the_organizations_cloud() {
    for (instance, authority) in [
        ("org1.crm.dynamics.com", "login.microsoftonline.com"),
        ("https://ORG1.crm4.dynamics.com/main.aspx", "login.microsoftonline.com"),
        ("org1.api.crm11.dynamics.com", "login.microsoftonline.com"),
        ("org1.crm9.dynamics.com", "login.microsoftonline.com"),
        ("org1.crm.microsoftdynamics.us", "login.microsoftonline.us"),
        ("org1.crm.appsplatform.us", "login.microsoftonline.us"),
        ("org1.crm.dynamics.cn", "login.partner.microsoftonline.cn"),
        // A simulator serves both.
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
    ] {
        let host = Harness::new().sign_in_with_client_credentials();
        let host = host.with_secret("instance_url", instance);
        host.check_connection().unwrap();
        let went: Vec<_> =
            host.sim().journal().iter().map(|entry| entry.authority.clone()).collect();
        let plain = instance.split("://").last().unwrap().split('/').next().unwrap();
        assert_eq!(went, [authority, &plain.to_lowercase()], "{instance}");
    }
}

#[test]
fn sends_nothing_to_a_host_outside_microsofts_clouds() {
    const OUTSIDE: &str = "`instance_url` names a host outside Microsoft's clouds (expected the host of an organization, \
        such as org12345.crm.dynamics.com)";
    for instance in [
        "example.com",
        "org.crm.dynamics.com.example.com",
        "https://example.com/org.crm.dynamics.com",
        "evilcrm.dynamics.com",
        "crm.dynamics.com",
        "192.168.0.1",
    ] {
        let token = Harness::new();
        let app = Harness::new().sign_in_with_client_credentials();
        for host in [token, app] {
            // The host would allow it: the component itself sends nothing.
            let host = host
                .with_secret("instance_url", instance)
                .with_only(&["example.com", "org.crm.dynamics.com.example.com"]);
            let failure = fails(&host);
            assert_eq!(failure.kind, FailureKind::FixSettings, "{instance}");
            assert_eq!(failure.message, OUTSIDE, "{instance}");
            assert_eq!(host.requests(), 0, "{instance}");
        }
    }
    let host = Harness::new().with_secret("instance_url", "http://org12345.crm.dynamics.com");
    let failure = fails(&host);
    assert_eq!(
        failure.message,
        "`instance_url` asks for plain http, which is for loopback only (expected the host of an organization, such as \
         org12345.crm.dynamics.com)"
    );
    assert_eq!((failure.kind, host.requests()), (FailureKind::FixSettings, 0));
}

#[test]
fn explains_a_refused_sign_in() {
    let app = || Harness::new().sign_in_with_client_credentials();
    let user = || Harness::new().sign_in_with_refresh_token();
    let revoked = user();
    let token = revoked.secrets().get("refresh_token").unwrap();
    revoked.sim().revoke_refresh_token(&token);
    let expired = user();
    expired.pass(Duration::from_secs(90 * 86_400));
    for (host, kind, code, message) in [
        (
            app().with_secret("client_secret", "wrong-client-secret"),
            FailureKind::FixSettings,
            "invalid_client",
            "the sign-in service refused to sign in (401, `invalid_client`); it says: AADSTS7000215: Invalid client secret \
             provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, \
             for a secret added to app '11112222-bbbb-3333-cccc-4444dddd5555'.",
        ),
        (
            app().with_secret("client_id", "nobody"),
            FailureKind::FixSettings,
            "unauthorized_client",
            "the sign-in service refused to sign in (400, `unauthorized_client`); it says: AADSTS700016: Application with \
             identifier 'nobody' was not found in the directory '6d6c5d8f-2b0a-4f5e-9d4c-0c1b2a3f4e5d'. This can happen if \
             the application has not been installed by the administrator of the tenant or consented to by any user in the \
             tenant. You may have sent your authentication request to the wrong tenant.",
        ),
        (
            app().with_secret("tenant_id", "elsewhere.example"),
            FailureKind::FixSettings,
            "invalid_request",
            "the sign-in service refused to sign in (400, `invalid_request`); it says: AADSTS90002: Tenant \
             'elsewhere.example' not found. Check to make sure you have the correct tenant ID and are signing into the \
             correct cloud. Check with your subscription administrator, this may happen if there are no active \
             subscriptions for the tenant.",
        ),
        (
            revoked,
            FailureKind::SignIn,
            "invalid_grant",
            "the sign-in service refused to sign in (400, `invalid_grant`); it says: AADSTS50173: The provided grant has \
             expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their \
             password; sign in again",
        ),
        (
            expired,
            FailureKind::SignIn,
            "invalid_grant",
            "the sign-in service refused to sign in (400, `invalid_grant`); it says: AADSTS700082: The refresh token has \
             expired due to inactivity. The token was issued on 2026-02-01T09:00:00Z and was inactive for 90.00:00:00; sign in again",
        ),
    ] {
        let failure = host.get_account(&account(0)).unwrap_err();
        assert_eq!(failure.message, message);
        assert_eq!((failure.kind, failure.code.as_deref()), (kind, Some(code)));
        assert!(!failure.may_have_been_applied);
        // One request, and none to the organization.
        assert_eq!(host.requests(), 1, "{}", host.journal());
        assert_eq!(host.secrets().get("access_token"), None);
    }
}

#[test]
fn says_that_the_app_is_not_a_user_of_the_organization() {
    let host = without_token();
    let tenant = host.sim().client().tenant_id;
    let client = ClientRegistration {
        application_user: false,
        ..ClientRegistration::new("stranger", "a-secret-of-its-own", &tenant)
    };
    host.sim().register_client(client);
    let host = host
        .with_secret("client_id", "stranger")
        .with_secret("client_secret", "a-secret-of-its-own")
        .with_secret("tenant_id", &tenant);
    let failure = fails(&host);
    assert_eq!((failure.kind, failure.status), (FailureKind::AskAdministrator, Some(403)));
    assert!(
        failure.message.ends_with(
            "it says: The user is not a member of the organization; ask an administrator"
        ),
        "{}",
        failure.message
    );
}

#[test]
fn treats_an_invalid_token_response_as_no_token() {
    for body in [
        "",
        "[]",
        "{\"token_type\": \"Bearer\"}",
        "{\"access_token\": 7, \"expires_in\": 3599}",
        "{\"access_token\": \"a\\r\\nX-Evil: 1\", \"expires_in\": 3599}",
    ] {
        let host = Harness::new().sign_in_with_client_credentials();
        host.sim().next_for("POST", "token", Fault::answer(200, body));
        let failure = fails(&host);
        assert_eq!(failure.kind, FailureKind::Report, "{body}");
        assert_eq!(
            failure.message,
            "the sign-in service did not answer with a token; is `authority` right?"
        );
        assert_eq!((host.requests(), host.secrets().get("access_token")), (1, None), "{body}");
    }
}

#[test]
fn refuses_a_malformed_ready_token() {
    for token in ["Bearer eyJ0eXAi", "a\r\nX-Evil: 1", "ключ"] {
        let host = Harness::new().with_secret("access_token", token);
        let failure = fails(&host);
        assert_eq!(failure.kind, FailureKind::FixSettings, "{token}");
        assert_eq!(
            failure.message,
            "`access_token` is not an access token (expected the token alone, without spaces)"
        );
        assert_eq!(host.requests(), 0, "{token}");
    }
}

#[test]
fn waits_for_a_sign_in_service_that_is_down() {
    let host = Harness::new().sign_in_with_client_credentials();
    host.sim().tell(dataverse_sim::Told::times(2, Fault::server_error(503)).resource("token"));
    host.check_connection().unwrap();
    assert_eq!(host.requests(), 4);

    let host = Harness::new().sign_in_with_client_credentials();
    host.sim().tell(dataverse_sim::Told::always(Fault::server_error(503)).resource("token"));
    let failure = fails(&host);
    assert_eq!((failure.kind, failure.status), (FailureKind::Wait, Some(503)));
    assert!(
        failure.message.starts_with("the sign-in service is unavailable (503"),
        "{}",
        failure.message
    );
    assert!(went(&host).iter().all(|line| line.starts_with("POST login.microsoftonline.com/")));
}

#[test]
fn signs_in_at_the_configured_authority() {
    let tenant = Harness::new().sim().client().tenant_id;
    for (authority, at) in [
        ("https://login.microsoftonline.us".to_owned(), "login.microsoftonline.us"),
        (format!("https://login.chinacloudapi.cn/{tenant}/"), "login.chinacloudapi.cn"),
    ] {
        let host = Harness::new().sign_in_with_client_credentials();
        if authority.contains(&tenant) {
            host.secrets().remove("tenant_id");
        }
        let host = host.with_secret("authority", &authority);
        host.check_connection().unwrap();
        assert_eq!(
            went(&host),
            [TOKEN_OF_TENANT.replace("login.microsoftonline.com", at), TAKEN.to_owned()]
        );
    }
}

#[test]
fn sends_no_credentials_to_an_authority_other_than_microsofts() {
    for (authority, message) in [
        (
            "https://login.example.com",
            "`authority` names a host that is not one of Microsoft's sign-in services (expected a sign-in service of \
             Microsoft's, such as https://login.microsoftonline.com)",
        ),
        (
            "http://login.microsoftonline.com",
            "`authority` asks for plain http, which is for loopback only (expected a sign-in service of Microsoft's, such \
             as https://login.microsoftonline.com)",
        ),
        (
            "https://login.microsoftonline.com/a b",
            "`authority` has a path that is no tenant (expected a sign-in service of Microsoft's, such as \
             https://login.microsoftonline.com)",
        ),
    ] {
        let host = Harness::new().sign_in_with_client_credentials();
        let host = host.with_secret("authority", authority).with_only(&["login.example.com"]);
        let failure = fails(&host);
        assert_eq!((failure.kind, failure.message.as_str()), (FailureKind::FixSettings, message));
        assert_eq!(host.requests(), 0, "{authority}");
    }
    for tenant in ["a/b", "..", "a?b", "tenant id"] {
        let host = Harness::new().sign_in_with_client_credentials();
        let host = host.with_secret("tenant_id", tenant);
        let failure = fails(&host);
        assert_eq!(
            (failure.kind, failure.message.as_str()),
            (
                FailureKind::FixSettings,
                &*format!("`tenant_id` is no tenant: `{tenant}` (expected its id or its domain)")
            )
        );
        assert_eq!(host.requests(), 0, "{tenant}");
    }
}

#[test]
fn requests_the_configured_scope() {
    let scope = "https://org12345.crm.dynamics.com/user_impersonation offline_access";
    let host = Harness::new().sign_in_with_refresh_token().with_secret("scope", scope);
    host.check_connection().unwrap();
    let body = host.sim().journal().iter().next().unwrap().body.clone();
    assert!(body.contains(&format!("&scope={scope}&")), "{body}");

    let host = Harness::new().sign_in_with_client_credentials();
    let host = host.with_secret("scope", "https://dynamics.microsoft.com/.default");
    let failure = fails(&host);
    assert_eq!(
        (failure.kind, failure.code.as_deref()),
        (FailureKind::FixSettings, Some("invalid_resource"))
    );
}

/// A host that inserts the secret changes the length of the request.
#[test]
fn declares_no_length_for_a_request_with_a_placeholder() {
    for (value, says_it) in [(None, true), (Some("false"), true), (Some("true"), false)] {
        let mut host = Harness::new().sign_in_with_client_credentials();
        if let Some(value) = value {
            host = host.with_secret("client_secret_is_placeholder", value);
        }
        host.create_appointment(&kick_off()).unwrap();
        let sim = host.sim();
        for entry in sim.journal().iter().filter(|entry| entry.method != "GET") {
            let is_token = entry.path.ends_with("/token");
            assert_eq!(entry.header("content-length").is_some(), says_it || !is_token, "{value:?}");
        }
    }
}
