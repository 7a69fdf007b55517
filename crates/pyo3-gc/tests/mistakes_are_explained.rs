//! Every mistake that the macros know has a message of its own. `TRYBUILD=overwrite` accepts new messages.

#[test]
fn mistakes_are_explained() {
    let cases = if cfg!(feature = "auto") { "tests/ui/*.rs" } else { "tests/ui/without_auto/*.rs" };
    trybuild::TestCases::new().compile_fail(cases);
}
