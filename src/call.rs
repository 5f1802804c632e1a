//! One call of an action: every request goes out here, with its token, and comes back here, with its status read.

mod wire;

use alloc::borrow::ToOwned;
use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use crate::auth::{self, Credentials, EXPIRY_MARGIN, Token};
use crate::contract::{Failure, FailureKind};
use crate::dataverse::query::push_percent;
use crate::dataverse::request::URL_LIMIT;
use crate::dataverse::{Answer, Guid, Method, Repeat, Request, Rows, refusal};
use crate::failure::Problem;
use crate::instance::Instance;
use crate::retry::{self, Verdict};
use crate::shell::{ANSWER_LIMIT, HttpAnswer, HttpRequest, Lost, Shell};
use crate::text::{before, counted, decimal, filled, find};
use wire::{http, no_answer, too_large};

/// The most pages that are read for one list.
pub const PAGES: usize = 500;

const SERVICE_ROOT: &str = "/api/data/v9.2/";
const USER_AGENT: &str = concat!("dynamics365-sales/", env!("CARGO_PKG_VERSION"));

/// What a page asks through.
///
/// Nothing is read from the secrets before the first request: input that is refused costs nothing.
pub struct Call<'a> {
    shell: Shell<'a>,
    instance: Option<Rc<Instance>>,
    session: Option<Rc<Session>>,
    started: u64,
    // Every secret that was read or came, to be kept out of every message.
    secrets: Vec<String>,
}

struct Session {
    instance: Rc<Instance>,
    token: Token,
    renewed: bool,
}

struct Delivered {
    answer: HttpAnswer,
    // Whether an attempt before this answer, or the one that it answers, may have been carried out.
    unsure: bool,
}

impl<'a> Call<'a> {
    /// A call to the outside through this shell.
    // Once, and not in each export.
    #[inline(never)]
    pub fn new(shell: Shell<'a>) -> Self {
        let started = shell.clock.ticks();
        Call { shell, instance: None, session: None, started, secrets: Vec::new() }
    }

    /// Sends a request and gives its answer, which is one of success. An access token that Dataverse does not take is
    /// renewed once; what may be sent again is sent again within the [`retry::BUDGET`].
    ///
    /// # Errors
    ///
    /// Every status that is not one of success is a failure here and nowhere else.
    pub fn ask(&mut self, request: &Request) -> Result<Answer, Problem> {
        let root = if request.resource.starts_with('/') { "" } else { SERVICE_ROOT };
        let length = self.instance()?.origin.url().len() + root.len() + request.resource.len();
        if length > URL_LIMIT {
            return Err(Problem::fix_input(filled(
                "the input makes a URL longer than the {} bytes that Dynamics 365 takes; shorten the filter or the text",
                &[&counted(URL_LIMIT)],
            )));
        }
        let session = self.session()?;
        let mut delivered = self.deliver(&http(request, &session), request.repeat)?;
        // Dataverse refuses a token before it looks at the request, so even a write may be sent again.
        if delivered.answer.status == 401 && !session.renewed {
            let unsure = delivered.unsure;
            let again = self.deliver_renewed(request, &session);
            let again = again.map_err(|mut failure| {
                failure.may_have_been_applied |= unsure && request.method != Method::Get;
                failure
            });
            if let Some(again) = again? {
                delivered = Delivered { unsure: unsure || again.unsure, ..again };
            }
        }
        let Delivered { answer, unsure } = delivered;
        if (200..300).contains(&answer.status) {
            let HttpAnswer { status, headers, body } = answer;
            return Ok(Answer { status, headers, body });
        }
        let mut failure = refusal::failure(&answer, self.shell.clock.now());
        failure.may_have_been_applied = unsure && request.method != Method::Get;
        Err(failure)
    }

    /// Sends a request for a collection, follows its pages and gives at most so many rows.
    ///
    /// # Errors
    ///
    /// Those of [`Call::ask`]; `report` for pages that do not end or come again, that lead to another host or that are no
    /// collections.
    pub fn rows(&mut self, request: Request, limit: usize) -> Result<Rows, Problem> {
        let mut rows = Rows::default();
        let mut page = request;
        let mut asked = Vec::new();
        for _ in 0..PAGES {
            let answer = self.ask(&page)?;
            let link = rows.add(answer, limit)?;
            let Some(link) = link.filter(|_| rows.len() < limit) else { return Ok(rows) };
            if rows.bytes() > ANSWER_LIMIT {
                return Err(too_large());
            }
            let next = self.continuation(&link)?;
            let next = next.strip_prefix(SERVICE_ROOT).unwrap_or(&next).to_owned();
            asked.push(core::mem::replace(&mut page.resource, next));
            if asked.contains(&page.resource) {
                return Err(Problem::report(
                    "Dynamics 365 answered with a next page that is the same page again",
                ));
            }
        }
        Err(Problem::report(filled(
            "Dynamics 365 answered with more than {} pages",
            &[&counted(PAGES)],
        )))
    }

    /// The organization that is talked to.
    ///
    /// # Errors
    ///
    /// `fix-settings` when `instance_url` is missing or names no organization.
    pub fn instance(&mut self) -> Result<Rc<Instance>, Problem> {
        if let Some(instance) = &self.instance {
            return Ok(instance.clone());
        }
        match self.setting("instance_url")? {
            Some(text) => Ok(self.instance.insert(Rc::new(Instance::parse(&text)?)).clone()),
            None => Err(Problem::fix_settings(
                "the secret `instance_url` is missing (expected the host of an organization, such as org12345.crm.dynamics.com)",
            )),
        }
    }

    /// An optional setting among the secrets; blank is absent.
    ///
    /// # Errors
    ///
    /// `wait` when the host's store does not answer.
    pub fn setting(&mut self, name: &str) -> Result<Option<String>, Problem> {
        auth::present(self.shell.secrets, name)
    }

    /// A new row id.
    pub fn new_id(&mut self) -> Guid {
        Guid::from_random(self.shell.clock.random())
    }

    /// Waits as is due after so many failed attempts, of which the last was told to come back in so many seconds; false when
    /// no further attempt is allowed.
    pub(crate) fn again(&mut self, failed: u32, told: Option<u32>) -> bool {
        let spent = self.shell.clock.ticks().saturating_sub(self.started);
        let [chance, ..] = self.shell.clock.random();
        let pause = retry::pause(failed, told, spent, chance);
        pause.map(|pause| self.shell.clock.wait(pause)).is_some()
    }

    /// The failure as the caller gets it, without any secret that this call has seen.
    // Once, and not in each export.
    #[inline(never)]
    pub(crate) fn failure(&self, problem: Problem) -> Failure {
        problem.scrubbed(&self.secrets).into()
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn now(&mut self) -> i64 {
        self.shell.clock.now()
    }

    fn session(&mut self) -> Result<Rc<Session>, Problem> {
        if let Some(session) = &self.session {
            return Ok(session.clone());
        }
        let session = Rc::new(self.sign_in()?);
        self.session = Some(session.clone());
        Ok(session)
    }

    fn sign_in(&mut self) -> Result<Session, Problem> {
        let instance = self.instance()?;
        let now = self.shell.clock.now();
        let ready = auth::ready_token(self.shell.secrets)?;
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

    fn credentials(&mut self, instance: &Instance) -> Result<Option<Credentials>, Problem> {
        let credentials = Credentials::read(self.shell.secrets, instance)?;
        if let Some(credentials) = &credentials {
            credentials.push_secrets(&mut self.secrets);
        }
        Ok(credentials)
    }

    fn renew(&mut self, credentials: &Credentials) -> Result<Token, Problem> {
        // A token that is asked for twice is only another token; a refresh token lives on when it was used.
        let delivered = self.deliver(&credentials.request(), Repeat::Freely)?;
        let token = auth::read_answer(&delivered.answer, self.shell.clock.now())?;
        self.secrets.push(token.value.clone());
        self.shell.secrets.set("access_token", &token.value);
        if let Some(end) = token.expires_at {
            self.shell.secrets.set("access_token_expires_at", &decimal(end));
        }
        if let Some(refresh_token) = &token.refresh_token {
            self.secrets.push(refresh_token.clone());
            self.shell.secrets.set("refresh_token", refresh_token);
        }
        Ok(token)
    }

    /// Sends a request once more, with a new token if there is a way to one.
    fn deliver_renewed(
        &mut self,
        request: &Request,
        session: &Session,
    ) -> Result<Option<Delivered>, Problem> {
        let Some(credentials) = self.credentials(&session.instance)? else { return Ok(None) };
        let token = self.renew(&credentials)?;
        let instance = session.instance.clone();
        let session = Rc::new(Session { token, renewed: true, instance });
        self.session = Some(session.clone());
        self.deliver(&http(request, &session), request.repeat).map(Some)
    }

    /// Sends a request until its answer is final.
    fn deliver(&mut self, request: &HttpRequest, repeat: Repeat) -> Result<Delivered, Problem> {
        let mut unsure = false;
        let mut failed = 0;
        loop {
            let result = self.shell.transport.send(request);
            failed += 1;
            let (verdict, told) = match &result {
                Ok(answer) if answer.status < 400 => (Verdict::Final, None),
                Ok(answer) => {
                    let code = refusal::code(answer);
                    let verdict = retry::of_status(answer.status, code.as_deref());
                    unsure |= verdict == Verdict::Unknown;
                    (verdict, retry::told_seconds(answer, self.shell.clock.now()))
                }
                Err(lost) => {
                    let verdict = retry::of_lost(lost);
                    unsure |= verdict == Verdict::Unknown || *lost == Lost::TooLarge;
                    (verdict, None)
                }
            };
            let gave_up = matches!(result, Err(Lost::NotSent(_))) && failed >= retry::CONNECTIONS;
            if !gave_up && retry::may_repeat(verdict, repeat) && self.again(failed, told) {
                continue;
            }
            return match result {
                Ok(answer) => Ok(Delivered { answer, unsure }),
                Err(lost) => {
                    let mut failure = no_answer(&lost, &request.origin.authority);
                    failure.may_have_been_applied = unsure && request.method != Method::Get;
                    Err(failure)
                }
            };
        }
    }

    /// The path of a next link, as it is but for what no URL may hold.
    fn continuation(&mut self, link: &str) -> Result<String, Problem> {
        let path = self
            .instance()?
            .origin
            .path_of(link, SERVICE_ROOT)
            .filter(|path| {
                // Segments of dots, which somebody on the way resolves, lead out of it.
                let path = before(path, "?").to_ascii_lowercase();
                path.starts_with("/api/data/")
                    && find(&path, "..").is_none()
                    && find(&path, "%2e").is_none()
            })
            .ok_or_else(|| {
                Problem::report(
                    "Dynamics 365 answered with a next page on another host, which is not followed",
                )
            })?;
        let mut clean = String::with_capacity(path.len());
        for byte in path.bytes() {
            match byte {
                b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | b'#' => {
                    push_percent(&mut clean, byte)
                }
                b'!'..=b'~' => clean.push(byte.into()),
                _ => push_percent(&mut clean, byte),
            }
        }
        Ok(clean)
    }
}

#[cfg(test)]
mod tests;
