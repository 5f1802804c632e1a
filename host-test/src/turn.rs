//! Turns at the sign-in service, for logins that several processes share.

use std::fmt;

use bytes::Bytes;

/// What becomes of a request for a token when its turn has come.
pub enum Turn {
    /// It is not sent: this is the body of an answer with a token that another process has got.
    Answered(Bytes),
    /// It is sent, with this form.
    Send {
        /// The form, in which the refresh token may be a newer one.
        form: Bytes,
        /// Is given the body of the answer, if that is one of success, before any call has it. The turn ends when this is
        /// dropped.
        keep: Keep,
    },
}

/// Keeps what the sign-in service answered.
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

/// Waits for a turn with this form, where the store has this access token.
pub(crate) type Turns = dyn Fn(&[u8], Option<&str>) -> Turn + Send + Sync;
