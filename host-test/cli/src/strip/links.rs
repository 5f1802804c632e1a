//! The names by which the core modules in a component are linked to each other.

use std::collections::BTreeMap;

use wasm_encoder::reencode::{Error, Reencode as _, ReencodeComponent as _, RoundtripReencoder};
use wasm_encoder::{
    Alias, ComponentAliasSection, ExportSection, ImportSection, InstanceSection, ModuleArg,
};
use wasmparser::{
    ComponentAlias, ComponentAliasSectionReader, ExportSectionReader, ImportSectionReader,
    Instance, InstanceSectionReader, InstantiationArgKind,
};

/// Short names for those of core imports and exports. Nobody outside a component sees these, and
/// within it a name only has to be the same wherever it stands; yet each stands several times, and
/// is as long as `cabi_post_dynamics365:sales/actions@0.1.0#list-appointment-category-options`.
#[derive(Default)]
pub(super) struct Links(BTreeMap<String, String>);

impl Links {
    /// The same short name for the same name: its number, in the order in which they come.
    fn short(&mut self, name: &str) -> String {
        let number = self.0.len();
        self.0.entry(name.to_owned()).or_insert_with(|| number.to_string()).clone()
    }

    /// What a core module imports.
    pub(super) fn imports(
        &mut self,
        section: ImportSectionReader<'_>,
    ) -> Result<ImportSection, Error> {
        let mut imports = ImportSection::new();
        for import in section.into_imports() {
            let import = import?;
            let ty = RoundtripReencoder.entity_type(import.ty)?;
            imports.import(&self.short(import.module), &self.short(import.name), ty);
        }
        Ok(imports)
    }

    /// What a core module exports.
    pub(super) fn exports(
        &mut self,
        section: ExportSectionReader<'_>,
    ) -> Result<ExportSection, Error> {
        let mut exports = ExportSection::new();
        for export in section {
            let export = export?;
            let kind = RoundtripReencoder.export_kind(export.kind)?;
            exports.export(&self.short(export.name), kind, export.index);
        }
        Ok(exports)
    }

    /// What core modules are given as imports.
    pub(super) fn instances(
        &mut self,
        section: InstanceSectionReader<'_>,
    ) -> Result<InstanceSection, Error> {
        let mut instances = InstanceSection::new();
        for instance in section {
            match instance? {
                Instance::Instantiate { module_index, args } => {
                    let args = args.iter().map(|arg| match arg.kind {
                        InstantiationArgKind::Instance => {
                            (self.short(arg.name), ModuleArg::Instance(arg.index))
                        }
                    });
                    instances.instantiate(module_index, args.collect::<Vec<_>>());
                }
                Instance::FromExports(exports) => {
                    let exports = exports.iter().map(|export| {
                        let kind = RoundtripReencoder.export_kind(export.kind)?;
                        Ok((self.short(export.name), kind, export.index))
                    });
                    instances.export_items(exports.collect::<Result<Vec<_>, Error>>()?);
                }
            }
        }
        Ok(instances)
    }

    /// What a component takes out of its core instances, among other aliases.
    pub(super) fn aliases(
        &mut self,
        section: ComponentAliasSectionReader<'_>,
    ) -> Result<ComponentAliasSection, Error> {
        let mut aliases = ComponentAliasSection::new();
        for alias in section {
            match alias? {
                ComponentAlias::CoreInstanceExport { kind, instance_index, name } => {
                    aliases.alias(Alias::CoreInstanceExport {
                        instance: instance_index,
                        kind: RoundtripReencoder.export_kind(kind)?,
                        name: &self.short(name),
                    })
                }
                other => aliases.alias(RoundtripReencoder.component_alias(other)?),
            };
        }
        Ok(aliases)
    }
}
