//! Writes figures into a documentation page, between marks.

/// The page with this text between the marks with this name; `None` without such marks.
///
/// ```
/// let page = "# Measured\n<!-- rows -->\nold\n<!-- /rows -->\nWords.\n";
/// let new = dynamics365_sales_cli::bench::record::replaced(page, "rows", "new").unwrap();
/// assert_eq!(new, "# Measured\n<!-- rows -->\nnew\n<!-- /rows -->\nWords.\n");
/// ```
pub fn replaced(page: &str, name: &str, text: &str) -> Option<String> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->\n"));
    let (before, rest) = page.split_once(&begin)?;
    let (_, after) = rest.split_once(&end)?;
    Some(format!("{before}{begin}{}\n{end}{after}", text.trim_end()))
}
