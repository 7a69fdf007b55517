"""What a class costs in the library's size and in compile time: derived hooks beside hooks written by hand."""

from __future__ import annotations

import resource
import shutil
import time
from statistics import median
from typing import TYPE_CHECKING

from extension import ROOT, cargo
from results import Bar, Table, Value, progress

if TYPE_CHECKING:
    from pathlib import Path

VERSIONS = ("derived", "by_hand", "no_hooks")
MANIFEST = """\
[package]
name = "{name}"
version = "0.0.0"
edition = "2024"
[lib]
crate-type = ["cdylib"]
[dependencies]
pyo3 = "0.30.1"
pyo3-gc = {{ path = "{pyo3_gc}" }}
[profile.release]
strip = true
[workspace]
"""
CLASS = """\
#[ATTRIBUTE]
pub struct ClassNUMBER {
    name: String,
    on_close: Option<Py<PyAny>>,
    owner: Py<PyAny>,
    children: Vec<Py<PyAny>>,
    weights: Vec<f64>,
}
#[pymethods]
impl ClassNUMBER {
    #[new]
    fn new(owner: Py<PyAny>) -> Self {
        Self { name: String::new(), on_close: None, owner, children: Vec::new(), weights: Vec::new() }
    }
    fn describe(&self) -> String {
        format!("{} NUMBER {:?}", self.name, self.weights)
    }
HOOKS}
"""
HOOKS = """\
    fn __traverse__(&self, visit: pyo3::PyVisit<'_>) -> Result<(), pyo3::PyTraverseError> {
        visit.call(&self.on_close)?;
        visit.call(&self.owner)?;
        for child in &self.children {
            visit.call(child)?;
        }
        Ok(())
    }
    fn __clear__(&mut self) {
        self.on_close = None;
        self.children.clear();
    }
"""


class Project:
    """A crate with a number of classes that differ only in their names."""

    def __init__(self, folder: Path, version: str, number: int) -> None:
        self.folder = folder / f"{version}_{number}"
        self.target = folder / "target"
        (self.folder / "src").mkdir(parents=True)
        name = f"{version}_{number}"
        manifest = MANIFEST.format(name=name, pyo3_gc=ROOT / "crates" / "pyo3-gc")
        (self.folder / "Cargo.toml").write_text(manifest)
        shutil.copy(ROOT / "Cargo.lock", self.folder / "Cargo.lock")
        (self.folder / "src" / "lib.rs").write_text(source(name, version, number))
        self.library = self.target / "release" / f"lib{name}.so"

    def seconds(self) -> tuple[float, float]:
        """Compile the crate alone, and say how long that took: on the clock, and on all processors together."""
        (self.folder / "src" / "lib.rs").touch()
        started, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        cargo("build", "--release", "--target-dir", str(self.target), folder=self.folder)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return time.perf_counter() - started, worked


def source(name: str, version: str, number: int) -> str:
    """Write the classes and their module."""
    attribute = "pyo3_gc::pyclass" if version == "derived" else "pyo3::pyclass"
    one = CLASS.replace("ATTRIBUTE", attribute).replace("HOOKS", HOOKS if version == "by_hand" else "")
    text = "".join(one.replace("NUMBER", str(index)) for index in range(number))
    exports = "".join(f"    #[pymodule_export]\n    use super::Class{index};\n" for index in range(number))
    return f"use pyo3::prelude::*;\n{text}#[pymodule]\nmod {name} {{\n{exports}}}\n"


def classes(folder: Path, number: int, rounds: int) -> tuple[list[Table], list[Bar]]:
    """Build each version with so many classes and with twice as many, in turns: the difference is their own cost."""
    projects = {
        (version, count): Project(folder, version, count) for version in VERSIONS for count in (number, 2 * number)
    }
    times: dict[tuple[str, int], list[tuple[float, float]]] = {key: [] for key in projects}
    for turn in range(rounds + 1):
        for key, project in projects.items():
            progress(f"round {turn} of {rounds}: {' '.join(map(str, key))} classes")
            taken = project.seconds()
            if turn:  # the first one compiles the dependencies too
                times[key].append(taken)
    progress("")
    rows: list[tuple[Value, ...]] = []
    for version in VERSIONS:
        once, twice = (projects[version, count].library.stat().st_size for count in (number, 2 * number))
        few, many = (medians(times[version, count]) for count in (number, 2 * number))
        cost = [1000 * (long - short) / number for short, long in zip(few, many, strict=True)]
        rows.append((version, round((twice - once) / number), *cost))
    table = Table(
        f"A class of five fields and two methods, release build, from {number} and {2 * number} classes",
        ("hooks", "bytes in the library", "milliseconds to compile", "of all processors"),
        tuple(rows),
    )
    return [table], []


def medians(times: list[tuple[float, float]]) -> tuple[float, float]:
    """Return the median of each kind of time."""
    clock, processors = zip(*times, strict=True)
    return median(clock), median(processors)
