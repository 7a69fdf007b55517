"""The class that every tool builds, and what a tool needs beside it. Each round changes the number it returns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gclab.rust.sources import find_sources

if TYPE_CHECKING:
    from pathlib import Path

READ = "Node().version()"
_CLASS = """\
use pyo3_gc::prelude::*;

#[pyclass]
struct Node {
    #[pyo3(get, set)]
    next: Option<Py<PyAny>>,
}

#[pymethods]
impl Node {
    #[new]
    fn new() -> Self {
        Node { next: None }
    }
    fn version(&self) -> i32 {
        NUMBER
    }
}
"""
_MODULE = """
#[pymodule]
mod NAME {
    #[pymodule_export]
    use super::Node;
}
"""
_CYTHON = """\
cdef class Node:
    cdef public object next

    def version(self):
        return NUMBER
"""
_MANIFEST = """\
[package]
name = "{name}"
version = "0.1.0"
edition = "2024"

[lib]
crate-type = ["cdylib"]

[dependencies]
{dependencies}
[workspace]
"""
_PYPROJECT = """\
[build-system]
requires = ["maturin>=1.0,<2.0"]
build-backend = "maturin"

[project]
name = "{name}"
version = "0.1.0"
"""


def rust(number: int, module: str = "") -> str:
    """Return the class in Rust, with a module of this name for a tool that writes none itself."""
    return _CLASS.replace("NUMBER", str(number)) + (_MODULE.replace("NAME", module) if module else "")


def rust_with_header(number: int) -> str:
    """Return the class in Rust as rustimport reads it: the dependencies stand in comments at the top."""
    header = ["[package]", 'edition = "2024"', "[dependencies]", *dependencies().splitlines()]
    return "".join(f"//: {line}\n" for line in header) + rust(number)


def cython(number: int) -> str:
    """Return the class in Cython, which tells the collector by itself what the class owns."""
    return _CYTHON.replace("NUMBER", str(number))


def dependencies() -> str:
    """Write the dependencies of a cell, in the versions that cells get; every profile stays as it comes."""
    found = find_sources()
    path, features = json.dumps((found.root / "crates" / "pyo3-gc").as_posix()), json.dumps(found.features)
    return f'pyo3 = "={found.pyo3}"\npyo3-gc = {{ path = {path}, features = {features} }}\n'


def write_project(folder: Path, name: str) -> None:
    """Write a project for maturin, without the source, with the versions that cells get."""
    (folder / "src").mkdir(parents=True, exist_ok=True)
    (folder / "Cargo.toml").write_text(_MANIFEST.format(name=name, dependencies=dependencies()), encoding="utf-8")
    (folder / "Cargo.lock").write_text(find_sources().lock, encoding="utf-8")
    (folder / "pyproject.toml").write_text(_PYPROJECT.format(name=name), encoding="utf-8")
