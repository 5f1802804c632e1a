//! The token of a call: the ready one while it is valid, or else a new one.

use alloc::rc::Rc;

use super::Call;
use crate::auth::{self, Credentials, EXPIRY_MARGIN, Token};
use crate::contract::FailureKind;
use crate::dataverse::Repeat;
use crate::error::Error;
use crate::instance::Instance;
use crate::text::decimal;

/// What every request to the Web API needs.
pub(super) struct Session {
    pub(super) instance: Rc<Instance>,
    pub(super) token: Token,
    /// The source of the token.
    came: Came,
}

/// The source of a token; a rejected token is replaced from the next source.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Came {
    /// It was in the store at the start of the call.
    Ready,
    /// Another call put it into the store later.
    Later,
    /// This call requested it.
    Renewed,
}

impl Call<'_> {
    /// The call's session, opened by its first request.
    pub(super) fn session(&mut self) -> Result<Rc<Session>, Error> {
        if let Some(session) = &self.session {
            return Ok(session.clone());
        }
        let session = Rc::new(self.sign_in()?);
        self.session = Some(session.clone());
        Ok(session)
    }

    fn sign_in(&mut self) -> Result<Session, Error> {
        let instance = self.instance()?;
        let now = self.outside.clock.now();
        let ready = auth::ready_token(self.outside.secrets)?;
        if let Some(token) = &ready {
            self.secrets.push(token.value.clone());
        }
        let ready = match ready {
            Some(token) if !token.ends_by(now + EXPIRY_MARGIN) => {
                return Ok(Session { instance, token, came: Came::Ready });
            }
            ready => ready,
        };
        let Some(credentials) = self.credentials(&instance)? else {
            // Nothing can renew it: Dataverse decides whether it is still valid.
            let token = ready.ok_or_else(auth::nothing_to_sign_in_with)?;
            return Ok(Session { instance, token, came: Came::Ready });
        };
        let old = ready.as_ref().map(|token| token.value.clone()).unwrap_or_default();
        match (self.renew(&credentials, &old), ready) {
            (Ok(token), _) => Ok(Session { instance, token, came: Came::Renewed }),
            // The old token is valid for another minute, and the sign-in service may recover.
            (Err(failure), Some(token))
                if failure.kind == FailureKind::Wait && !token.ends_by(now + 5) =>
            {
                Ok(Session { instance, token, came: Came::Renewed })
            }
            (Err(failure), _) => Err(failure),
        }
    }

    fn credentials(&mut self, instance: &Instance) -> Result<Option<Credentials>, Error> {
        let credentials = Credentials::read(self.outside.secrets, instance)?;
        if let Some(credentials) = &credentials {
            credentials.push_secrets(&mut self.secrets);
        }
        Ok(credentials)
    }

    /// A new token in place of this one, which is empty if there was none.
    fn renew(&mut self, credentials: &Credentials, old: &str) -> Result<Token, Error> {
        // A repeated token request only gives another token; a used refresh token stays valid.
        let delivered = self.deliver(&credentials.request(), Repeat::Freely, &mut false)?;
        let now = self.outside.clock.now();
        let token = match auth::read_answer(&delivered.response, delivered.told, now) {
            Ok(token) => token,
            // If a refresh token works only once, another call may have used it and stored the
            // result.
            Err(failure) if failure.kind == FailureKind::SignIn => {
                return self.other_token(old).ok_or(failure);
            }
            Err(failure) => return Err(failure),
        };
        self.secrets.push(token.value.clone());
        self.outside.secrets.set("access_token", &token.value);
        if let Some(end) = token.expires_at {
            self.outside.secrets.set("access_token_expires_at", &decimal(end));
        }
        if let Some(refresh_token) = &token.refresh_token {
            self.secrets.push(refresh_token.clone());
            self.outside.secrets.set("refresh_token", refresh_token);
        }
        Ok(token)
    }

    /// The current token in the store, if it differs from this one.
    fn other_token(&mut self, old: &str) -> Option<Token> {
        let now = self.outside.clock.now();
        let token = auth::ready_token(self.outside.secrets).ok().flatten();
        let token = token.filter(|token| token.value != old && !token.ends_by(now))?;
        self.secrets.push(token.value.clone());
        Some(token)
    }

    /// The session with a token other than the rejected one, if possible: another call may have
    /// stored one; otherwise the sign-in service is asked, once per call.
    pub(super) fn renew_session(
        &mut self,
        session: &Session,
    ) -> Result<Option<Rc<Session>>, Error> {
        let refused = &session.token.value;
        let found = match session.came {
            Came::Renewed => return Ok(None),
            Came::Ready => self.other_token(refused),
            Came::Later => None,
        };
        let (token, came) = match found {
            Some(token) => (token, Came::Later),
            None => {
                let Some(credentials) = self.credentials(&session.instance)? else {
                    return Ok(None);
                };
                (self.renew(&credentials, refused)?, Came::Renewed)
            }
        };
        let session = Rc::new(Session { token, came, instance: session.instance.clone() });
        self.session = Some(session.clone());
        Ok(Some(session))
    }
}
