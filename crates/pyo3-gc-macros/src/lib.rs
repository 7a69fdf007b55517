//! The macros of `pyo3-gc`. Use them through that crate, which documents every attribute with examples that run.
//!
//! An input passes these stages: `attr` and `field_attr` (the grammar; `part` takes lists apart), `input` (the model), `check`
//! (what is refused), `bounds` (the generics) and `expand` (the tokens, with `constant`, `refusal` and `with`); `fallback` takes
//! the place of the last one after an error. `class` and `methods` are the other two attributes, with `hooks` between them;
//! `strip` leaves what PyO3 understands, and `settable` warns. `introspect` is for looking at all this from outside.

#![forbid(unsafe_code)]

mod attr;
mod bounds;
mod check;
mod class;
mod constant;
#[cfg(test)]
mod documented;
mod errors;
mod expand;
mod fallback;
mod field_attr;
mod hooks;
mod input;
mod introspect;
mod methods;
mod part;
mod refusal;
mod settable;
mod strip;
mod with;

use errors::Errors;
use input::Input;
use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Derives `pyo3_gc::PyGcIntegration`.
#[proc_macro_derive(PyGcIntegration, attributes(pyo3, pyo3_gc))]
pub fn derive(item: TokenStream) -> TokenStream {
    let ast = parse_macro_input!(item as DeriveInput);
    let mut errors = Errors::default();
    let input = Input::new(&ast, &mut errors);
    check::check(&input, &mut errors);
    match errors.finish() {
        Ok(()) => {
            introspect::record("#[derive(PyGcIntegration)]", &ast.ident, || expand::expand(&input));
            expand::expand(&input).into()
        }
        Err(error) => {
            let mut tokens = error.into_compile_error();
            tokens.extend(fallback::expand(&input.attrs.krate, &ast.ident, &ast.generics));
            tokens.into()
        }
    }
}

/// PyO3's `#[pyclass]`, the derive, and both hooks of the garbage collector.
#[proc_macro_attribute]
pub fn pyclass(arguments: TokenStream, item: TokenStream) -> TokenStream {
    class::pyclass(arguments.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// PyO3's `#[pymethods]`, which knows what the class derives.
#[proc_macro_attribute]
pub fn pymethods(arguments: TokenStream, item: TokenStream) -> TokenStream {
    methods::pymethods(arguments.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Not public: an item with its arguments after it, if the attributes above leave it there.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn append(arguments: TokenStream, item: TokenStream) -> TokenStream {
    item.into_iter().chain(arguments).collect()
}
