//! `#[pyo3_gc::pyclass]`: PyO3's attribute, the derive, and the hooks.

use crate::attr::{self, ClassKeys, TypeAttrs};
use crate::errors::Errors;
use crate::part::{self, Part};
use crate::{fallback, field_attr, hooks, introspect, settable, strip};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Generics, Ident, Item, Result};

/// PyO3's own options, ours, and what ours are taken for.
const OPTIONS: [&str; 28] = [
    "crate",
    "dict",
    "eq",
    "eq_int",
    "extends",
    "freelist",
    "from_py_object",
    "frozen",
    "generic",
    "get_all",
    "hash",
    "immutable_type",
    "mapping",
    "module",
    "name",
    "new",
    "ord",
    "rename_all",
    "sequence",
    "set_all",
    "skip_from_py_object",
    "str",
    "subclass",
    "unsendable",
    "weakref",
    "derive_gc",
    "clear_gc",
    "gc",
];

pub(crate) fn pyclass(arguments: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut item: Item = syn::parse2(item)?;
    let mut errors = Errors::default();
    let class = Class::new(&mut item)?;
    let TypeAttrs { krate, class: mut keys, .. } = attr::on_type(class.attrs, &mut errors);
    let mut kept: Vec<Part> = Vec::new();
    for part in part::parts(arguments) {
        if !keys.take(&part, "pyclass", &mut errors) && !misspelt(&part, &mut errors) {
            kept.push(part);
        }
    }
    let by_hand = attr::derive_of_the_trait(class.attrs);
    check(&class, &keys, by_hand, &mut errors);
    let wanted = keys.derives();
    let warnings = wanted.then(|| settable::warnings(&kept, class.attrs, &class.fields));
    let errors = errors.finish().err();
    let derived = wanted && errors.is_none();
    let Class { name, generics, attrs, variants, fields } = class;
    let (name, generics) = (name.clone(), generics.clone());
    let pyo3 = attr::pyo3_crate(&kept, attrs);
    let places = variants.into_iter().chain(fields.into_iter().map(|field| &mut field.attrs));
    for attrs in places.chain([attrs]) {
        strip::for_pyo3(attrs, derived || by_hand.is_some());
    }
    let arguments: Vec<_> = kept.iter().map(|part| &part.tokens).collect();
    // PyO3 drops a class if it refuses an option. What is appended goes with it then, and is no error as well.
    let class = |appended: &TokenStream| {
        let append = (!appended.is_empty()).then(|| quote!(#[#krate::__private::append(#appended)]));
        quote! {
            #[#pyo3::pyclass(#(#arguments),*)]
            #append
            #item
        }
    };
    if let Some(errors) = errors {
        let errors = errors.into_compile_error();
        let fallback = by_hand.is_none().then(|| fallback::expand(&krate, &name, &generics));
        let derived = wanted.then(|| hooks::derived(&krate, &name));
        let class = class(&quote!(#fallback #derived));
        return Ok(quote!(#errors #class));
    }
    let derive = derived.then(|| quote!(#[derive(#krate::PyGcIntegration)]));
    introspect::record("#[pyo3_gc::pyclass]", &name, || {
        let hooks = derived.then(|| hooks::of_class(&pyo3, &krate, &name, &keys));
        quote!(#derive #[#pyo3::pyclass(#(#arguments),*)] #item #hooks)
    });
    if !derived {
        return Ok(class(&hooks::edges_alone(&pyo3, &krate, &name)));
    }
    let class = class(&hooks::of_class(&pyo3, &krate, &name, &keys));
    // The derive stands first: there it sees the fields without those that `#[cfg]` removes.
    Ok(quote! {
        #derive
        #class
        #warnings
    })
}

fn check(class: &Class<'_>, keys: &ClassKeys, by_hand: Option<Span>, errors: &mut Errors) {
    keys.check(errors);
    if let Some(span) = by_hand.filter(|_| keys.derives()) {
        errors.push(span, "`#[pyo3_gc::pyclass]` derives `PyGcIntegration` already, so remove this derive");
    }
    second_pyclass(class.attrs, errors);
    for attrs in &class.variants {
        field_attr::on_variant(attrs, errors);
    }
    for field in &class.fields {
        field_attr::on_field(&field.attrs, errors);
    }
}

/// The parts of the item that matter here.
struct Class<'a> {
    name: &'a Ident,
    generics: &'a Generics,
    attrs: &'a mut Vec<Attribute>,
    variants: Vec<&'a mut Vec<Attribute>>,
    fields: Vec<&'a mut syn::Field>,
}

impl<'a> Class<'a> {
    fn new(item: &'a mut Item) -> Result<Self> {
        match item {
            Item::Struct(item) => {
                let fields = item.fields.iter_mut().collect();
                let variants = Vec::new();
                Ok(Self { name: &item.ident, generics: &item.generics, attrs: &mut item.attrs, variants, fields })
            }
            Item::Enum(item) => {
                let (mut variants, mut fields) = (Vec::new(), Vec::new());
                for variant in &mut item.variants {
                    variants.push(&mut variant.attrs);
                    fields.extend(variant.fields.iter_mut());
                }
                Ok(Self { name: &item.ident, generics: &item.generics, attrs: &mut item.attrs, variants, fields })
            }
            other => {
                let span = match other {
                    Item::Union(item) => item.union_token.span,
                    Item::Fn(item) => item.sig.fn_token.span,
                    other => other.span(),
                };
                Err(Error::new(span, "`#[pyo3_gc::pyclass]` belongs on a struct or an enum"))
            }
        }
    }
}

/// An option that was misspelt is answered here and left out: PyO3 would drop the class, and everything that names it would be an
/// error too. Other options that nobody knows go to PyO3, of which there may be a newer version.
fn misspelt(part: &Part, errors: &mut Errors) -> bool {
    let written = part.name();
    let meant = match part::meant(&written, &OPTIONS) {
        Some(meant) if meant == written && meant != "gc" => return false,
        Some("gc") => "derive_gc",
        Some(meant) => meant,
        None => return false,
    };
    let usage = if attr::CLASS_KEYS.contains(&meant) { format!("{meant} = false") } else { meant.to_owned() };
    errors.push(part.span(), format!("unknown option; did you mean `{usage}`?"));
    true
}

fn second_pyclass(attrs: &[Attribute], errors: &mut Errors) {
    for last in attrs.iter().filter_map(|attr| attr.path().segments.last()) {
        if last.ident == "pyclass" {
            errors.push(
                last.span(),
                "this is a second `#[pyclass]`; `#[pyo3_gc::pyclass]` already is one, so remove this one",
            );
        }
    }
}
