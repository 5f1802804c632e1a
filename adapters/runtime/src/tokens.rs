//! The fresh tokens that an adapter keeps for as long as its instance lives, so that a host which keeps instances warm signs
//! in once an hour and not once a call. Where each call has an instance of its own, nothing is ever found here.
//!
//! They belong to what the host had for the connector when its call began: the organization, the credentials, everything
//! that has to do with signing in. Once anything of that is another, they are forgotten.

use alloc::string::String;
use core::sync::atomic::{AtomicU8, AtomicUsize, Ordering::Relaxed};

/// The secret that the connector reads first in each call.
const FIRST: &str = "instance_url";

/// What is kept.
const KEPT: [&str; 3] = ["access_token", "access_token_expires_at", "refresh_token"];

/// The longest text that is kept.
const ROOM: usize = 16_384;

/// How the host is asked for a secret.
pub type Host<'a, E> = dyn Fn(&str) -> Result<Option<String>, E> + 'a;

/// What a token was got for and with.
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

/// What is kept of an instance's tokens.
#[derive(Debug)]
pub struct Tokens {
    owner: Text,
    /// In the order of [`KEPT`].
    kept: [Text; KEPT.len()],
}

impl Tokens {
    /// None.
    #[expect(clippy::new_without_default, reason = "a static needs a function that is const")]
    pub const fn new() -> Self {
        Tokens { owner: Text::new(), kept: [const { Text::new() }; KEPT.len()] }
    }

    /// The secret of this name: the token that is kept, or else what the host has.
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
                // In the middle of a call nothing is kept any more: what it has read belongs together no longer.
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

    /// Keeps a token, and says whether it does.
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
        // A new token and the end of the one before do not belong together.
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

/// Everything that a token depends on, as one text.
// Once, and not wherever it is asked for.
#[inline(never)]
fn owner<E>(host: &Host<'_, E>) -> Result<String, E> {
    let mut owner = String::new();
    for name in OWNER {
        owner.push_str(&host(name)?.unwrap_or_default());
        owner.push('\n');
    }
    Ok(owner)
}

/// A text in a place of its own, since the allocator takes everything back after each call.
#[derive(Debug)]
struct Text {
    // Atomic for being a static without `unsafe`: there is one thread.
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

    /// Whether there was room for it; if not, nothing is there.
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
