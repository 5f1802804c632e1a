//! A request inside a batch.

use bytes::Bytes;
use http::{Method, Uri};

use super::{multipart, refused};
use crate::exchange::Exchange;
use crate::problem::Problem;
use crate::route::{self, Route};

/// Reads `GET /api/data/v9.2/accounts HTTP/1.1` with its headers and body. The URL may be absolute,
/// a path, or relative to the service root; `$1` stands for the row that the request with this
/// Content-ID created.
pub(super) fn read(
    batch: &Exchange,
    bytes: &Bytes,
    made: &[(String, String)],
) -> Result<Exchange, Problem> {
    let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
    let line = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).trim().to_owned();
    let malformed = || refused("A request line within the batch is malformed.");
    let (method, rest) = line.split_once(' ').ok_or_else(malformed)?;
    let target = rest.trim().strip_suffix("HTTP/1.1").unwrap_or(rest).trim();
    let method: Method = method.parse().map_err(|_| malformed())?;
    let (headers, body) = multipart::head(&bytes.slice(end..));
    let target = resolve(batch, target, made);
    // Samples leave spaces in the URLs of a batch unencoded.
    let uri: Uri = target.replace(' ', "%20").parse().map_err(|_| malformed())?;
    let Route::WebApi { version, resource } = route::route(&uri) else {
        return Err(Problem::bad_syntax());
    };
    Ok(Exchange {
        method,
        origin: batch.origin.clone(),
        version: version.to_owned(),
        resource: resource.to_owned(),
        query: uri.query().unwrap_or_default().to_owned(),
        headers,
        body: refer(body.slice(..trimmed(&body)), made),
    })
}

/// The length without the line end that belongs to the boundary.
fn trimmed(body: &[u8]) -> usize {
    body.trim_ascii_end().len()
}

fn resolve(batch: &Exchange, target: &str, made: &[(String, String)]) -> String {
    for (id, url) in made {
        if let Some(rest) = target.strip_prefix(&format!("${id}"))
            && (rest.is_empty() || rest.starts_with('/') || rest.starts_with('?'))
        {
            return format!("{url}{rest}");
        }
    }
    if target.starts_with('/') || target.contains("://") {
        return target.to_owned();
    }
    format!("{}{target}", batch.service_root())
}

/// `"$1"` as a value in the body becomes the URL.
fn refer(body: Bytes, made: &[(String, String)]) -> Bytes {
    if made.is_empty() || !body.contains(&b'$') {
        return body;
    }
    let mut text = String::from_utf8_lossy(&body).into_owned();
    for (id, url) in made {
        text = text.replace(&format!("\"${id}\""), &format!("\"{url}\""));
    }
    Bytes::from(text)
}
