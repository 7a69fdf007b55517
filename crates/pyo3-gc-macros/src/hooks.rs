//! `__traverse__` and `__clear__`, and where they are put.
//!
//! With the feature `auto` the class brings a block of methods of its own. Without it PyO3 may allow one block a class, so
//! `#[pyo3_gc::pymethods]` puts them into the user's, and the class checks that this has happened.

use crate::attr::ClassKeys;
use crate::introspect;
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Ident, Path, Type};

/// What a class that derives its hooks needs beside the derive.
pub(crate) fn of_class(pyo3: &TokenStream, krate: &Path, class: &Ident, keys: &ClassKeys) -> TokenStream {
    if cfg!(feature = "auto") {
        let integration = quote!(#krate::PyGcIntegration::traverse);
        let clear = quote!(#krate::__private::clear);
        return block(pyo3, class, &functions(pyo3, krate, &integration, keys.clears().then_some(&clear)));
    }
    let derived = derived(krate, class);
    let span = class.span().resolved_at(Span::mixed_site());
    let clears = keys.clears();
    let message = "`clear_gc = false` must stand in `#[pyclass(..)]` and in `#[pymethods(..)]`, or in neither of them";
    quote_spanned! {span=>
        #derived
        const _: () = ::core::assert!(<#class as #krate::__private::Installed>::CLEARS == #clears, #message);
    }
}

/// Without the feature `auto`: says that the class has what the hooks call.
pub(crate) fn derived(krate: &Path, class: &Ident) -> Option<TokenStream> {
    (!cfg!(feature = "auto")).then(|| quote!(impl #krate::__private::Derived for #class {}))
}

/// The functions for a block of the user, and the statement that they are in it.
pub(crate) fn of_block(pyo3: &TokenStream, krate: &Path, class: &Type, keys: &ClassKeys) -> (TokenStream, TokenStream) {
    if cfg!(feature = "auto") || !keys.derives() {
        return Default::default();
    }
    let this = quote!(<Self as #krate::__private::Derived>);
    let clears = keys.clears();
    let clear = quote!(#this::clear);
    let functions = functions(pyo3, krate, &quote!(#this::traverse), clears.then_some(&clear));
    let installed = quote! {
        impl #krate::__private::Installed for #class {
            const CLEARS: ::core::primitive::bool = #clears;
        }
    };
    (functions, installed)
}

/// What only a class without hooks gets.
pub(crate) fn edges_alone(pyo3: &TokenStream, krate: &Path, class: &Ident) -> TokenStream {
    block(pyo3, class, &edges(pyo3, krate))
}

/// The functions have Rust names of their own: against a hook written by hand that gives one conflict each instead of many.
fn functions(pyo3: &TokenStream, krate: &Path, traverse: &TokenStream, clear: Option<&TokenStream>) -> TokenStream {
    let edges = edges(pyo3, krate);
    let clear = clear.map(|clear| {
        quote! {
            #[doc(hidden)]
            #[pyo3(name = "__clear__")]
            fn __pyo3_gc_clear(slf: &#pyo3::Bound<'_, Self>) {
                #clear(slf)
            }
        }
    });
    quote! {
        #[doc(hidden)]
        #[inline]
        #[pyo3(name = "__traverse__")]
        fn __pyo3_gc_traverse(&self, visit: #pyo3::PyVisit<'_>) -> ::core::result::Result<(), #pyo3::PyTraverseError> {
            #traverse(self, visit)
        }
        #clear
        #edges
    }
}

/// With the feature `introspect`: what the traversal reports, with names.
fn edges(pyo3: &TokenStream, krate: &Path) -> TokenStream {
    if !introspect::names_edges() {
        return TokenStream::new();
    }
    quote! {
        #[doc(hidden)]
        #[pyo3(name = "__gc_edges__")]
        fn __pyo3_gc_edges<'py>(slf: &#pyo3::Bound<'py, Self>)
            -> ::std::vec::Vec<(::std::string::String, #pyo3::Bound<'py, #pyo3::PyAny>)>
        {
            #krate::edges(#pyo3::Bound::as_any(slf))
        }
    }
}

/// A block of methods beside those of the user.
fn block(pyo3: &TokenStream, class: &Ident, functions: &TokenStream) -> TokenStream {
    if functions.is_empty() {
        return TokenStream::new();
    }
    let text = pyo3.to_string().replace(' ', "");
    let span = class.span().resolved_at(Span::call_site());
    quote_spanned! {span=>
        #[#pyo3::pymethods(crate = #text)]
        impl #class {
            #functions
        }
    }
}
