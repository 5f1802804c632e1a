//! Microsoft Dynamics 365 Sales as a WebAssembly component: eleven actions over the Dataverse Web API.
//!
//! To read it, follow a call. [`contract`] has the types of `wit/`, generated; the package
//! `component` takes the host's call and hands it to [`action`], where one path serves every action; each page in
//! [`actions`] turns checked input into requests and answers into output; [`call`] sends them, with
//! the token that [`auth`] gets, through the traits of [`shell`]; [`dataverse`] has the words of the Web API. Natively
//! this is an ordinary library, so that the pages are tested by plain `cargo test`.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

pub mod action;
pub mod actions;
pub mod auth;
pub mod call;
pub mod category;
pub mod connection;
pub mod contract;
pub mod dataverse;
pub mod failure;
pub mod fields;
pub mod input;
pub mod instance;
pub mod json;
pub mod manifest;
pub mod retry;
pub mod shell;
pub mod text;
pub mod time;
