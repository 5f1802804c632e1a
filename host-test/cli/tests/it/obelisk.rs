//! The Obelisk adapter's treatment of the connector's failures.

use components::OBELISK;
use dynamics365_sales_cli::compose::Composition;
use dynamics365_sales_cli::origin::Origin;
use wasmtime::component::{Component, Linker, Val};
use wasmtime::{Engine, Store};

/// The adapter's result for this call if the connector returns this; both in WAVE, without the
/// names.
fn answer(action: &str, input: &str, connector: Val) -> Val {
    let given = [Val::String(action.to_owned()), Val::String(input.to_owned())];
    let input = given.clone();
    let engine = Engine::default();
    let mut linker = Linker::new(&engine);
    let mut plugin = linker.instance("dynamics365:sales/plugin@0.1.0").unwrap();
    let run = move |_: wasmtime::StoreContextMut<'_, ()>, _, input: &[Val], output: &mut [Val]| {
        assert_eq!(input, given);
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

fn error(case: &str, message: &str) -> Val {
    let message = Some(Box::new(Val::String(message.to_owned())));
    Val::Result(Err(Some(Box::new(Val::Variant(case.to_owned(), message)))))
}

const KEY: &str = r#"{"idempotency_key": "E_1"}"#;

#[test]
fn marks_only_retryable_failures_as_temporary() {
    for (action, kind, may_have_been_applied, case) in [
        ("get_account", "wait", false, "temporary-failure"),
        ("create_appointment", "wait", false, "temporary-failure"),
        ("create_appointment", "wait", true, "temporary-failure"),
        ("update_appointment", "wait", true, "temporary-failure"),
        ("create_custom_entity", "wait", false, "temporary-failure"),
        ("create_custom_entity", "wait", true, "permanent-failure"),
        ("get_account", "fix-input", false, "permanent-failure"),
        ("get_account", "sign-in", false, "permanent-failure"),
        ("get_account", "not-found", false, "permanent-failure"),
        ("update_appointment", "report", true, "permanent-failure"),
    ] {
        let answered = answer(action, KEY, failure(kind, may_have_been_applied));
        assert_eq!(answered, error(case, "why"), "{action} {kind}");
    }
}

#[test]
fn passes_a_success_on() {
    let success = || Val::Result(Ok(Some(Box::new(Val::String("{\"success\":true}".to_owned())))));
    assert_eq!(answer("get_account", "{}", success()), success());
    assert_eq!(answer("create_appointment", KEY, success()), success());
}

#[test]
fn creates_no_appointment_without_a_key() {
    let success = || Val::Result(Ok(Some(Box::new(Val::String("{}".to_owned())))));
    for input in ["{}", r#"{"idempotency_key": null}"#, r#"{"subject": "idempotency_key"}"#] {
        let Val::Result(Err(Some(refusal))) = answer("create_appointment", input, success()) else {
            panic!("{input} is taken");
        };
        let Val::Variant(case, Some(message)) = *refusal else { panic!("{refusal:?}") };
        assert_eq!(case, "permanent-failure");
        let is_clear = |text: &str| text.starts_with("`idempotency_key` is missing");
        assert!(matches!(*message, Val::String(text) if is_clear(&text)));
    }
    // The connector itself refuses input that is not an object.
    assert_eq!(answer("create_appointment", "[", success()), success());
}

#[test]
fn composes_to_one_function_that_needs_an_environment_and_http() {
    let engine = Engine::default();
    let component = Component::from_binary(
        &engine,
        &Composition::Obelisk.build(&Origin::of_this_build()).unwrap(),
    )
    .unwrap();
    let types = component.component_type();
    let exports: Vec<_> = types.exports(&engine).map(|(name, _)| name).collect();
    assert_eq!(exports, ["dynamics365:obelisk/activity@0.1.0"]);
    for (name, _) in types.imports(&engine) {
        assert!(name.starts_with("wasi:") && !name.contains("filesystem"), "{name}");
    }
}
