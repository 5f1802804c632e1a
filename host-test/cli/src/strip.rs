//! Strips from a component, and from everything nested in it, what only a linker or a debugger
//! reads: a tenth of the connector.

mod links;

use std::ops::Range;

use wasm_encoder::reencode;
use wasm_encoder::{ComponentSection as _, ComponentSectionId, RawSection, Section as _};
use wasmparser::{Parser, Payload};

use links::Links;

/// Removes names and debug information, and shortens the names by which core modules are linked to
/// each other. Code, types and other custom sections stay unchanged.
///
/// No core module may be imported or exported: its names would be shortened too.
///
/// # Errors
///
/// Fails if the bytes are not WebAssembly.
pub fn strip(component: &[u8]) -> Result<Vec<u8>, reencode::Error> {
    // The binaries that enclose the current one, outermost first, each with the id of the section
    // that contains the next.
    let mut enclosing: Vec<(Vec<u8>, u8)> = Vec::new();
    let mut output = Vec::new();
    let mut links = Links::default();
    for payload in Parser::new(0).parse_all(component) {
        let payload = payload?;
        match payload {
            Payload::Version { range, .. } => output.extend_from_slice(bytes(component, &range)),
            Payload::ModuleSection { .. } => {
                enclosing
                    .push((std::mem::take(&mut output), ComponentSectionId::CoreModule.into()));
            }
            Payload::ComponentSection { .. } => {
                enclosing.push((std::mem::take(&mut output), ComponentSectionId::Component.into()));
            }
            Payload::End(_) => {
                if let Some((outer, id)) = enclosing.pop() {
                    let inner = std::mem::replace(&mut output, outer);
                    output.push(id);
                    wasm_encoder::Encode::encode(inner.as_slice(), &mut output);
                }
            }
            Payload::ImportSection(section) => links.imports(section)?.append_to(&mut output),
            Payload::ExportSection(section) => links.exports(section)?.append_to(&mut output),
            Payload::InstanceSection(section) => {
                links.instances(section)?.append_to_component(&mut output);
            }
            Payload::ComponentAliasSection(section) => {
                links.aliases(section)?.append_to_component(&mut output);
            }
            Payload::CustomSection(section) if is_dropped(section.name()) => {}
            other => {
                if let Some((id, range)) = other.as_section() {
                    RawSection { id, data: bytes(component, &range) }.append_to(&mut output);
                }
            }
        }
    }
    Ok(output)
}

/// Whether a custom section only helps a linker or a reader of the code.
fn is_dropped(name: &str) -> bool {
    matches!(
        name,
        "name" | "component-name" | "target_features" | "sourceMappingURL" | "external_debug_info"
    ) || name.starts_with(".debug_")
}

/// The bytes in a range from the parser, which lies within the component.
fn bytes<'a>(component: &'a [u8], range: &Range<u64>) -> &'a [u8] {
    let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    component.get(index(range.start)..index(range.end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A section with this id and content.
    fn section(id: u8, content: &[u8]) -> Vec<u8> {
        let mut section = vec![id];
        wasm_encoder::Encode::encode(content, &mut section);
        section
    }

    fn custom(name: &str) -> Vec<u8> {
        let mut content = Vec::new();
        wasm_encoder::Encode::encode(name, &mut content);
        content.extend_from_slice(b"content");
        section(0, &content)
    }

    /// A component with a module and a component in it, each with these custom sections.
    fn nested(sections: &[&str]) -> Vec<u8> {
        let sections: Vec<u8> = sections.iter().flat_map(|name| custom(name)).collect();
        let module = [b"\0asm\x01\0\0\0", sections.as_slice()].concat();
        let component = |inner: &[u8]| [b"\0asm\x0d\0\x01\0", inner, &sections].concat();
        component(&[section(1, &module), section(4, &component(&section(1, &module)))].concat())
    }

    #[test]
    fn drops_names_at_every_depth_and_keeps_the_rest() {
        let all = ["producers", "name", ".debug_info", "component-name", "component-type:x"];
        let stripped = strip(&nested(&all)).unwrap();
        assert_eq!(stripped, nested(&["producers", "component-type:x"]));
    }

    #[test]
    fn leaves_a_stripped_component_unchanged() {
        for component in [components::CONNECTOR, components::GATEWAY] {
            let stripped = strip(component).unwrap();
            assert!(stripped.len() < component.len());
            assert_eq!(strip(&stripped).unwrap(), stripped);
        }
    }

    #[test]
    fn shortens_what_links_core_modules_and_nothing_else() {
        let mut long = 0;
        for component in [components::CONNECTOR, components::GATEWAY] {
            let stripped = strip(component).unwrap();
            assert!(names(&stripped).links.iter().all(|name| name.len() <= 3));
            assert_eq!(names(&stripped).public, names(component).public);
            long += names(component).links.iter().filter(|name| name.len() > 3).count();
        }
        assert!(long > 100);
    }

    #[derive(Default)]
    struct Names {
        /// The names that core modules import and export.
        links: Vec<String>,
        /// The names that components import and export.
        public: Vec<String>,
    }

    fn names(component: &[u8]) -> Names {
        let mut names = Names::default();
        for payload in Parser::new(0).parse_all(component) {
            match payload.unwrap() {
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import.unwrap();
                        names.links.extend([import.module.to_owned(), import.name.to_owned()]);
                    }
                }
                Payload::ExportSection(section) => {
                    names.links.extend(section.into_iter().map(|it| it.unwrap().name.to_owned()));
                }
                Payload::ComponentImportSection(section) => {
                    let imports = section.into_iter().map(|it| format!("{:?}", it.unwrap()));
                    names.public.extend(imports);
                }
                Payload::ComponentExportSection(section) => {
                    let exports = section.into_iter().map(|it| format!("{:?}", it.unwrap()));
                    names.public.extend(exports);
                }
                _ => {}
            }
        }
        names
    }

    #[test]
    fn refuses_other_bytes_than_webassembly() {
        assert!(strip(b"<html>").is_err());
        let whole = nested(&["producers"]);
        assert!(strip(whole.get(..whole.len() - 3).unwrap()).is_err());
    }
}
