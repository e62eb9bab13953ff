//! What a person, a ticket, a browser and a program read: text, Markdown, HTML and JSON, all from one case and one
//! diagnosis. The only place with output formats.
//!
//! It must never decide anything: what is the case is the diagnosis's to say.

pub mod catalogue;
pub mod html;
pub mod json;
pub mod line;
pub mod markdown;
pub mod summary;
pub mod text;
pub mod trace;

mod instruction;
mod ladder;
mod number;
mod words;
mod wrap;

pub use line::Line;
pub use line::Role;
pub use line::Span;
pub use line::Style;
pub use summary::Report;

#[cfg(test)]
mod tests;
