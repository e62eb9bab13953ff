//! Lines that do not mean what they seem to mean.

use super::Files;
use super::pattern::Subject;
use super::table::Tables;
use crate::parse::place::Place;

/// The lines of both files that are worth mending.
pub(super) fn warnings(
    files: &Files<'_>,
    tables: &Tables<'_>,
    subject: &Subject<'_>,
) -> Vec<(Place, String)> {
    let _ = (files, tables, subject);
    Vec::new()
}
