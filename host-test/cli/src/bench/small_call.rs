//! A call of a new instance, compared with one loopback request.

use bytes::Bytes;
use dataverse_sim::Seed;
use http::Request;
use serde_json::json;

use super::compare::ratio;
use super::loopback::Loopback;
use super::native::to_http;
use super::page::Answered;
use super::{Bar, Effort, MeasureError, Row, Value};

/// `get_account` in the component, and the same response over a persistent connection to another
/// thread.
pub struct SmallCall {
    answered: Answered,
    loopback: Loopback,
    input: String,
}

impl SmallCall {
    /// # Errors
    ///
    /// Fails with [`MeasureError`] if an account or a socket is missing.
    pub fn new() -> Result<Self, MeasureError> {
        let body = account()?;
        let answered = Answered::with(&body, true)?;
        let input = json!({"account_id": Seed::account(0).to_string()}).to_string();
        Ok(SmallCall { answered, loopback: Loopback::start(body)?, input })
    }

    /// A new instance, one call, one in-process response.
    ///
    /// # Errors
    ///
    /// Fails with [`MeasureError`] if the call fails.
    pub fn component(&self) -> Result<String, MeasureError> {
        let call =
            self.answered.connector.invoke(&self.answered.secrets, "get_account", &self.input);
        let answer = self.answered.wait(call)?;
        if answer.starts_with(r#"{"success":true"#) {
            return Ok(answer);
        }
        Err(MeasureError::Wrong(answer))
    }

    /// One request with only our client.
    ///
    /// # Errors
    ///
    /// Fails with [`MeasureError`] without a response.
    pub fn loopback(&mut self) -> Result<Bytes, MeasureError> {
        self.loopback.get()
    }
}

/// The row of an account in Dataverse's form.
fn account() -> Result<Bytes, MeasureError> {
    let mut world = dataverse_sim::World::default();
    world.settings.authentication = false;
    let mut dataverse = dataverse_sim::Dataverse::new(world);
    let mut body = Bytes::new();
    let mut transport = |request: &sales::http::Request| {
        let request: Request<Bytes> = to_http(request)?;
        let answer = dataverse.handle(request);
        body = answer.into_body();
        Ok(sales::http::Response { status: 200, headers: Vec::new(), body: body.to_vec() })
    };
    let input = sales::contract::GetAccountInput { account_id: Seed::account(0).to_string() };
    super::native::with(&mut transport, |outside| {
        sales::action::run::<sales::actions::GetAccount>(input, outside)
    })
    .map_err(|problem| MeasureError::Wrong(problem.message.clone()))?;
    Ok(body)
}

pub(super) fn row(effort: Effort) -> Result<Row, MeasureError> {
    let small = std::cell::RefCell::new(SmallCall::new()?);
    let calls = effort.rounds(100);
    let component = || (0..calls).try_for_each(|_| small.borrow().component().map(drop));
    let loopback = || (0..calls).try_for_each(|_| small.borrow_mut().loopback().map(drop));
    Ok(Row {
        name: "small call",
        measure: "a fresh instance and `get_account`, answered in process, against one bare loopback HTTP request"
            .to_owned(),
        value: Value::Ratio(ratio(effort.rounds(101), component, loopback)?),
        bar: Bar::AtMost(Value::Ratio(0.45)),
    })
}
