//! One token request at a time: calls that need the same token share the response.
//!
//! Many concurrent calls may find no token. If each redeemed the refresh token, a service that
//! accepts it only once would refuse all but the first. So a call joins another call's request if
//! the two are identical and the call looked for a token before the response was kept. The same
//! holds for a call that looked for the access token before and read the refresh token afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode, Uri};
use tokio::sync::watch;
use tokio::time::Instant;
use wasmtime_wasi_http::Error;

use crate::lost::Lost;

/// The outcome of a request.
pub(crate) type Outcome = Arc<Result<Answer, Lost>>;

/// The received part of a response, and the error that cut it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) response: Response<Bytes>,
    pub(crate) broken_off: Option<Error>,
}

/// The identity of a request.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) uri: Uri,
    pub(crate) body: Bytes,
}

impl Wanted {
    /// The form without its refresh token, and the refresh token.
    fn parts(&self) -> (Vec<&[u8]>, Option<&[u8]>) {
        const NAME: &[u8] = b"refresh_token=";
        let pairs = self.body.split(|&byte| byte == b'&');
        let (tokens, others): (Vec<_>, Vec<_>) = pairs.partition(|pair| pair.starts_with(NAME));
        (others, tokens.first().map(|pair| &pair[NAME.len()..]))
    }
}

/// A call's view of its store's flights.
#[derive(Debug, Default)]
pub(crate) struct Caller {
    /// When it last looked for a token.
    looked: AtomicU64,
    /// The last flight it joined.
    joined: AtomicU64,
    /// Whether another call has already kept the same token.
    echoes: AtomicBool,
}

impl Caller {
    /// It keeps an access token; another call may have kept the same one.
    pub(crate) fn keeps(&self, known: bool) {
        self.echoes.store(known, Ordering::Relaxed);
    }

    /// Whether the secret it keeps now belongs to a token that another call has kept.
    pub(crate) fn echoes(&self) -> bool {
        self.echoes.load(Ordering::Relaxed)
    }
}

/// The requests of one store. Time is a count of events here.
#[derive(Default)]
pub(crate) struct Flights {
    now: u64,
    departed: u64,
    flights: Vec<Flight>,
}

struct Flight {
    number: u64,
    wanted: Wanted,
    departed: Instant,
    landed: Option<u64>,
    /// The time when the token was offered to the store, or when a call continued without one.
    settled: Option<u64>,
    outcome: watch::Receiver<Option<Outcome>>,
}

/// How a call gets its response.
pub(crate) enum Boarding {
    /// It waits for the response to another call's request.
    Joined(watch::Receiver<Option<Outcome>>),
    /// It sends the request and shares the outcome with the others.
    First(u64, watch::Sender<Option<Outcome>>, watch::Receiver<Option<Outcome>>),
}

/// The number of flights that are remembered.
const REMEMBERED: usize = 4;

/// The lifetime of a token that was sent to a call which ended before it could keep it.
const UNKEPT: Duration = Duration::from_secs(300);

impl Flights {
    /// A call looks for a token.
    pub(crate) fn look(&self, caller: &Caller) {
        caller.looked.store(self.now, Ordering::Relaxed);
    }

    /// A call needs the response to this request.
    pub(crate) fn board(&mut self, caller: &Caller, wanted: Wanted) -> Boarding {
        let serves = |flight: &&Flight| flight.serves(&wanted) && flight.takes(caller);
        let joined = self.flights.iter().rev().find(serves);
        if let Some(flight) = joined {
            caller.joined.store(flight.number, Ordering::Relaxed);
            return Boarding::Joined(flight.outcome.clone());
        }
        self.departed += 1;
        let (sender, outcome) = watch::channel(None);
        let flight = Flight {
            number: self.departed,
            wanted,
            departed: Instant::now(),
            landed: None,
            settled: None,
            outcome: outcome.clone(),
        };
        caller.joined.store(flight.number, Ordering::Relaxed);
        if self.flights.len() >= REMEMBERED
            && let Some(old) = self.flights.iter().position(|flight| flight.landed.is_some())
        {
            self.flights.remove(old);
        }
        self.flights.push(flight);
        Boarding::First(self.departed, sender, outcome)
    }

    /// The outcome of a flight has arrived.
    pub(crate) fn land(&mut self, number: u64) {
        self.now += 1;
        if let Some(flight) = self.flights.iter_mut().find(|flight| flight.number == number) {
            flight.landed = Some(self.now);
        }
    }

    /// A call has offered its token to the store or has ended.
    pub(crate) fn settle(&mut self, caller: &Caller) {
        let number = caller.joined.load(Ordering::Relaxed);
        let unsettled = |flight: &&mut Flight| flight.number == number && flight.settled.is_none();
        if let Some(flight) = self.flights.iter_mut().find(unsettled) {
            self.now += 1;
            flight.settled = Some(self.now);
        }
    }
}

impl Flight {
    /// Whether its response also answers this request: an identical one, or one with the refresh
    /// token that the response brought.
    fn serves(&self, wanted: &Wanted) -> bool {
        if self.wanted == *wanted {
            return true;
        }
        let ((same, _), (other, token)) = (self.wanted.parts(), wanted.parts());
        let outcome = self.outcome.borrow();
        let Some(Ok(answer)) = outcome.as_deref() else { return false };
        let brought = |token: &[u8]| {
            answer.response.body().windows(token.len().max(1)).any(|part| part == token)
        };
        self.wanted.uri == wanted.uri && same == other && token.is_some_and(brought)
    }

    /// Whether a call may still join. A call that already got this response and asks again needs
    /// another.
    fn takes(&self, caller: &Caller) -> bool {
        if self.number <= caller.joined.load(Ordering::Relaxed) {
            return false;
        }
        let looked = caller.looked.load(Ordering::Relaxed);
        let Some(landed) = self.landed else {
            // Without a sender, the outcome will never arrive.
            return self.outcome.has_changed().is_ok();
        };
        let outcome = self.outcome.borrow();
        let is_token = outcome.as_deref().is_some_and(|outcome| {
            outcome.as_ref().is_ok_and(|answer| answer.response.status() == StatusCode::OK)
        });
        match self.settled {
            _ if !is_token => looked < landed,
            Some(settled) => looked < settled,
            // The call that should keep it is still running or was dropped: its refresh token may
            // be the only valid one now.
            None => self.departed.elapsed() < UNKEPT,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(body: &'static str) -> Wanted {
        Wanted {
            uri: Uri::from_static("https://login/token"),
            body: Bytes::from_static(body.as_bytes()),
        }
    }

    /// Sends the first request with this outcome.
    fn flown(flights: &mut Flights, caller: &Caller, status: u16) {
        flights.look(caller);
        let Boarding::First(number, sender, _) = flights.board(caller, wanted("r")) else {
            panic!("joined a flight")
        };
        let mut response = Response::new(Bytes::new());
        *response.status_mut() = StatusCode::from_u16(status).unwrap();
        sender.send_replace(Some(Arc::new(Ok(Answer { response, broken_off: None }))));
        flights.land(number);
    }

    fn joins(flights: &mut Flights, caller: &Caller, body: &'static str) -> bool {
        matches!(flights.board(caller, wanted(body)), Boarding::Joined(_))
    }

    #[test]
    fn a_call_that_looked_before_the_token_was_kept_shares_it() {
        let (mut flights, first, early, late) =
            (Flights::default(), Caller::default(), Caller::default(), Caller::default());
        flights.look(&early);
        flown(&mut flights, &first, 200);
        assert!(!joins(&mut Flights::default(), &early, "r"));
        flights.look(&late);
        assert!(joins(&mut flights, &late, "r"), "not kept yet");
        flights.settle(&first);
        assert!(joins(&mut flights, &Caller::default(), "r"));
        let after = Caller::default();
        flights.look(&after);
        assert!(!joins(&mut flights, &after, "r"), "it has seen the token and needs another");
    }

    #[test]
    fn a_call_that_already_read_the_new_refresh_token_shares_the_response_that_brought_it() {
        let form = |token| format!("client_id=a&refresh_token={token}&scope=s").leak() as &str;
        let (mut flights, first) = (Flights::default(), Caller::default());
        let Boarding::First(number, sender, _) = flights.board(&first, wanted(form("old"))) else {
            panic!("joined a flight")
        };
        let response = Response::new(Bytes::from_static(br#"{"refresh_token":"new"}"#));
        sender.send_replace(Some(Arc::new(Ok(Answer { response, broken_off: None }))));
        flights.land(number);
        flights.settle(&first);
        assert!(joins(&mut flights, &Caller::default(), form("new")));
        assert!(!joins(&mut flights, &Caller::default(), form("another")));
        let late = Caller::default();
        flights.look(&late);
        assert!(!joins(&mut flights, &late, form("new")));
    }

    #[test]
    fn another_request_is_another_flight() {
        let (mut flights, first) = (Flights::default(), Caller::default());
        flown(&mut flights, &first, 200);
        assert!(!joins(&mut flights, &Caller::default(), "another refresh token"));
    }

    #[test]
    fn a_call_that_repeats_its_request_gets_another_response() {
        let (mut flights, first) = (Flights::default(), Caller::default());
        flown(&mut flights, &first, 503);
        assert!(!joins(&mut flights, &first, "r"));
    }

    #[test]
    fn a_refusal_is_shared_only_with_waiting_calls() {
        let (mut flights, first, waiting, later) =
            (Flights::default(), Caller::default(), Caller::default(), Caller::default());
        flights.look(&waiting);
        flown(&mut flights, &first, 400);
        assert!(joins(&mut flights, &waiting, "r"));
        flights.look(&later);
        assert!(!joins(&mut flights, &later, "r"));
    }

    #[test]
    fn no_call_waits_for_an_abandoned_request() {
        let (mut flights, first) = (Flights::default(), Caller::default());
        drop(flights.board(&first, wanted("r")));
        assert!(!joins(&mut flights, &Caller::default(), "r"));
    }
}
