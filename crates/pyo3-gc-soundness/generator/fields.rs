//! The fields of a struct or of a variant, chosen at random.

use crate::random::Random;
use crate::table::{LEAVES, OBJECTS, SHAPES};
use crate::ty::{ITSELF, MAKERS, PARAMETERS, Ty};
use crate::types::Definition;
use std::fmt::Write;

struct Field {
    attribute: &'static str,
    ty: String,
    make: String,
}

/// Of everything that can be chosen, the more complex with less probability in the depth.
pub(crate) fn choose(random: &mut Random, before: &[Definition], parameters: usize, depth: usize) -> Ty {
    let roll = random.below(100);
    if depth < 3 && roll < 50 {
        let shape = random.pick(SHAPES);
        let of = shape.through.iter().map(|_| choose(random, before, parameters, depth + 1)).collect();
        return Ty::Of(shape, of);
    }
    if roll < 65 && parameters > 0 {
        return Ty::Parameter(random.below(parameters));
    }
    if roll < 75 && depth < 2 && !before.is_empty() {
        let earlier = &random.pick(before).itself;
        if earlier.weight() < 6 {
            return earlier.clone();
        }
    }
    Ty::Leaf(if roll < 93 { random.pick(OBJECTS) } else { random.pick(LEAVES) })
}

const FIELD_NAMES: [&str; 8] = ["first", "r#type", "visit", "bag", "slf", "__gc_0", "result", "last"];

/// Fields, what they own, and whether the type itself is among them.
#[derive(Default)]
pub(crate) struct Fields {
    list: Vec<Field>,
    pub(crate) owns: Vec<Ty>,
    pub(crate) itself: bool,
    /// Whether a field of a foreign type is among them, which owns an object.
    pub(crate) foreign: bool,
}

pub(crate) fn fields(random: &mut Random, before: &[Definition], parameters: usize) -> Fields {
    let mut made = Fields::default();
    for index in 0..(random.below(6)).min(4) {
        let roll = random.below(100);
        let mut field = |attribute, ty: &str, make: &str| {
            made.list.push(Field { attribute, ty: ty.to_owned(), make: make.to_owned() });
        };
        match roll {
            0..4 => field("#[pyo3_gc(skip)] ", "Opaque", "Opaque(1)"),
            4..8 => field("#[pyo3(gc = false)] ", "Opaque", "Opaque::default()"),
            8..14 => {
                field(
                    "#[pyo3_gc(skip = \"the test counts it\")] ",
                    "Option<Py<PyAny>>",
                    "source.flip().then(|| source.hidden())",
                );
            }
            14..20 => {
                let value = "Foreign({ let reach = reach.emptied(); source.flip().then(|| source.object(reach)) })";
                field("#[pyo3_gc(with = crate::wrappers::foreign)] ", "Foreign", value);
                made.foreign = true;
            }
            20..30 => {
                let ty = random.pick(&ITSELF).clone();
                field("", &ty.ty(), &ty.make(parameters));
                made.itself = true;
            }
            _ => {
                // Every parameter must be used somewhere.
                let ty = if index < parameters && roll < 60 {
                    Ty::Parameter(index)
                } else {
                    choose(random, before, parameters, 0)
                };
                field("", &ty.ty(), &ty.make(parameters));
                made.owns.push(ty);
            }
        }
    }
    made
}

impl Fields {
    /// A field for each parameter, so that every one is used.
    pub(crate) fn use_parameters(&mut self, parameters: usize, constant: bool) {
        for parameter in 0..parameters {
            let (ty, make) = (PARAMETERS[parameter], format!("{}(source, reach)", MAKERS[parameter]));
            let (ty, make) = if constant {
                (format!("[{ty}; N]"), format!("std::array::from_fn(|_| {make})"))
            } else {
                (ty.to_owned(), make)
            };
            self.list.push(Field { attribute: "", ty, make });
            self.owns.push(Ty::Parameter(parameter));
        }
    }

    pub(crate) fn use_lifetime(&mut self) {
        self.list.push(Field { attribute: "", ty: "&'a str".to_owned(), make: "\"static\"".to_owned() });
    }

    /// As they are written in a definition, and in an expression.
    pub(crate) fn written(&self, named: bool) -> (String, String) {
        let (mut definition, mut value) = (String::new(), String::new());
        for (field, name) in self.list.iter().zip(FIELD_NAMES) {
            let label = if named { format!("{name}: ") } else { String::new() };
            // Writing to a string cannot fail.
            let _ = write!(definition, "{}{label}{}, ", field.attribute, field.ty);
            let _ = write!(value, "{label}{}, ", field.make);
        }
        match (named, self.list.is_empty()) {
            (true, _) => (format!(" {{ {definition}}}"), format!(" {{ {value}}}")),
            (false, true) => (String::new(), String::new()),
            (false, false) => (format!("({definition})"), format!("({value})")),
        }
    }
}
