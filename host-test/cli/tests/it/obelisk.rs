//! What the adapter for Obelisk makes of the connector's failures.

use components::OBELISK;
use dynamics365_sales_cli::compose::Composition;
use wasmtime::component::{Component, Linker, Val};
use wasmtime::{Engine, Store};

/// What the adapter answers when the connector answers this; both as WAVE says it, without the names.
fn answer(connector: Val) -> Val {
    let engine = Engine::default();
    let mut linker = Linker::new(&engine);
    let mut plugin = linker.instance("dynamics365:sales/plugin@0.1.0").unwrap();
    let run = move |_: wasmtime::StoreContextMut<'_, ()>, _, input: &[Val], output: &mut [Val]| {
        assert_eq!(input, [Val::String("get_account".to_owned()), Val::String("{}".to_owned())]);
        output[0] = connector.clone();
        Ok(())
    };
    plugin.func_new("run", run).unwrap();
    let mut store = Store::new(&engine, ());
    let component = Component::from_binary(&engine, OBELISK).unwrap();
    let instance = linker.instantiate(&mut store, &component).unwrap();
    let activity = "dynamics365:obelisk/activity@0.1.0";
    let activity = instance.get_export_index(&mut store, None, activity).unwrap();
    let run = instance.get_export_index(&mut store, Some(&activity), "run").unwrap();
    let run = instance.get_func(&mut store, run).unwrap();
    let input = [Val::String("get_account".to_owned()), Val::String("{}".to_owned())];
    let mut output = [Val::Bool(false)];
    run.call(&mut store, &input, &mut output).unwrap();
    output[0].clone()
}

fn failure(kind: &str, may_have_been_applied: bool) -> Val {
    let fields = [
        ("kind", Val::Enum(kind.to_owned())),
        ("message", Val::String("why".to_owned())),
        ("status", Val::Option(None)),
        ("code", Val::Option(None)),
        ("request-id", Val::Option(None)),
        ("retry-after-seconds", Val::Option(Some(Box::new(Val::U32(5))))),
        ("may-have-been-applied", Val::Bool(may_have_been_applied)),
        ("row-id", Val::Option(None)),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
    Val::Result(Err(Some(Box::new(Val::Record(fields)))))
}

#[test]
fn lets_only_what_can_be_repeated_be_repeated() {
    for (kind, may_have_been_applied, case) in [
        ("wait", false, "temporary-failure"),
        ("wait", true, "permanent-failure"),
        ("fix-input", false, "permanent-failure"),
        ("sign-in", false, "permanent-failure"),
        ("not-found", false, "permanent-failure"),
        ("report", true, "permanent-failure"),
    ] {
        let why = Some(Box::new(Val::String("why".to_owned())));
        let error = Val::Variant(case.to_owned(), why);
        let expected = Val::Result(Err(Some(Box::new(error))));
        assert_eq!(answer(failure(kind, may_have_been_applied)), expected, "{kind}");
    }
}

#[test]
fn passes_a_success_on() {
    let success = || Val::Result(Ok(Some(Box::new(Val::String("{\"success\":true}".to_owned())))));
    assert_eq!(answer(success()), success());
}

#[test]
fn is_composed_to_one_function_that_needs_an_environment_and_http() {
    let engine = Engine::default();
    let component =
        Component::from_binary(&engine, &Composition::Obelisk.build().unwrap()).unwrap();
    let types = component.component_type();
    let exports: Vec<_> = types.exports(&engine).map(|(name, _)| name).collect();
    assert_eq!(exports, ["dynamics365:obelisk/activity@0.1.0"]);
    for (name, _) in types.imports(&engine) {
        assert!(name.starts_with("wasi:") && !name.contains("filesystem"), "{name}");
    }
}
