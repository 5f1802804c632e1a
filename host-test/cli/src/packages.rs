//! The cargo packages in a component.

/// A package and its dependencies, as positions in its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its license, an SPDX expression.
    pub license: String,
    /// Whether it comes from a registry rather than this workspace.
    pub is_foreign: bool,
    /// Its dependencies.
    pub needs: Vec<usize>,
}

/// The packages of these components, each once. The first package of each text is a component.
pub fn packages(texts: &[&str]) -> Vec<Package> {
    let mut packages: Vec<Package> = Vec::new();
    for text in texts {
        // The ancestors of the current line, outermost first.
        let mut above: Vec<usize> = Vec::new();
        for (depth, package) in text.lines().filter_map(read) {
            let same = |other: &Package| {
                (&other.name, &other.version) == (&package.name, &package.version)
            };
            let position = packages.iter().position(same).unwrap_or_else(|| {
                packages.push(package);
                packages.len() - 1
            });
            above.truncate(depth);
            if let Some(parent) = above.last().and_then(|parent| packages.get_mut(*parent))
                && !parent.needs.contains(&position)
            {
                parent.needs.push(position);
            }
            above.push(position);
        }
    }
    packages
}

/// Reads a line of `components::…_PACKAGES`: the depth and the package.
fn read(line: &str) -> Option<(usize, Package)> {
    let (package, license) = line.split_once('\t')?;
    let mut words = package.split(' ');
    let depth = words.next()?.parse().ok()?;
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    let package = Package {
        name: name.to_owned(),
        version: version.to_owned(),
        license: license.to_owned(),
        is_foreign: words.next() != Some("here"),
        needs: Vec::new(),
    };
    Some((depth, package))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_each_package_once_with_its_dependencies() {
        let one = "0 component v0.1.0 here\tApache-2.0\n1 a v1.2.3\tMIT\n2 b v2.0.0\tMIT\n1 b v2.0.0\tMIT\n";
        let two = "0 adapter v0.1.0 here\tApache-2.0\n1 b v2.0.0\tMIT\n1 b v3.0.0\tMIT\n";
        let listed: Vec<_> = packages(&[one, two])
            .into_iter()
            .map(|package| (package.name + " " + &package.version, package.needs))
            .collect();
        let expected = [
            ("component 0.1.0", vec![1, 2]),
            ("a 1.2.3", vec![2]),
            ("b 2.0.0", vec![]),
            ("adapter 0.1.0", vec![2, 4]),
            ("b 3.0.0", vec![]),
        ];
        assert_eq!(listed, expected.map(|(name, needs)| (name.to_owned(), needs)));
    }

    #[test]
    fn marks_the_packages_of_this_workspace() {
        let listed = packages(&[components::CONNECTOR_PACKAGES]);
        let is_foreign = |name: &str| {
            listed.iter().find(|package| package.name == name).map(|package| package.is_foreign)
        };
        assert_eq!(listed[0].name, "dynamics365-sales-component");
        assert_eq!(is_foreign("dynamics365-sales"), Some(false));
        assert_eq!(is_foreign("talc"), Some(true));
        // A macro is not part of a component.
        assert_eq!(is_foreign("wit-bindgen-rust-macro"), None);
    }
}
