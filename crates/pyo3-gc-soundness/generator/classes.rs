//! Classes of their own for some of the types, one for each way to wire the hooks.

use crate::random::Random;
use crate::types::Definition;
use std::fmt::Write;

/// What is written around the fields.
enum Form {
    Plain,
    /// Below a generated base class, with these options.
    Extends(&'static str),
    PythonSubclass,
    Dict,
}

/// A way to wire the hooks is one line here: the options, whether the class is frozen, what an object owns besides its fields.
const FORMS: &[(&str, bool, &str, Form)] = &[
    ("", false, "Nothing", Form::Plain),
    ("frozen", true, "Nothing", Form::Plain),
    ("unsendable", false, "Nothing", Form::Plain),
    ("frozen, unsendable", true, "Nothing", Form::Plain),
    ("dict, weakref", false, "Attributes", Form::Plain),
    ("frozen, dict", true, "Attributes", Form::Plain),
    ("subclass", false, "Slot", Form::PythonSubclass),
    ("subclass, frozen", true, "Slot", Form::PythonSubclass),
    ("", false, "Nothing", Form::Extends("")),
    ("frozen", true, "Nothing", Form::Extends("frozen, ")),
    ("extends = PyDict", false, "Items", Form::Dict),
];

/// Two classes of every form.
pub(crate) fn write(random: &mut Random, types: &[Definition]) -> String {
    let (mut text, mut table) = (String::new(), String::new());
    for (number, (options, frozen, extra, form)) in FORMS.iter().chain(FORMS).enumerate() {
        let owning: Vec<&Definition> = types.iter().filter(|one| one.may_own).collect();
        let mut part = || {
            let chosen = if owning.is_empty() { random.pick(types) } else { random.pick(&owning) };
            (chosen.itself.ty(), chosen.itself.make(0))
        };
        let ((first_type, first), (second_type, second), (base_type, base)) = (part(), part(), part());
        let name = format!("C{number}");
        let base_options = if let Form::Extends(options) = form { *options } else { "" };
        let extends = if matches!(form, Form::Extends(_)) {
            let _ = write!(
                text,
                "#[pyo3_gc::pyclass({base_options}subclass)]\npub struct B{number} {{ inherited: {base_type} }}\n"
            );
            format!(", extends = B{number}")
        } else {
            String::new()
        };
        let arguments = format!("{options}{extends}");
        let arguments = arguments.trim_start_matches(", ");
        let _ = write!(
            text,
            "#[pyo3_gc::pyclass({arguments})]\npub struct {name} {{ first: {first_type}, second: {second_type}, guard: DropGuard }}\n\
             impl {name} {{\n    fn make(source: &mut Source, guard: DropGuard) -> Self {{\n        let reach = Reach::default();\n        \
             Self {{ first: {first}, second: {second}, guard }}\n    }}\n}}\n"
        );
        let create = match form {
            Form::Plain => format!("Ok(Bound::new(py, {name}::make(source, guard))?.into_any())"),
            Form::Extends(_) => format!(
                "{{ let reach = Reach::default(); let base = B{number} {{ inherited: {base} }}; \
                 Ok(Bound::new(py, PyClassInitializer::from(base).add_subclass({name}::make(source, guard)))?.into_any()) }}"
            ),
            Form::PythonSubclass | Form::Dict => {
                let _ = write!(
                    text,
                    "thread_local! {{ static PENDING_{name}: std::cell::RefCell<Option<{name}>> = const {{ std::cell::RefCell::new(None) }}; }}\n\
                     #[pymethods]\nimpl {name} {{\n    #[new]\n    fn new() -> Self {{\n        \
                     PENDING_{name}.take().expect(\"a value waits\")\n    }}\n}}\n"
                );
                let class = if matches!(form, Form::Dict) {
                    format!("py.get_type::<{name}>().into_any()")
                } else {
                    format!("crate::classes::python_subclass(&py.get_type::<{name}>())?")
                };
                format!(
                    "{{ let value = {name}::make(source, guard); PENDING_{name}.set(Some(value)); {class}.call0() }}"
                )
            }
        };
        let _ = writeln!(
            table,
            "    Class {{ name: {name:?}, options: {arguments:?}, frozen: {frozen}, extra: Extra::{extra}, \
             create: |py, source, guard| {create} }},"
        );
    }
    let _ = write!(text, "pub static CLASSES: &[Class] = &[\n{table}];\n");
    text
}
