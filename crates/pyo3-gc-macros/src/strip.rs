//! Attributes as PyO3 can read them: it knows none of our keys.

use crate::attr::CLASS_KEYS;
use crate::field_attr::is_gc;
use crate::part::{Part, list, rebuild};
use syn::{Attribute, Ident, parse_quote};

/// Rewrites the attributes of a class, a variant or a field. If a derive reads them too, a skip is written in its words.
/// Otherwise nothing of ours is left.
pub(crate) fn for_pyo3(attrs: &mut Vec<Attribute>, derived: bool) {
    let mut kept = Vec::new();
    for attr in attrs.drain(..) {
        if let Some(parts) = list(&attr, "pyo3") {
            let (gc, others): (Vec<Part>, Vec<Part>) = parts.into_iter().partition(is_gc);
            if gc.is_empty() {
                kept.push(attr);
                continue;
            }
            kept.extend(rebuild(&attr, &others));
            let skip = Ident::new("skip", gc[0].span());
            kept.extend(derived.then(|| parse_quote!(#[pyo3_gc(#skip)])));
        } else if let Some(parts) = list(&attr, "pyo3_gc") {
            let of_the_derive = |part: &Part| derived && !CLASS_KEYS.iter().any(|name| part.is(name));
            let parts: Vec<Part> = parts.into_iter().filter(of_the_derive).collect();
            kept.extend(rebuild(&attr, &parts));
        } else if !is_second_pyclass(&attr) {
            kept.push(attr);
        }
    }
    *attrs = kept;
}

fn is_second_pyclass(attr: &Attribute) -> bool {
    attr.path().segments.last().is_some_and(|last| last.ident == "pyclass")
}
