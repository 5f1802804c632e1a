//! The successful calls of fleets over time, as a picture.

use std::fmt::Write as _;

use super::{Fleet, Outcome, SPAN, STEP};

const WIDTH: u32 = 760;
const PANEL: u32 = 130;
const LEFT: u32 = 56;
const TOP: u32 = 26;
const HEIGHT: u32 = 70;

/// A panel for each fleet: successful calls per second, and the average allowed by one user's limit
/// of 6,000 requests in five minutes.
pub fn plot(outcomes: &[(Fleet, Outcome)]) -> String {
    let panels = u32::try_from(outcomes.len()).unwrap_or_default();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
        PANEL * panels + 24
    );
    for (position, (fleet, outcome)) in (0_u32..).zip(outcomes) {
        panel(&mut svg, PANEL * position, fleet, outcome);
    }
    let bottom = PANEL * panels + 12;
    for minute in (0..=SPAN.as_secs() / 60).step_by(5) {
        let x = across(minute * 60);
        let _ = writeln!(
            svg,
            "<text x=\"{x:.0}\" y=\"{bottom}\" text-anchor=\"middle\">{minute} min</text>"
        );
    }
    svg.push_str("</svg>\n");
    svg
}

fn panel(svg: &mut String, top: u32, fleet: &Fleet, outcome: &Outcome) {
    let a_second: Vec<f64> =
        outcome.by_step().into_iter().map(|calls| f64::from(calls) / STEP.as_secs_f64()).collect();
    let allowed = 20.0 * f64::from(u32::try_from(fleet.users).unwrap_or(1));
    let most = a_second.iter().copied().fold(allowed, f64::max);
    let base = f64::from(top + TOP + HEIGHT);
    let up = |value: f64| base - value / most * f64::from(HEIGHT);
    let mut line = String::new();
    for (step, value) in (0_u64..).zip(&a_second) {
        let (from, to) = (across(step * STEP.as_secs()), across((step + 1) * STEP.as_secs()));
        let y = up(*value);
        let _ = write!(line, "{from:.1},{y:.1} {to:.1},{y:.1} ");
    }
    let (name, hosts, at_once) = (fleet.name, fleet.hosts, fleet.at_once);
    let goodput = outcome.goodput();
    let (left, right) = (across(0), across(SPAN.as_secs()));
    let limit = up(allowed);
    let _ = write!(
        svg,
        "<text x=\"{LEFT}\" y=\"{}\" font-weight=\"bold\">{hosts} hosts × {at_once}: {name} ({goodput:.0} calls a minute)</text>\n\
         <line x1=\"{left}\" y1=\"{base}\" x2=\"{right}\" y2=\"{base}\" stroke=\"#888\"/>\n\
         <line x1=\"{left}\" y1=\"{limit:.1}\" x2=\"{right}\" y2=\"{limit:.1}\" stroke=\"#c33\" stroke-dasharray=\"4 3\"/>\n\
         <text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"#c33\">{allowed:.0}/s</text>\n\
         <polyline points=\"{}\" fill=\"none\" stroke=\"#06c\" stroke-width=\"1.5\"/>\n",
        top + 16,
        LEFT - 6,
        limit + 4.0,
        line.trim_end(),
    );
    if most > allowed * 1.3 {
        let (x, y) = (LEFT - 6, up(most) + 4.0);
        let _ =
            writeln!(svg, "<text x=\"{x}\" y=\"{y:.1}\" text-anchor=\"end\">{most:.0}/s</text>");
    }
}

#[expect(clippy::cast_precision_loss, reason = "some hundred seconds")]
fn across(second: u64) -> f64 {
    f64::from(LEFT) + second as f64 / SPAN.as_secs_f64() * f64::from(WIDTH - LEFT - 30)
}
