//! Measures two things in turn, so that other load on the machine affects both.

use std::time::{Duration, Instant};

use super::MeasureError;

/// The duration of this.
pub(super) fn time<T>(
    mut run: impl FnMut() -> Result<T, MeasureError>,
) -> Result<Duration, MeasureError> {
    let started = Instant::now();
    let result = run()?;
    let took = started.elapsed();
    // Its result is dropped after the clock stops.
    drop(result);
    Ok(took)
}

/// The median ratio of the first to the second over this many rounds of both in turn, after one
/// warm-up round.
pub(super) fn ratio<A, B>(
    rounds: usize,
    mut one: impl FnMut() -> Result<A, MeasureError>,
    mut other: impl FnMut() -> Result<B, MeasureError>,
) -> Result<f64, MeasureError> {
    let mut ratios = Vec::with_capacity(rounds);
    for round in 0..=rounds {
        // Each comes first equally often.
        let (one, other) = if round % 2 == 0 {
            let one = time(&mut one)?;
            (one, time(&mut other)?)
        } else {
            let other = time(&mut other)?;
            (time(&mut one)?, other)
        };
        if round > 0 {
            ratios.push(one.as_secs_f64() / other.as_secs_f64());
        }
    }
    Ok(median(ratios))
}

/// The median; `None` of nothing.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_median() {
        assert!((median(vec![9.0, 1.0, 2.0]) - 2.0).abs() < f64::EPSILON);
        assert!(median(Vec::new()).is_nan());
    }

    #[test]
    fn runs_both_equally_often_and_once_more() {
        let (mut one, mut other) = (0, 0);
        let count = |counter: &mut usize| {
            *counter += 1;
            Ok(())
        };
        ratio(4, || count(&mut one), || count(&mut other)).unwrap();
        assert_eq!((one, other), (5, 5));
    }
}
