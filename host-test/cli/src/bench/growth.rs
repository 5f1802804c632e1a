//! Whether a row costs the same on a short and on a long page.

use std::time::Duration;

use super::compare::{median, time};
use super::{Bar, Effort, LargePage, MeasureError, Row, Value};

/// Rows on a page, and requests per round: all take about as long.
const PAGES: [(usize, u32); 3] = [(50, 50), (500, 5), (5_000, 1)];

pub(super) fn row(effort: Effort) -> Result<Row, MeasureError> {
    let longest = effort.rows();
    let pages = PAGES
        .into_iter()
        .filter(|&(rows, _)| rows <= longest)
        .map(|(rows, repeated)| Ok((rows, repeated, LargePage::new(rows)?)))
        .collect::<Result<Vec<_>, MeasureError>>()?;
    let rounds = effort.rounds(41);
    let mut times = vec![Vec::with_capacity(rounds); pages.len()];
    for round in 0..=rounds {
        for ((rows, repeated, page), times) in pages.iter().zip(&mut times) {
            // The first one after another page also clears the memory of that page, which is not
            // its own cost.
            page.component_invoke()?;
            let took = time(|| (0..*repeated).try_for_each(|_| page.component_invoke().map(drop)))?;
            // The first round only warms up.
            if round > 0 {
                times.push(per_row(took, *rows, *repeated));
            }
        }
    }
    // The spread of the medians, not the median of the spreads: one of three noisy times is always
    // the maximum.
    let usual: Vec<f64> = times.into_iter().map(median).collect();
    let most = usual.iter().copied().fold(f64::MIN, f64::max);
    let least = usual.iter().copied().fold(f64::MAX, f64::min);
    Ok(Row {
        name: "growth",
        measure: "that call's median time a row at 50, 500 and 5,000 rows, the most over the least"
            .to_owned(),
        value: Value::Ratio(most / least),
        bar: Bar::AtMost(Value::Ratio(1.3)),
    })
}

#[expect(clippy::cast_precision_loss, reason = "at most 5,000 rows")]
fn per_row(took: Duration, rows: usize, repeated: u32) -> f64 {
    took.as_secs_f64() / (rows as f64 * f64::from(repeated))
}
