//! The feature `introspect`: names for the edges, and a record of what the macros wrote. For looking at code, not for a release.

use proc_macro2::TokenStream;
use syn::Ident;

#[cfg(feature = "introspect")]
thread_local! {
    static FOR_A_RECORD: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Whether the code that is made now names its edges. In a record it does not, so that one reads there what a released crate gets.
pub(crate) fn names_edges() -> bool {
    #[cfg(feature = "introspect")]
    return !FOR_A_RECORD.get();
    #[cfg(not(feature = "introspect"))]
    false
}

/// Appends what `attribute` made of `item` to the file `pyo3-gc-expansions` beside the crate's `Cargo.toml`, if there is such a
/// file. A file, because a variable in the environment would be seen by the crates that this one depends on as well.
///
/// A record is `attribute`, a space, the name of the item, a line break, the code and a NUL.
#[cfg_attr(not(feature = "introspect"), expect(unused_variables, reason = "a released crate records nothing"))]
pub(crate) fn record(attribute: &str, item: &Ident, code: impl FnOnce() -> TokenStream) {
    #[cfg(feature = "introspect")]
    if let Some(mut file) = asked_for() {
        FOR_A_RECORD.set(true);
        let code = code();
        FOR_A_RECORD.set(false);
        // Who asks sees that it is missing. The build needs no record.
        let _ = std::io::Write::write_all(&mut file, format!("{attribute} {item}\n{code}\0").as_bytes());
    }
}

#[cfg(feature = "introspect")]
fn asked_for() -> Option<std::fs::File> {
    let folder = std::env::var_os("CARGO_MANIFEST_DIR")?;
    std::fs::OpenOptions::new().append(true).open(std::path::Path::new(&folder).join("pyo3-gc-expansions")).ok()
}
