//! The table as a picture: a bar for each row, relative to the row's limit.

use std::fmt::Write as _;

/// A drawable row.
struct Drawn<'a> {
    name: &'a str,
    measure: &'a str,
    value: &'a str,
    bar: &'a str,
    /// The value, in limits.
    part: f64,
    reached: bool,
}

/// The start of the bars, and the length of one limit.
const LEFT: f64 = 150.0;
const LIMIT: f64 = 420.0;
/// The longest bar, in limits.
const MOST: f64 = 1.4;
/// The height of a row.
const ROW: f64 = 44.0;
const TOP: f64 = 44.0;

const STYLE: &str = "\
    .page { fill: #ffffff; }
    .reached { fill: #1f883d; }
    .missed { fill: #cf222e; }
    .limit { stroke: #24292f; stroke-width: 1.5; }
    text { fill: #1f2328; }
    .quiet { fill: #57606a; font-size: 11px; }
    .name { font-weight: 600; }
    @media (prefers-color-scheme: dark) {
      .page { fill: #0d1117; }
      .reached { fill: #3fb950; }
      .missed { fill: #f85149; }
      .limit { stroke: #e6edf3; }
      text { fill: #e6edf3; }
      .quiet { fill: #9da7b3; }
    }";

/// Draws the rows of a Markdown table that have a limit. The unit is the limit, so all rows share
/// one scale.
pub fn draw(table: &str) -> String {
    let rows: Vec<Drawn<'_>> = table.lines().filter_map(drawn).collect();
    let mut height = TOP + 12.0;
    for _ in &rows {
        height += ROW;
    }
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 {height}\" font-family=\"system-ui, -apple-system, \
         'Segoe UI', Helvetica, Arial, sans-serif\" font-size=\"14\" role=\"img\" aria-labelledby=\"title\">\n  \
         <title id=\"title\">What is measured, each row by its own limit</title>\n  <style>\n{STYLE}\n  </style>\n  \
         <rect class=\"page\" width=\"900\" height=\"{height}\" rx=\"8\"/>\n"
    );
    let at = LEFT + LIMIT;
    let _ = writeln!(
        svg,
        "  <text class=\"quiet\" x=\"{at}\" y=\"22\" text-anchor=\"middle\">the limit</text>"
    );
    let mut top = TOP;
    for row in &rows {
        let class = if row.reached { "reached" } else { "missed" };
        let length = (row.part.min(MOST) * LIMIT).max(2.0);
        let _ = writeln!(
            svg,
            "  <text class=\"name\" x=\"{:.0}\" y=\"{:.0}\" text-anchor=\"end\">{}</text>\n  \
             <rect class=\"{class}\" x=\"{LEFT}\" y=\"{top:.0}\" width=\"{length:.0}\" height=\"16\" rx=\"2\"/>\n  \
             <line class=\"limit\" x1=\"{at}\" y1=\"{:.0}\" x2=\"{at}\" y2=\"{:.0}\"/>\n  \
             <text x=\"885\" y=\"{:.0}\" text-anchor=\"end\">{} <tspan class=\"quiet\">{}</tspan></text>\n  \
             <text class=\"quiet\" x=\"{LEFT}\" y=\"{:.0}\">{}</text>",
            LEFT - 12.0,
            top + 13.0,
            plain(row.name),
            top - 5.0,
            top + 21.0,
            top + 13.0,
            plain(row.value),
            plain(row.bar),
            top + 29.0,
            plain(row.measure),
        );
        top += ROW;
    }
    svg.push_str("</svg>\n");
    svg
}

/// The row of a line of the table, if it has a limit.
fn drawn(line: &str) -> Option<Drawn<'_>> {
    let cells: Vec<&str> = line.trim().trim_matches('|').split(" | ").map(str::trim).collect();
    let [name, measure, value, bar, reached] = cells.as_slice() else { return None };
    let limit = bar.strip_prefix(['≤', '≥'])?;
    let part = number(value)? / number(limit)?;
    Some(Drawn { name, measure, value, bar, part, reached: *reached == "yes" })
}

/// The number of a value: `0.48`, `128.0 KiB`.
fn number(text: &str) -> Option<f64> {
    text.split_whitespace().next()?.parse().ok()
}

fn plain(text: &str) -> String {
    text.replace('`', "").replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
| row | measure | value | bar | reached |
|---|---|---|---|---|
| small call | a call | 0.25 | ≤ 0.50 | yes |
| large page | `find_contact` | 3.00 | ≤ 1.50 | **no** |
| size | a component | 160.0 KiB | ≤ 160.0 KiB | yes |
| start | shown only | 0.05 | shown |  |
";

    #[test]
    fn a_bars_length_is_the_value_in_limits() {
        let svg = draw(TABLE);
        assert!(svg.contains("<rect class=\"reached\" x=\"150\" y=\"44\" width=\"210\""), "{svg}");
        assert!(svg.contains("<rect class=\"missed\" x=\"150\" y=\"88\" width=\"588\""), "{svg}");
        assert!(svg.contains("<rect class=\"reached\" x=\"150\" y=\"132\" width=\"420\""), "{svg}");
        assert!(!svg.contains("shown only"), "{svg}");
    }

    #[test]
    fn the_picture_in_the_documentation_matches_its_table() {
        let page = include_str!("../../../../docs/measured.md");
        let picture = include_str!("../../../../docs/measured.svg");
        assert!(
            draw(page) == picture,
            "`dynamics365-sales bench --table docs/measured.md --svg docs/measured.svg` redraws it"
        );
    }
}
