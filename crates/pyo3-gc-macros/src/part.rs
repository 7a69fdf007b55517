//! The pieces that an attribute's list is made of, whatever they mean.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, Error, Ident, LitBool, LitStr, Meta, Path, Result, Token, WherePredicate, parse_quote};

/// One part of an attribute's list, between two commas: `key` or `key = value`, or something else.
pub(crate) struct Part {
    pub(crate) key: Option<Ident>,
    value: Option<TokenStream>,
    pub(crate) tokens: TokenStream,
}

impl Part {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.key.as_ref().is_some_and(|key| key == name)
    }

    /// Where an error about the whole part belongs.
    pub(crate) fn span(&self) -> Span {
        self.key.as_ref().map_or_else(|| self.tokens.span(), Ident::span)
    }

    pub(crate) fn bool(&self, usage: &str) -> Result<bool> {
        let parser = |input: ParseStream<'_>| Ok(input.parse::<LitBool>()?.value);
        self.parsed(parser, &format!("expected `true` or `false`, as in `{usage}`"))
    }

    /// A path in quotes, as PyO3 wants that of a crate.
    pub(crate) fn path(&self, usage: &str) -> Result<Path> {
        let parser = |input: ParseStream<'_>| input.parse::<LitStr>()?.parse_with(Path::parse_mod_style);
        self.parsed(parser, &format!("expected a path in quotes, as in `{usage}`"))
    }

    /// A path to a module, as it is written in code.
    pub(crate) fn module(&self, usage: &str) -> Result<Path> {
        self.parsed(Path::parse_mod_style, &format!("expected the path of a module, as in `{usage}`"))
    }

    /// The predicates of a `where` clause, in quotes.
    pub(crate) fn predicates(&self, usage: &str) -> Result<Vec<WherePredicate>> {
        let parser = |input: ParseStream<'_>| {
            let text: LitStr = input.parse()?;
            let predicates = text.parse_with(Punctuated::<WherePredicate, Token![,]>::parse_terminated)?;
            Ok(predicates.into_iter().collect())
        };
        self.parsed(parser, &format!("expected bounds in quotes, as in `{usage}`"))
    }

    /// The name of the key.
    pub(crate) fn name(&self) -> String {
        self.key.as_ref().map_or_else(String::new, Ident::to_string)
    }

    /// What stands after `=`.
    fn parsed<P: Parser>(&self, parser: P, message: &str) -> Result<P::Output> {
        let value = self.value.clone().unwrap_or_default();
        let span = if value.is_empty() { self.span() } else { value.span() };
        parser.parse2(value).map_err(|_| Error::new(span, message))
    }

    /// The text after `=`; nothing if there is no `=`.
    pub(crate) fn text(&self, usage: &str) -> Result<Option<String>> {
        if self.value.is_none() {
            return Ok(None);
        }
        let parser = |input: ParseStream<'_>| Ok(Some(input.parse::<LitStr>()?.value()));
        self.parsed(parser, &format!("expected a text in quotes, as in `{usage}`"))
    }
}

/// Splits at the commas and looks at nothing else, so that options of other macros pass unchanged.
pub(crate) fn parts(tokens: TokenStream) -> Vec<Part> {
    let mut lists = vec![Vec::new()];
    for tree in tokens {
        match &tree {
            TokenTree::Punct(punct) if punct.as_char() == ',' => lists.push(Vec::new()),
            _ => lists.last_mut().expect("there is always one").push(tree),
        }
    }
    lists.into_iter().filter(|list| !list.is_empty()).map(part).collect()
}

fn part(trees: Vec<TokenTree>) -> Part {
    let (key, value) = match &trees[..] {
        [TokenTree::Ident(key)] => (Some(key.clone()), None),
        [TokenTree::Ident(key), TokenTree::Punct(punct), value @ ..] if punct.as_char() == '=' => {
            (Some(key.clone()), Some(value.iter().cloned().collect()))
        }
        _ => (None, None),
    };
    Part { key, value, tokens: trees.into_iter().collect() }
}

/// The parts of `#[name(..)]`; an attribute of another form has none.
pub(crate) fn list(attr: &Attribute, name: &str) -> Option<Vec<Part>> {
    match &attr.meta {
        Meta::List(list) if list.path.is_ident(name) => Some(parts(list.tokens.clone())),
        _ => None,
    }
}

/// `#[name(..)]` with these parts; nothing without parts.
pub(crate) fn rebuild(attr: &Attribute, kept: &[Part]) -> Option<Attribute> {
    let path = attr.path();
    let tokens = kept.iter().map(|part| &part.tokens);
    (!kept.is_empty()).then(|| parse_quote!(#[#path(#(#tokens),*)]))
}

/// Of these names the one that was probably meant: at most two letters, and at most half of them, are wrong.
pub(crate) fn meant<'a>(written: &str, names: &[&'a str]) -> Option<&'a str> {
    let near = |name: &&&str| distance(written, name) <= 2.min(name.len() / 2);
    names.iter().filter(near).min_by_key(|name| distance(written, name)).copied()
}

/// How many letters have to be added, removed or replaced to make `b` of `a`.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let replaced = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// Says of a key that nobody knows which one was meant.
pub(crate) fn unknown(part: &Part, names: &[&str], forms: &str) -> Error {
    let message = match part.key.as_ref().and_then(|key| meant(&key.to_string(), names)) {
        Some(name) => format!("unknown key; did you mean `{name}`?"),
        None => format!("unknown key; expected {forms}"),
    };
    Error::new(part.span(), message)
}
