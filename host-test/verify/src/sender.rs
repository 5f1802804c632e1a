//! Sends requests to the organization, one at a time, and repeats throttled ones. Nothing goes to
//! another host.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request};
use tokio::sync::watch;

use crate::assumption::{Service, Step};
use crate::fact::Answer;
use crate::organization::Organization;
use crate::template::{self, Variables};
use crate::transport::{Transport, Unanswered};

/// How many times a throttled request is repeated.
const REPEATS: u32 = 5;
/// The longest single wait.
const LONGEST_WAIT: Duration = Duration::from_secs(300);
/// The first wait if the response names none; it doubles each time. A customization takes about 30
/// seconds.
const FIRST_WAIT: Duration = Duration::from_secs(5);

/// Sends requests to one organization.
pub(crate) struct Sender<'a, T> {
    pub(crate) organization: &'a Organization,
    pub(crate) transport: &'a T,
    /// Becomes true when the run is to stop.
    pub(crate) stop: watch::Receiver<bool>,
    /// The number of requests sent.
    pub(crate) requests: usize,
    /// The first throttled response with each code.
    pub(crate) throttled: Vec<Answer>,
}

/// Why a request has no response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unsent {
    /// The transport failed, before or after sending.
    Unanswered(Unanswered),
    /// The target is a link to another host, which is not followed.
    Elsewhere,
    /// The person stopped the run.
    Stopped,
    /// It does not form a valid request.
    Malformed,
}

impl<'a, T: Transport> Sender<'a, T> {
    pub(crate) fn new(
        organization: &'a Organization,
        transport: &'a T,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Sender { organization, transport, stop, requests: 0, throttled: Vec::new() }
    }

    /// Sends a step's request.
    pub(crate) async fn send(
        &mut self,
        step: &Step,
        variables: &Variables,
        waits: &mut impl FnMut(Duration),
    ) -> Result<Answer, Unsent> {
        let request = self.request(step, variables)?;
        self.send_patiently(request, waits).await
    }

    /// Removes a row or table, even after a stop.
    pub(crate) async fn delete(&mut self, thing: &str) -> Result<Answer, Unsent> {
        let step = Step { request: format!("DELETE {thing}"), ..Step::default() };
        let request = self.request(&step, &Variables::new())?;
        self.insist(request).await
    }

    /// Reads something, even after a stop.
    pub(crate) async fn read(
        &mut self,
        target: &str,
        variables: &Variables,
    ) -> Result<Answer, Unsent> {
        let step = Step { request: format!("GET {target}"), ..Step::default() };
        let request = self.request(&step, variables)?;
        self.insist(request).await
    }

    async fn insist(&mut self, request: Request<Bytes>) -> Result<Answer, Unsent> {
        let (_never, never) = watch::channel(false);
        let stop = std::mem::replace(&mut self.stop, never);
        let answer = self.send_patiently(request, &mut |_| ()).await;
        self.stop = stop;
        answer
    }

    async fn send_patiently(
        &mut self,
        request: Request<Bytes>,
        waits: &mut impl FnMut(Duration),
    ) -> Result<Answer, Unsent> {
        let mut wait = FIRST_WAIT;
        let mut repeats = 0;
        loop {
            if *self.stop.borrow() {
                return Err(Unsent::Stopped);
            }
            self.requests += 1;
            repeats += 1;
            let answer = match self.transport.send(request.clone()).await {
                Ok(response) => Answer::new(response),
                // A kept connection may have been closed in the meantime.
                Err(Unanswered::Broken) if request.method() == Method::GET && repeats == 1 => {
                    continue;
                }
                Err(error) => return Err(Unsent::Unanswered(error)),
            };
            let Some(pause) = self.pause(&request, &answer, wait) else { return Ok(answer) };
            if repeats > REPEATS || pause > LONGEST_WAIT {
                return Ok(answer);
            }
            wait = (wait * 2).min(LONGEST_WAIT);
            waits(pause);
            let stopped = async {
                if self.stop.wait_for(|stop| *stop).await.is_err() {
                    // The sender is gone, so nobody will ask to stop.
                    std::future::pending::<()>().await;
                }
            };
            let _ = tokio::time::timeout(pause, stopped).await;
        }
    }

    /// How long to wait before repeating the request; `None` if its response is final.
    fn pause(
        &mut self,
        request: &Request<Bytes>,
        answer: &Answer,
        usual: Duration,
    ) -> Option<Duration> {
        let asked = retry_after(answer);
        match answer.status() {
            429 => {
                let code = answer.code();
                if !self.throttled.iter().any(|known| known.code() == code) {
                    self.throttled.push(Answer::new(answer.response.clone()));
                }
                Some(asked.unwrap_or(usual))
            }
            502..=504 if request.method() == Method::GET => Some(asked.unwrap_or(usual)),
            // The write may have been applied: it is repeated only if the organization asks for
            // that.
            503 => asked,
            _ => None,
        }
    }

    fn request(&self, step: &Step, variables: &Variables) -> Result<Request<Bytes>, Unsent> {
        let (method, target) = step.request.split_once(' ').ok_or(Unsent::Malformed)?;
        let url = self.url(step.of, target, variables)?;
        let method = Method::try_from(method).map_err(|_| Unsent::Malformed)?;
        let mut request = Request::builder().method(method).uri(url);
        let headers = request.headers_mut().ok_or(Unsent::Malformed)?;
        let mut put = |name: &str, value: &str| {
            let name = HeaderName::try_from(name).map_err(|_| Unsent::Malformed)?;
            if value.is_empty() {
                headers.remove(&name);
                return Ok(());
            }
            let mut value = HeaderValue::try_from(value).map_err(|_| Unsent::Malformed)?;
            value.set_sensitive(name == http::header::AUTHORIZATION);
            headers.insert(name, value);
            Ok(())
        };
        if step.of != Service::SignIn {
            put("accept", "application/json")?;
            put("odata-version", "4.0")?;
            put("odata-maxversion", "4.0")?;
        }
        if step.of == Service::WebApi {
            put("authorization", &format!("Bearer {}", self.organization.token))?;
        }
        let body = match (&step.body, &step.form) {
            (Some(body), _) => {
                put("content-type", "application/json")?;
                template::value(body, variables).to_string()
            }
            (None, Some(form)) => {
                put("content-type", "application/x-www-form-urlencoded")?;
                let mut fields = form_urlencoded::Serializer::new(String::new());
                for (name, value) in form {
                    fields.append_pair(name, &template::text(value, variables));
                }
                fields.finish()
            }
            (None, None) => String::new(),
        };
        for (name, value) in &step.headers {
            put(name, &template::text(value, variables))?;
        }
        request.body(Bytes::from(body)).map_err(|_| Unsent::Malformed)
    }

    fn url(&self, of: Service, target: &str, variables: &Variables) -> Result<String, Unsent> {
        let Organization { origin, sign_in, .. } = self.organization;
        if of == Service::SignIn {
            return Ok(format!("{sign_in}/{}", template::target(target, variables)));
        }
        let name = target.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let link = name.and_then(|name| variables.get(name)).and_then(|link| link.as_str());
        match link {
            // A link is followed unchanged, and only to the organization.
            Some(link) if link.starts_with(&format!("{origin}/")) => Ok(link.to_owned()),
            Some(_) => Err(Unsent::Elsewhere),
            None => Ok(format!("{origin}/api/data/v9.2/{}", template::target(target, variables))),
        }
    }
}

/// How long the response asks to wait: seconds, with or without a fraction.
fn retry_after(answer: &Answer) -> Option<Duration> {
    let seconds: f64 = answer.header("retry-after")?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds.ceil()).ok()
}
