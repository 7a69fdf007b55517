//! The question whether a type that stands in a field, anywhere inside, is one that the collector cannot look into.

use crate::bounds::Uses;
use crate::expand::{at, outside};
use crate::input::{Field, Input};
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::visit::{self, Visit};
use syn::{DeriveInput, Ident, Type, TypePath};

/// Names that are hardly ever those of a type that is refused: nobody has to ask about them. A type of the same name that is one
/// is still refused, by its own constant.
const HARMLESS: [&str; 31] = [
    "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64", "bool",
    "char", "str", "String", "Option", "Result", "Box", "Vec", "VecDeque", "HashMap", "HashSet", "BTreeMap",
    "BTreeSet", "RefCell", "PathBuf", "Duration", "Instant",
];

/// Types that own nothing of the types between their brackets, or have an answer of their own.
const OPAQUE: [&str; 3] = ["Py", "PhantomData", "Weak"];

/// The types inside that of a field, the inner ones first.
struct Inside<'a> {
    ast: &'a DeriveInput,
    found: Vec<&'a TypePath>,
}

impl<'a> Visit<'a> for Inside<'a> {
    fn visit_type_path(&mut self, path: &'a TypePath) {
        let Some(last) = path.path.segments.last() else {
            return;
        };
        if OPAQUE.iter().any(|name| last.ident == name) {
            return;
        }
        // What `<Vec<T> as Trait>::Item` is does not depend on what lies in a `Vec`.
        if path.qself.is_none() {
            visit::visit_type_path(self, path);
        }
        if !HARMLESS.iter().any(|name| last.ident == name) && !Uses::of_path(path, self.ast).parameter {
            self.found.push(path);
        }
    }

    fn visit_type_fn_ptr(&mut self, _: &'a syn::TypeFnPtr) {}
    fn visit_type_trait_object(&mut self, _: &'a syn::TypeTraitObject) {}
    fn visit_expr(&mut self, _: &'a syn::Expr) {}
}

/// What is asked of the types inside a field.
pub(crate) struct Refusals<'a> {
    /// The function that answers, and the type that it is about.
    asked: Vec<(Ident, &'a TypePath)>,
}

impl<'a> Refusals<'a> {
    pub(crate) fn of(input: &Input<'a>, field: &Field<'a>) -> Self {
        let mut inside = Inside { ast: input.ast, found: Vec::new() };
        inside.visit_type(field.ty);
        let name = |(index, path)| (format_ident!("{}_inside_{index}", field.binding), path);
        Self { asked: inside.found.into_iter().enumerate().map(name).collect() }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    /// The functions. Each is called only if those before it say no: the answer about a type evaluates the constants of the types
    /// inside it, and that of one that is refused does not compile.
    pub(crate) fn functions(&self, input: &Input<'_>) -> TokenStream {
        let krate = &input.attrs.krate;
        let function = |(name, path): &(Ident, &TypePath)| {
            let ty = outside(input, &Type::Path((*path).clone()));
            quote! {
                const fn #name() -> ::core::option::Option<&'static ::core::primitive::str> {
                    #krate::__private::Probe::<#ty>::REFUSAL.get()
                }
            }
        };
        self.asked.iter().map(function).collect()
    }

    /// Whether one of them is refused.
    pub(crate) fn any(&self) -> TokenStream {
        let calls = self.asked.iter().map(|(name, _)| quote!(#name().is_some() ||));
        quote!(#(#calls)*)
    }

    /// Stops the compiler at the first that is refused, with the reason or with a text of one's own.
    pub(crate) fn stop(&self, text: Option<&str>) -> TokenStream {
        let stop = |(name, path): &(Ident, &TypePath)| {
            // The name itself, of `std::sync::Mutex` not the `std`.
            let span = path.path.segments.last().map_or_else(|| at(path), |last| at(&last.ident));
            let why = Ident::new("why", span);
            let message = text.map_or_else(|| quote!(#why), |text| quote!(#text));
            quote_spanned! {span=>
                if let ::core::option::Option::Some(#why) = #name() {
                    let _ = #why;
                    ::core::panic!("{}", #message);
                }
            }
        };
        self.asked.iter().map(stop).collect()
    }
}
