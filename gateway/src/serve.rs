//! The entry point: a request comes in and its response goes out.

use waki::{ErrorCode, Method, Request, Response, handler};

use crate::routes;

#[handler]
fn serve(request: Request) -> Result<Response, ErrorCode> {
    let answer = routes::answer(&request);
    // Without a body, the response has no `content-length` either: a host treats a length that does
    // not match as a broken response.
    let whole = !matches!(request.method(), Method::Head);
    answer.into_response(whole)
}
