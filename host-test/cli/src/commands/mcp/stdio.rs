//! One message per line over stdin and stdout; an unreadable one is answered here.

use std::io::{self, Write};
use std::mem;
use std::sync::Arc;

use rmcp::RoleServer;
use rmcp::model::ClientJsonRpcMessage;
use rmcp::service::{RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport::{StdioReader, StdioWriter, Transport, stdio_pipes};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::sync::{Mutex, mpsc};

use super::raw;
use super::wire::{self, LONGEST};
use crate::terminal;

/// The part at the end of a too long line that is kept to find its id.
const END: usize = 512;

type Writer = Arc<Mutex<StdioWriter>>;

/// The transport of the SDK.
pub(super) struct Stdio {
    messages: mpsc::Receiver<ClientJsonRpcMessage>,
    writer: Writer,
}

impl Stdio {
    /// Starts reading.
    pub(super) fn start() -> Self {
        let (reader, writer) = stdio_pipes();
        let writer = Arc::new(Mutex::new(writer));
        // At most one pending message: others wait in the pipe.
        let (pass_on, messages) = mpsc::channel(1);
        tokio::spawn(read(reader, pass_on, writer.clone()));
        Stdio { messages, writer }
    }
}

impl Transport<RoleServer> for Stdio {
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = io::Result<()>> + Send + 'static {
        let writer = self.writer.clone();
        async move {
            let mut writer = writer.lock().await;
            let (sender, mut pieces) = mpsc::channel(1);
            let told = tokio::task::spawn_blocking(move || {
                let mut line = raw::Inlined::new(Pieces { next: Vec::new(), sender });
                serde_json::to_writer(&mut line, &message)?;
                line.write_all(b"\n").and_then(|()| line.flush())
            });
            while let Some(piece) = pieces.recv().await {
                writer.write_all(&piece).await?;
            }
            told.await.map_err(io::Error::other)??;
            writer.flush().await
        }
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        self.messages.recv().await
    }

    async fn close(&mut self) -> io::Result<()> {
        self.messages.close();
        Ok(())
    }
}

/// A message on its way from the serializing thread to stdout: a large one is never in memory as a
/// complete line.
struct Pieces {
    next: Vec<u8>,
    sender: mpsc::Sender<Vec<u8>>,
}

/// The size of a piece.
const PIECE: usize = 64 << 10;

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.next.extend_from_slice(bytes);
        if self.next.len() >= PIECE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let piece = mem::take(&mut self.next);
        self.sender.blocking_send(piece).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

async fn write(writer: &Writer, text: &str) -> io::Result<()> {
    let mut writer = writer.lock().await;
    writer.write_all(format!("{text}\n").as_bytes()).await?;
    writer.flush().await
}

/// Passes on readable messages until stdin or the server ends.
async fn read(reader: StdioReader, pass_on: mpsc::Sender<ClientJsonRpcMessage>, writer: Writer) {
    let mut lines = Lines { reader: BufReader::new(reader), line: Vec::new() };
    loop {
        let read = match lines.next().await {
            Ok(Some(Line::Whole)) if lines.line.trim_ascii().is_empty() => continue,
            Ok(Some(Line::Whole)) => wire::read(lines.line.trim_ascii()),
            Ok(Some(Line::Long { length, end })) => {
                Err(wire::refuse_long(length, &lines.line, &end))
            }
            Ok(None) => return,
            Err(error) => return terminal::note(format_args!("stdin cannot be read: {error}")),
        };
        match read {
            Ok(message) => {
                if pass_on.send(message.parsed).await.is_err() {
                    return;
                }
            }
            Err(refusal) => {
                terminal::note(format_args!("refused: {}", terminal::plain(&refusal.reason)));
                if let Some(answer) = refusal.answer
                    && write(&writer, &answer).await.is_err()
                {
                    return;
                }
            }
        }
    }
}

struct Lines {
    reader: BufReader<StdioReader>,
    // The line, or the start of a too long one.
    line: Vec<u8>,
}

enum Line {
    Whole,
    Long { length: usize, end: Vec<u8> },
}

impl Lines {
    /// The next line; the last one may lack a line end.
    async fn next(&mut self) -> io::Result<Option<Line>> {
        self.line.clear();
        let mut length = 0;
        let mut end = Vec::new();
        loop {
            let available = self.reader.fill_buf().await?;
            let newline = available.iter().position(|byte| *byte == b'\n');
            let part = &available[..newline.unwrap_or(available.len())];
            let room = LONGEST.saturating_sub(self.line.len()).min(part.len());
            self.line.extend_from_slice(&part[..room]);
            if room < part.len() {
                end.extend_from_slice(part);
                end.drain(..end.len().saturating_sub(END));
            }
            length += part.len();
            let (is_over, taken) =
                (available.is_empty(), part.len() + usize::from(newline.is_some()));
            self.reader.consume(taken);
            if is_over && length == 0 {
                return Ok(None);
            }
            if is_over || newline.is_some() {
                let is_long = length > LONGEST;
                return Ok(Some(if is_long { Line::Long { length, end } } else { Line::Whole }));
            }
        }
    }
}
