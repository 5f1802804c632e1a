//! Passes values between host and component: arguments and results ([canonical
//! ABI](https://github.com/WebAssembly/component-model/blob/main/design/mvp/CanonicalABI.md)).
//!
//! What `wit-bindgen` generates for exports writes out the failure once for each function, and
//! copies each text before it gives it to the host: 7 KB more. Here a result is one list of words,
//! most of them the place and the length of a text, and what they point to stays where it is until
//! the host has read it.
//!
//! The linker checks the signatures of the exports against `wit/`; `tests/it/typed_calls.rs` checks
//! the offsets of all fields.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

use crate::runtime::text_of_the_host;
use sales::contract::Failure;

/// A text that the host has written to memory for a call.
#[repr(C)]
pub(crate) struct Text {
    pub(crate) at: *mut u8,
    pub(crate) length: usize,
}

impl Text {
    /// The text, which the component now owns.
    pub(crate) fn take(self) -> String {
        text_of_the_host(self.at, self.length)
    }
}

/// An optional member of a record in memory.
#[repr(C)]
pub(crate) struct Maybe<T> {
    pub(crate) is_some: u8,
    pub(crate) value: T,
}

impl<T> Maybe<T> {
    pub(crate) fn take(self) -> Option<T> {
        (self.is_some != 0).then_some(self.value)
    }
}

impl Maybe<Text> {
    pub(crate) fn text(self) -> Option<String> {
        self.take().map(Text::take)
    }
}

impl Maybe<u8> {
    pub(crate) fn boolean(self) -> Option<bool> {
        self.take().map(|value| value != 0)
    }
}

/// The maximum number of words of a result: those of a failure.
const WORDS: usize = 17;

/// A result and its targets. The host reads it from its start and returns it afterwards.
#[repr(C)]
pub(crate) struct Returned {
    words: [usize; WORDS],
    written: usize,
    items: Vec<usize>,
    kept: Vec<String>,
}

impl Returned {
    /// An empty result: a success without a value, with all words zero.
    #[inline(never)]
    pub(crate) fn new() -> Box<Returned> {
        Box::new(Returned { words: [0; WORDS], written: 0, items: Vec::new(), kept: Vec::new() })
    }

    /// The next word.
    #[inline(never)]
    pub(crate) fn word(&mut self, word: usize) {
        if let Some(place) = self.words.get_mut(self.written) {
            *place = word;
        }
        self.written += 1;
    }

    /// The next words: a text.
    #[inline(never)]
    pub(crate) fn text(&mut self, text: String) {
        for word in self.keep(text) {
            self.word(word);
        }
    }

    /// The address and length of a text that stays until the host has read it.
    fn keep(&mut self, text: String) -> [usize; 2] {
        let words = [text.as_ptr().expose_provenance(), text.len()];
        self.kept.push(text);
        words
    }

    /// The next words: an optional text.
    fn maybe(&mut self, text: Option<String>) {
        self.word(text.is_some().into());
        self.text(text.unwrap_or_default());
    }

    /// The only list of a result, with this many words per item. It is filled by [`Returned::item`]
    /// and [`Returned::item_text`], and its address is known at the end.
    pub(crate) fn list(&mut self, words_of_an_item: usize) {
        self.word(self.items.as_ptr().expose_provenance());
        self.word(self.items.len() / words_of_an_item);
    }

    /// The next word of the list.
    pub(crate) fn item(&mut self, word: usize) {
        self.items.push(word);
    }

    /// The next words of the list: a text.
    #[inline(never)]
    pub(crate) fn item_text(&mut self, text: String) {
        let words = self.keep(text);
        self.items.extend_from_slice(&words);
    }

    /// The next words of the list: texts inside other texts, which stay until the host has read
    /// them.
    pub(crate) fn item_within(&mut self, text: &str) {
        self.items.extend_from_slice(&[text.as_ptr().expose_provenance(), text.len()]);
    }

    /// Keeps the texts that contain those of the list.
    pub(crate) fn keep_all(&mut self, texts: Vec<String>) {
        self.kept = texts;
    }

    /// All words of a failure.
    #[inline(never)]
    pub(crate) fn failure(&mut self, failure: Failure) {
        self.word(1);
        self.word(failure.kind as usize);
        self.text(failure.message);
        // One byte for the presence, one byte of padding, and the status.
        self.word(failure.status.map_or(0, |status| 1 | usize::from(status) << 16));
        self.maybe(failure.code);
        self.maybe(failure.request_id);
        self.word(failure.retry_after_seconds.is_some().into());
        self.word(failure.retry_after_seconds.unwrap_or_default() as usize);
        self.word(failure.may_have_been_applied.into());
        self.maybe(failure.row_id);
    }
}
