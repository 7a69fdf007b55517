//! The type of a field: its text, the expression that makes a value, and what the model knows of it.

use crate::table::{Leaf, Shape};

/// The type of a field.
#[derive(Clone)]
pub(crate) enum Ty {
    Leaf(&'static Leaf),
    Of(&'static Shape, Vec<Ty>),
    /// A type that was generated before, with arguments.
    Named {
        name: String,
        arguments: Vec<Ty>,
        suffix: String,
        owns: bool,
        contains_itself: bool,
        weight: usize,
    },
    /// One of the parameters of the type that is being written.
    Parameter(usize),
    /// The type itself, behind something that can be empty.
    Itself {
        ty: &'static str,
        make: &'static str,
    },
}

pub(crate) const PARAMETERS: [&str; 2] = ["A", "B"];
pub(crate) const MAKERS: [&str; 2] = ["a", "b"];
pub(crate) const ITSELF: [Ty; 3] = [
    Ty::Itself {
        ty: "Option<Box<Self>>",
        make: "source.flip().then(|| Box::new(Self::make(source, reach.emptied(){makers})))",
    },
    Ty::Itself {
        ty: "Vec<Self>",
        make: "(0..source.length()).map(|_| Self::make(source, reach.emptied(){makers})).collect()",
    },
    Ty::Itself {
        ty: "OnOneThread<std::cell::RefCell<Option<Box<Self>>>>",
        make: "OnOneThread(std::cell::RefCell::new(source.flip().then(|| Box::new(Self::make(source, reach.cell().emptied(){makers})))))",
    },
];

impl Ty {
    pub(crate) fn ty(&self) -> String {
        let parts = |text: &str, parts: &[Self]| {
            parts
                .iter()
                .enumerate()
                .fold(text.to_owned(), |text, (index, part)| text.replace(&format!("{{{index}}}"), &part.ty()))
        };
        match self {
            Self::Leaf(leaf) => leaf.ty.to_owned(),
            Self::Of(shape, of) => parts(shape.ty, of),
            Self::Named { name, arguments, suffix, .. } => format!("{name}{}", angles(arguments, suffix)),
            Self::Parameter(index) => PARAMETERS[*index].to_owned(),
            Self::Itself { ty, .. } => (*ty).to_owned(),
        }
    }

    /// An expression that makes a value; `parameters` is how many parameters the type around it has.
    pub(crate) fn make(&self, parameters: usize) -> String {
        match self {
            Self::Leaf(leaf) => leaf.make.to_owned(),
            Self::Of(shape, of) => {
                of.iter().zip(shape.through).enumerate().fold(shape.make.to_owned(), |text, (index, (part, step))| {
                    let made = format!("({{ let reach = reach.{step}(); {} }})", part.make(parameters));
                    text.replace(&format!("{{{index}}}"), &made)
                })
            }
            Self::Named { name, arguments, suffix, .. } => {
                let maker =
                    |part: &Self| format!(", &mut |source: &mut Source, reach: Reach| {}", part.make(parameters));
                let makers = arguments.iter().map(maker).collect::<Vec<_>>().concat();
                format!("<{name}{}>::make(source, reach{makers})", angles(arguments, suffix))
            }
            Self::Parameter(index) => format!("{}(source, reach)", MAKERS[*index]),
            Self::Itself { make, .. } => {
                let makers = MAKERS[..parameters].iter().map(|maker| format!(", {maker}")).collect::<Vec<_>>().concat();
                make.replace("{makers}", &makers)
            }
        }
    }

    /// Whether it may own an object, if the arguments are these.
    pub(crate) fn owns(&self, arguments: &[Self]) -> bool {
        match self {
            Self::Leaf(leaf) => leaf.owns,
            Self::Of(shape, of) => shape.owns || of.iter().any(|part| part.owns(arguments)),
            Self::Named { arguments: inner, owns, .. } => *owns || inner.iter().any(|part| part.owns(arguments)),
            Self::Parameter(index) => arguments.get(*index).is_some_and(|part| part.owns(&[])),
            Self::Itself { .. } => false,
        }
    }

    /// Whether a type in it contains itself.
    pub(crate) fn contains_itself(&self) -> bool {
        match self {
            Self::Of(_, of) => of.iter().any(Self::contains_itself),
            Self::Named { arguments, contains_itself, .. } => {
                *contains_itself || arguments.iter().any(Self::contains_itself)
            }
            Self::Leaf(_) | Self::Parameter(_) => false,
            Self::Itself { .. } => true,
        }
    }

    /// About how many objects a value has at least.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::Leaf(_) | Self::Parameter(_) => 1,
            Self::Of(shape, of) => shape.weight * of.iter().map(Self::weight).sum::<usize>(),
            Self::Named { arguments, weight, .. } => {
                weight + weight * arguments.iter().map(Self::weight).sum::<usize>()
            }
            Self::Itself { .. } => 0,
        }
    }
}

fn angles(arguments: &[Ty], suffix: &str) -> String {
    let all: Vec<String> =
        arguments.iter().map(Ty::ty).chain((!suffix.is_empty()).then(|| suffix.to_owned())).collect();
    if all.is_empty() { String::new() } else { format!("<{}>", all.join(", ")) }
}
