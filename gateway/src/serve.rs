//! Where a request comes in and its answer goes out.

use waki::{ErrorCode, Method, Request, Response, handler};

use crate::routes;

#[handler]
fn serve(request: Request) -> Result<Response, ErrorCode> {
    let answer = routes::answer(&request);
    // Without a body there is no length of one either: a host takes a length that does not match for a broken answer.
    let whole = !matches!(request.method(), Method::Head);
    answer.into_response(whole)
}
