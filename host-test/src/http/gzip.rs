//! Decompresses responses natively and piece by piece, so that the component gets plain bytes.

use std::io::Write as _;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderValue};
use http::{Request, Response};
use http_body::{Body, Frame};
use wasmtime_wasi_http::Error;

/// Requests gzip, whatever the request accepts: the component always gets plain bytes.
pub(super) fn ask<B>(mut request: Request<B>) -> Request<B> {
    request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    request
}

/// The decompressed response. Codings other than gzip were not requested and stay.
pub(super) fn plain<B>(response: Response<B>) -> Response<Unpacked<B>> {
    let coding = response.headers().get(CONTENT_ENCODING).map(HeaderValue::as_bytes);
    let packed = coding.is_some_and(|coding| {
        coding.eq_ignore_ascii_case(b"gzip") || coding.eq_ignore_ascii_case(b"x-gzip")
    });
    let (mut head, body) = response.into_parts();
    if packed {
        head.headers.remove(CONTENT_ENCODING);
        head.headers.remove(CONTENT_LENGTH);
    }
    let decoder = packed.then(|| MultiGzDecoder::new(Vec::new()));
    Response::from_parts(head, Unpacked { body, decoder, rest: Bytes::new(), began: false })
}

/// The number of compressed bytes processed at once: they expand at most a thousandfold, so a
/// decompression bomb takes a few megabytes here, whatever its declared size. The reader limits the
/// total.
const STEP: usize = 4 * 1024;

/// A body that is decompressed while it is read.
pub(super) struct Unpacked<B> {
    body: B,
    /// `None` for an uncompressed body.
    decoder: Option<MultiGzDecoder<Vec<u8>>>,
    /// Compressed bytes received so far.
    rest: Bytes,
    began: bool,
}

impl<B> Body for Unpacked<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<Error>,
{
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let this = &mut *self;
        loop {
            let Some(decoder) = &mut this.decoder else {
                let frame = ready!(Pin::new(&mut this.body).poll_frame(context));
                return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
            };
            if this.rest.is_empty() {
                match ready!(Pin::new(&mut this.body).poll_frame(context)) {
                    Some(Ok(frame)) => {
                        let Ok(data) = frame.into_data() else { continue };
                        this.began |= !data.is_empty();
                        this.rest = data;
                    }
                    Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                    None => {
                        let decoder = this.decoder.take();
                        // A response without a body has nothing to decompress.
                        let Some(mut decoder) = decoder.filter(|_| this.began) else {
                            return Poll::Ready(None);
                        };
                        return Poll::Ready(match decoder.try_finish() {
                            Err(_) => Some(Err(Error::HttpResponseIncomplete)),
                            Ok(()) => {
                                let last = std::mem::take(decoder.get_mut());
                                (!last.is_empty()).then(|| Ok(Frame::data(last.into())))
                            }
                        });
                    }
                }
                continue;
            }
            let step = this.rest.split_to(STEP.min(this.rest.len()));
            if decoder.write_all(&step).is_err() {
                let coding = Some("gzip".to_owned());
                return Poll::Ready(Some(Err(Error::HttpResponseContentCoding(coding))));
            }
            let plain = std::mem::take(decoder.get_mut());
            if !plain.is_empty() {
                return Poll::Ready(Some(Ok(Frame::data(plain.into()))));
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.decoder.is_none() && self.body.is_end_stream()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use http_body_util::{BodyExt, Full};

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn answer(
        coding: &str,
        body: Vec<u8>,
    ) -> Response<Unpacked<impl Body<Data = Bytes, Error = Error> + Unpin>> {
        let never: fn(Infallible) -> Error = |never| match never {};
        let body = Full::new(Bytes::from(body)).map_err(never);
        let response = Response::builder().header(CONTENT_ENCODING, coding);
        plain(response.header(CONTENT_LENGTH, "7").body(body).unwrap())
    }

    #[tokio::test]
    async fn passes_on_plain_bytes_without_the_coding_header() {
        let text = b"{\"value\":[]}".repeat(10_000);
        for coding in ["gzip", "GZip", "x-gzip"] {
            let answer = answer(coding, packed(&text));
            assert!(answer.headers().is_empty(), "{:?}", answer.headers());
            assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), text);
        }
    }

    #[tokio::test]
    async fn accepts_several_members_and_none() {
        let two = [packed(b"one, "), packed(b"two")].concat();
        assert_eq!(answer("gzip", two).into_body().collect().await.unwrap().to_bytes(), "one, two");
        assert_eq!(answer("gzip", Vec::new()).into_body().collect().await.unwrap().to_bytes(), "");
    }

    #[tokio::test]
    async fn leaves_unrequested_codings_unchanged() {
        let answer = answer("br", b"whatever".to_vec());
        assert_eq!(answer.headers()[CONTENT_ENCODING], "br");
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), "whatever");
    }

    #[tokio::test]
    async fn reports_the_error_in_a_compressed_body() {
        let whole = packed(&b"text ".repeat(1_000));
        let cut = answer("gzip", whole[..whole.len() / 2].to_vec()).into_body().collect().await;
        assert!(matches!(cut, Err(Error::HttpResponseIncomplete)), "{cut:?}");
        let other = answer("gzip", b"{\"value\":[]}".to_vec()).into_body().collect().await;
        assert!(matches!(other, Err(Error::HttpResponseContentCoding(_))), "{other:?}");
    }

    #[tokio::test]
    async fn a_decompression_bomb_comes_in_pieces() {
        let mut body = answer("gzip", packed(&vec![0; 64 << 20])).into_body();
        let (mut most, mut all) = (0, 0);
        while let Some(frame) = body.frame().await {
            let piece = frame.unwrap().into_data().unwrap().len();
            most = most.max(piece);
            all += piece;
        }
        assert_eq!(all, 64 << 20);
        assert!(most <= 5 << 20, "{most} bytes at once");
    }
}
