//! The fresh tokens that an adapter keeps while its instance lives, so that a host which reuses
//! instances signs in once an hour rather than once a call. If each call gets a new instance,
//! nothing is ever found here.
//!
//! The tokens belong to the secrets that the host had when the call began: the organization, the
//! credentials and everything else used to sign in. When any of those changes, the tokens are
//! forgotten.

use alloc::string::String;
use core::sync::atomic::{AtomicU8, AtomicUsize, Ordering::Relaxed};

/// The secret that the connector reads first in each call.
const FIRST: &str = "instance_url";

/// The secrets that are kept.
const KEPT: [&str; 3] = ["access_token", "access_token_expires_at", "refresh_token"];

/// The longest text that is kept, in bytes.
const ROOM: usize = 16_384;

/// The function that asks the host for a secret.
pub type Host<'a, E> = dyn Fn(&str) -> Result<Option<String>, E> + 'a;

/// The secrets that a token depends on: its organization and the credentials it was obtained with.
const OWNER: [&str; 9] = [
    FIRST,
    "tenant_id",
    "client_id",
    "client_secret",
    "authority",
    "scope",
    "refresh_token",
    "access_token",
    "access_token_expires_at",
];

/// An instance's tokens.
#[derive(Debug)]
pub struct Tokens {
    owner: Text,
    /// In the order of `KEPT`.
    kept: [Text; KEPT.len()],
}

impl Tokens {
    /// No tokens.
    #[expect(clippy::new_without_default, reason = "a static needs a const function")]
    pub const fn new() -> Self {
        Tokens { owner: Text::new(), kept: [const { Text::new() }; KEPT.len()] }
    }

    /// The secret with this name: the kept token, or else the host's value.
    ///
    /// # Errors
    ///
    /// Those of `host`.
    pub fn get<E>(&self, name: &str, host: &Host<'_, E>) -> Result<Option<String>, E> {
        let kept = self.text(name);
        if kept.is_some() || name == FIRST {
            let owner = owner(host)?;
            if !self.owner.is(&owner) {
                self.forget();
                // In the middle of a call, nothing is kept any more: the secrets the call has read
                // no longer belong together.
                if name == FIRST {
                    self.owner.set(&owner);
                }
            }
        }
        match kept.and_then(Text::get) {
            Some(token) => Ok(Some(token)),
            None => host(name),
        }
    }

    /// Keeps a token and returns whether it did.
    ///
    /// # Errors
    ///
    /// Those of `host`.
    pub fn set<E>(&self, name: &str, value: &str, host: &Host<'_, E>) -> Result<bool, E> {
        let Some(kept) = self.text(name) else { return Ok(false) };
        if !self.owner.is(&owner(host)?) {
            self.forget();
            return Ok(false);
        }
        // The previous token's expiry does not apply to a new token.
        if name == KEPT[0] {
            self.kept[1].set("");
        }
        Ok(value.is_ascii() && kept.set(value))
    }

    fn text(&self, name: &str) -> Option<&Text> {
        KEPT.iter().zip(&self.kept).find(|(kept, _)| **kept == name).map(|(_, text)| text)
    }

    fn forget(&self) {
        self.owner.set("");
        for text in &self.kept {
            text.set("");
        }
    }
}

/// All secrets that a token depends on, as one text.
// One copy of the code, rather than one per caller.
#[inline(never)]
fn owner<E>(host: &Host<'_, E>) -> Result<String, E> {
    let mut owner = String::new();
    for name in OWNER {
        owner.push_str(&host(name)?.unwrap_or_default());
        owner.push('\n');
    }
    Ok(owner)
}

/// A text in static memory, since the allocator reclaims its own after each call.
#[derive(Debug)]
struct Text {
    // Atomic so that a static needs no `unsafe`; only one thread exists.
    bytes: [AtomicU8; ROOM],
    length: AtomicUsize,
}

impl Text {
    const fn new() -> Self {
        Text { bytes: [const { AtomicU8::new(0) }; ROOM], length: AtomicUsize::new(0) }
    }

    fn kept(&self) -> impl Iterator<Item = u8> {
        self.bytes.iter().take(self.length.load(Relaxed)).map(|byte| byte.load(Relaxed))
    }

    fn is(&self, text: &str) -> bool {
        self.kept().eq(text.bytes())
    }

    /// Stores the text and returns whether it fit; if not, the text is empty.
    fn set(&self, text: &str) -> bool {
        let fits = text.len() <= ROOM;
        self.length.store(if fits { text.len() } else { 0 }, Relaxed);
        for (place, byte) in self.bytes.iter().zip(text.bytes()) {
            place.store(byte, Relaxed);
        }
        fits
    }

    /// The text, which is ASCII.
    fn get(&self) -> Option<String> {
        let text: String = self.kept().map(char::from).collect();
        (!text.is_empty()).then_some(text)
    }
}
