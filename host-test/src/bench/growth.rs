//! Whether a row costs the same on a short page and on a long one.

use std::time::Duration;

use super::compare::{median, time};
use super::{Bar, Effort, LargePage, Row, Unmeasured, Value};

/// Rows on a page, and how often it is asked for in a round: all take about as long.
const PAGES: [(usize, u32); 3] = [(50, 50), (500, 5), (5_000, 1)];

pub(super) fn row(effort: Effort) -> Result<Row, Unmeasured> {
    let longest = effort.rows();
    let pages = PAGES
        .into_iter()
        .filter(|&(rows, _)| rows <= longest)
        .map(|(rows, repeated)| Ok((rows, repeated, LargePage::new(rows)?)))
        .collect::<Result<Vec<_>, Unmeasured>>()?;
    let rounds = effort.rounds(41);
    let mut spreads = Vec::with_capacity(rounds);
    for round in 0..=rounds {
        let mut times = Vec::with_capacity(pages.len());
        for (rows, repeated, page) in &pages {
            let took = time(|| (0..*repeated).try_for_each(|_| page.component_invoke().map(drop)))?;
            times.push(per_row(took, *rows, *repeated));
        }
        let most = times.iter().copied().fold(f64::MIN, f64::max);
        let least = times.iter().copied().fold(f64::MAX, f64::min);
        // The first round only warms up.
        if round > 0 {
            spreads.push(most / least);
        }
    }
    Ok(Row {
        name: "growth",
        measure: "that call's time a row at 50, 500 and 5,000 rows, the most over the least"
            .to_owned(),
        value: Value::Ratio(median(spreads)),
        bar: Bar::AtMost(Value::Ratio(1.3)),
    })
}

#[expect(clippy::cast_precision_loss, reason = "at most 5,000 rows")]
fn per_row(took: Duration, rows: usize, repeated: u32) -> f64 {
    took.as_secs_f64() / (rows as f64 * f64::from(repeated))
}
