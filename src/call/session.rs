//! The token of a call: the ready one as long as it is good, else a new one.

use alloc::rc::Rc;

use super::Call;
use crate::auth::{self, Credentials, EXPIRY_MARGIN, Token};
use crate::contract::FailureKind;
use crate::dataverse::Repeat;
use crate::error::Error;
use crate::instance::Instance;
use crate::text::decimal;

/// What a request to the Web API needs besides itself.
pub(super) struct Session {
    pub(super) instance: Rc<Instance>,
    pub(super) token: Token,
    /// Whether this call has renewed the token already.
    pub(super) renewed: bool,
}

impl Call<'_> {
    /// The session of this call, which the first request opens.
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
        let ends = |token: &Token, margin| token.expires_at.is_some_and(|end| end - margin <= now);
        let ready = match ready {
            Some(token) if !ends(&token, EXPIRY_MARGIN) => {
                return Ok(Session { instance, token, renewed: false });
            }
            ready => ready,
        };
        let Some(credentials) = self.credentials(&instance)? else {
            // Nothing can renew it: whether it is still good, Dataverse will say.
            let token = ready.ok_or_else(auth::nothing_to_sign_in_with)?;
            return Ok(Session { instance, token, renewed: false });
        };
        match (self.renew(&credentials), ready) {
            (Ok(token), _) => Ok(Session { instance, token, renewed: true }),
            // The old token has its last minute yet, and the sign-in service only a bad one.
            (Err(failure), Some(token))
                if failure.kind == FailureKind::Wait && !ends(&token, 5) =>
            {
                Ok(Session { instance, token, renewed: true })
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

    fn renew(&mut self, credentials: &Credentials) -> Result<Token, Error> {
        // A token that is asked for twice is only another token; a refresh token lives on when it was used.
        let delivered = self.deliver(&credentials.request(), Repeat::Freely)?;
        let token = auth::read_answer(&delivered.response, self.outside.clock.now())?;
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

    /// The session with a new token, if there is a way to one.
    pub(super) fn renew_session(
        &mut self,
        session: &Session,
    ) -> Result<Option<Rc<Session>>, Error> {
        let Some(credentials) = self.credentials(&session.instance)? else { return Ok(None) };
        let token = self.renew(&credentials)?;
        let instance = session.instance.clone();
        let session = Rc::new(Session { token, renewed: true, instance });
        self.session = Some(session.clone());
        Ok(Some(session))
    }
}
