//! The only I/O: `wasi:http`, clocks, randomness, and the host's secrets.

mod http;

use alloc::boxed::Box;
use alloc::string::String;

use wasip2::clocks::{monotonic_clock, wall_clock};
use wasip2::io::poll::poll;
use wasip2::random::random::get_random_u64;

use sales::contract::dynamics365::sales::secrets::{self, SecretError};
use sales::outside::{Clock, Outside, Secrets, SecretsError};

/// The world outside the component. Its three parts are empty, so nothing leaks here.
// Not inlined into each export.
#[inline(never)]
pub(crate) fn outside() -> Outside<'static> {
    Outside {
        transport: Box::leak(Box::new(http::send)),
        secrets: Box::leak(Box::new(HostSecrets)),
        clock: Box::leak(Box::new(HostClock)),
    }
}

struct HostSecrets;

impl Secrets for HostSecrets {
    fn get(&mut self, name: &str) -> Result<Option<String>, SecretsError> {
        match secrets::get(name) {
            Ok(value) => Ok(Some(value)),
            Err(SecretError::NotFound | SecretError::AccessDenied) => Ok(None),
            Err(SecretError::Unavailable) => Err(SecretsError),
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        // With a host that stores nothing, the next call signs in again.
        let _ = secrets::set(name, value);
    }
}

struct HostClock;

impl Clock for HostClock {
    fn now(&mut self) -> i64 {
        i64::try_from(wall_clock::now().seconds).unwrap_or(i64::MAX)
    }

    fn ticks(&mut self) -> u64 {
        monotonic_clock::now() / 1_000_000
    }

    fn wait(&mut self, milliseconds: u64) {
        let over = monotonic_clock::subscribe_duration(milliseconds * 1_000_000);
        // Not `block`: each imported host function takes 200 bytes or more.
        poll(&[&over]);
    }

    fn random(&mut self) -> [u8; 16] {
        let [high, low] = [get_random_u64(), get_random_u64()];
        (u128::from(high) << 64 | u128::from(low)).to_ne_bytes()
    }
}
