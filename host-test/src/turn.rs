//! Turns at the sign-in service, for logins that several processes share.

use std::fmt;

use bytes::Bytes;

/// What to do with a token request when its turn comes.
pub enum Turn {
    /// It is not sent: this is the body of a response with another process's token.
    Answered(Bytes),
    /// It is sent with this form.
    Send {
        /// The form, possibly with a newer refresh token.
        form: Bytes,
        /// Called with the body of a successful response before any call gets it. The turn ends
        /// when this is dropped.
        keep: Keep,
    },
}

/// Keeps the sign-in service's response.
pub type Keep = Box<dyn FnOnce(&[u8]) + Send>;

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Both hold tokens.
        f.write_str(match self {
            Turn::Answered(_) => "Answered",
            Turn::Send { .. } => "Send",
        })
    }
}

/// Waits for a turn with this form and the store's access token.
pub(crate) type Turns = dyn Fn(&[u8], Option<&str>) -> Turn + Send + Sync;
