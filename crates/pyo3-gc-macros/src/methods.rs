//! `#[pyo3_gc::pymethods]`: PyO3's attribute, which knows what the class derives.

use crate::attr::{self, CLASS_KEYS, ClassKeys};
use crate::errors::Errors;
use crate::hooks;
use crate::part::{self, Part, list};
use crate::strip;
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Error, ImplItem, ImplItemFn, Item, ItemImpl, Result, parse_quote};

pub(crate) fn pymethods(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut block = match syn::parse2(item)? {
        Item::Impl(block) => block,
        other => return Err(Error::new(start(&other), "`#[pyo3_gc::pymethods]` belongs on an `impl` block")),
    };
    let mut errors = Errors::default();
    let (krate, mut keys) = attr::on_block(&block.attrs, &mut errors);
    let mut kept: Vec<Part> = Vec::new();
    for part in part::parts(arguments) {
        if !keys.take(&part, "pymethods", &mut errors) && !misspelt(&part, &mut errors) {
            kept.push(part);
        }
    }
    keys.check(&mut errors);
    let pyo3 = attr::pyo3_crate(&kept, &block.attrs);
    strip::for_pyo3(&mut block.attrs, false);
    let by_hand = take_hooks(&mut block, &keys);
    let errors = errors.finish().err().map(Error::into_compile_error);
    let (functions, installed) = hooks::of_block(&pyo3, &krate, &block.self_ty, &keys);
    if !functions.is_empty() {
        let functions: ItemImpl = parse_quote!(impl Functions { #functions });
        block.items.extend(functions.items);
    }
    let arguments = kept.iter().map(|part| &part.tokens);
    Ok(quote! {
        #errors
        #by_hand
        #[#pyo3::pymethods(#(#arguments),*)]
        #block
        #installed
    })
}

fn start(item: &Item) -> Span {
    match item {
        Item::Struct(item) => item.struct_token.span,
        Item::Enum(item) => item.enum_token.span,
        Item::Fn(item) => item.sig.fn_token.span,
        other => other.span(),
    }
}

fn misspelt(part: &Part, errors: &mut Errors) -> bool {
    let written = part.name();
    let meant = part::meant(&written, &CLASS_KEYS).filter(|meant| *meant != written);
    if let Some(meant) = meant {
        errors.push(part.span(), format!("unknown option; did you mean `{meant} = false`?"));
    }
    meant.is_some()
}

/// Takes out the hooks that the class derives, each with an error in its place: PyO3 would say of each several times that there are two.
fn take_hooks(block: &mut ItemImpl, keys: &ClassKeys) -> TokenStream {
    let mut errors = TokenStream::new();
    block.items.retain(|item| {
        let ImplItem::Fn(method) = item else {
            return true;
        };
        let derived = match name(method).as_str() {
            "__traverse__" => keys.derives(),
            "__clear__" => keys.derives() && keys.clears(),
            _ => false,
        };
        if derived {
            // A method that is not compiled is no mistake.
            let conditions = method.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
            let error = Error::new(
                method.sig.ident.span(),
                "the class derives its hooks of the garbage collection, so remove this method; or, to write both hooks by hand, \
                 write `derive_gc = false` in `#[pyclass(..)]` and in `#[pymethods(..)]`",
            )
            .into_compile_error();
            errors.extend(quote!(#(#conditions)* #error));
        }
        !derived
    });
    errors
}

/// The name in Python.
fn name(method: &ImplItemFn) -> String {
    let in_python = |attr: &Attribute| {
        let parts = list(attr, "pyo3")?;
        let name = parts.iter().find(|part| part.is("name"))?;
        name.text("name = \"..\"").ok().flatten()
    };
    method.attrs.iter().find_map(in_python).unwrap_or_else(|| method.sig.ident.unraw().to_string())
}
