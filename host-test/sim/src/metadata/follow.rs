//! Keeps the definitions in step with the schema.

use crate::world::World;

/// Brings the definitions of tables in step with the schema.
pub(super) fn follow_tables(world: &mut World) {
    let language = world.settings.base_language;
    world.definitions.follow_tables(&world.schema, language);
}

/// Brings the definitions of a table's columns in step with the schema.
pub(super) fn follow_columns(world: &mut World, table: &str) {
    let language = world.settings.base_language;
    world.definitions.follow_columns(&world.schema, table, language);
}

/// Removes a table with all its rows.
pub(super) fn forget_table(world: &mut World, name: &str) {
    world.schema.tables.remove(name);
    world.forget_rows(name);
    follow_tables(world);
}
