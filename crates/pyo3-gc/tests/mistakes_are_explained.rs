//! Every mistake that the macros know has a message of its own. `TRYBUILD=overwrite` accepts new messages.

#[test]
fn mistakes_are_explained() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail(if cfg!(feature = "auto") { "tests/ui/*.rs" } else { "tests/ui/without_auto/*.rs" });
    if cfg!(feature = "once_cell") {
        cases.compile_fail("tests/ui/once_cell/*.rs");
    }
    if cfg!(feature = "parking_lot") {
        cases.compile_fail("tests/ui/parking_lot/*.rs");
    }
}
