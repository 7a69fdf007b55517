//! The constant `MAY_CONTAIN_CYCLES`, and the functions that answer for each field.

use crate::expand::{at, outside};
use crate::field_attr::Plan;
use crate::input::{Field, Input};
use crate::refusal::Refusals;
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;

/// A field that contains the type itself would need the answer to give it, so such a type says `true`. The others are
/// calls, of which the compiler evaluates only those that it needs, and fields with a `Py` go first: that is what ends the
/// search when two types contain each other.
pub(crate) fn of_type(input: &Input<'_>) -> TokenStream {
    let known = |field: &Field<'_>| field.uses.itself || matches!(field.plan, Plan::With(_));
    if input.attrs.may_contain_cycles || input.visited().any(known) {
        return quote!(true);
    }
    let (first, rest): (Vec<_>, Vec<_>) = input.visited().partition(|field| field.uses.py);
    let calls: Vec<TokenStream> = first.into_iter().chain(rest).map(|field| call(input, field)).collect();
    if calls.is_empty() { quote!(false) } else { quote!(#(#calls)||*) }
}

/// The answer for a field, as a call.
fn call(input: &Input<'_>, field: &Field<'_>) -> TokenStream {
    if !field.uses.parameter {
        let name = answer(field);
        return quote!(#name());
    }
    // A missing implementation is an error of the methods, and not of this as well.
    let krate = &input.attrs.krate;
    let ty = field.ty;
    let refused = Refusals::of(input, field).any();
    quote_spanned!(at(ty)=> (#refused #krate::__private::Probe::<#ty>::CONSTANT.get()))
}

/// What a method tests before it calls that of the field: a constant, so that nothing is left of what cannot own anything.
pub(crate) fn condition(input: &Input<'_>, field: &Field<'_>) -> TokenStream {
    let span = at(field.ty);
    if field.uses.parameter {
        let (krate, ty) = (&input.attrs.krate, field.ty);
        quote_spanned!(span=> <#ty as #krate::PyGcIntegration>::MAY_CONTAIN_CYCLES)
    } else {
        let name = answer(field);
        quote_spanned!(span=> const { #name() })
    }
}

fn answer(field: &Field<'_>) -> Ident {
    format_ident!("{}_may_contain_cycles", field.binding)
}

/// The functions for a field, and what makes the compiler call them when it checks the type: without that a mistake would show only
/// where code is made.
///
/// A type that is refused counts as `true`, and its own constant is not asked: it would not compile, a second error.
pub(crate) fn functions(input: &Input<'_>, field: &Field<'_>) -> TokenStream {
    if matches!(field.plan, Plan::With(_)) {
        return TokenStream::new();
    }
    let refusals = Refusals::of(input, field);
    let (functions, refused, stop) = (refusals.functions(input), refusals.any(), refusals.stop(None));
    if field.uses.parameter {
        let check = (!refusals.is_empty()).then(|| quote!(const _: () = { #stop };));
        return quote!(#functions #check);
    }
    let krate = &input.attrs.krate;
    let name = answer(field);
    let ty = outside(input, field.ty);
    let span = at(field.ty);
    let answer = quote_spanned! {span=>
        const fn #name() -> ::core::primitive::bool {
            #refused #krate::__private::Probe::<#ty>::CONSTANT.get()
        }
    };
    let check = (!refusals.is_empty()).then(|| {
        quote_spanned! {span=>
            const _: () = { #stop };
            const _: ::core::primitive::bool = <#krate::__private::Force<#ty, { #refused false }>>::CONSTANT;
        }
    });
    quote!(#functions #answer #check)
}

/// A field that is skipped without a reason must not implement the trait, and its type must not name a `Py`: that is a
/// reference in a type that cannot be seen through, and skipping it is the leak itself.
pub(crate) fn check_skip(input: &Input<'_>, field: &Field<'_>) -> Option<TokenStream> {
    let Plan::Skip(skip) = &field.plan else {
        return None;
    };
    if skip.reason {
        return None;
    }
    let krate = &input.attrs.krate;
    let ty = outside(input, field.ty);
    let span = skip.span.resolved_at(Span::mixed_site());
    let refusals = Refusals::of(input, field);
    let functions = refusals.functions(input);
    let why_not = "say why nothing is lost: `#[pyo3_gc(skip = \"reason\")]`";
    let prefix = format!("field `{}` is skipped, but ", field.label);
    let unseen = format!(
        "{prefix}the collector cannot look into this type, so that it would not see a Python object in it; keep the objects in \
         a type that implements `PyGcIntegration`, or {why_not}",
    );
    let stop = refusals.stop(Some(&unseen));
    let probe = quote_spanned!(span=> #krate::__private::Probe::<#ty>);
    // A variant may be skipped with everything that owns nothing, a field that owns nothing may not.
    let (wrong, says) = if skip.variant {
        (quote_spanned!(span=> #probe::IMPLEMENTED && #probe::CONSTANT.get()), "its type may own a Python object")
    } else {
        (quote_spanned!(span=> #probe::IMPLEMENTED), "its type implements `PyGcIntegration`")
    };
    let takes_part = format!("{prefix}{says}; remove the attribute, or {why_not}");
    let hidden = format!(
        "{prefix}its type names `Py`, so that the collector would not see what it owns; keep the `Py` in a type that implements \
         `PyGcIntegration`, or {why_not}",
    );
    let hides = field.uses.py.then(|| quote_spanned!(span=> ::core::assert!(#probe::IMPLEMENTED, #hidden);));
    Some(quote_spanned! {span=>
        #functions
        const _: () = {
            #stop
            ::core::assert!(!(#wrong), #takes_part);
            #hides
        };
    })
}
