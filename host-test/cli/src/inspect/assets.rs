//! The page's files.

/// A file: its path, its type and its text.
pub(super) struct Asset {
    pub(super) path: &'static str,
    pub(super) kind: &'static str,
    pub(super) text: &'static str,
}

const SCRIPT: &str = "text/javascript; charset=utf-8";

/// All files.
pub(super) const ASSETS: [Asset; 7] = [
    Asset { path: "/", kind: "text/html; charset=utf-8", text: include_str!("page/index.html") },
    Asset {
        path: "/inspect.css",
        kind: "text/css; charset=utf-8",
        text: include_str!("page/inspect.css"),
    },
    Asset { path: "/inspect.js", kind: SCRIPT, text: include_str!("page/inspect.js") },
    Asset { path: "/dom.js", kind: SCRIPT, text: include_str!("page/dom.js") },
    Asset { path: "/form.js", kind: SCRIPT, text: include_str!("page/form.js") },
    Asset { path: "/result.js", kind: SCRIPT, text: include_str!("page/result.js") },
    Asset { path: "/other-side.js", kind: SCRIPT, text: include_str!("page/other-side.js") },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_small_and_loads_nothing_from_other_hosts() {
        let lines: usize = ASSETS.iter().map(|asset| asset.text.lines().count()).sum();
        assert!(lines <= 1_200, "{lines} lines");
        for asset in &ASSETS {
            assert!(
                !asset.text.contains("http://") && !asset.text.contains("https://"),
                "{}",
                asset.path
            );
            for risky in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("]
            {
                assert!(!asset.text.contains(risky), "{} has {risky}", asset.path);
            }
        }
    }
}
