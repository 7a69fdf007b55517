"""Rust in notebook cells, pictures of object graphs, and tools that find leaked reference cycles.

In a notebook, ``%load_ext gclab`` adds two magics. ``%%pyo3`` compiles a cell of Rust and imports it as a module;
``%%pyo3?`` lists its options. ``%pyo3`` lists and cleans what was built. ``import gclab`` gives the functions:

- `graph` draws objects and who owns whom, `compare` what changed between two pictures, `collector_steps` what a full
  collection would do, pass by pass.
- `probe` tells whether the collector frees a cycle through an object, `audit` whether an object reports what it owns;
  `audit_heap` looks at all objects, `watch` at what grows, `why` at what keeps an object alive.
- `isolated` runs code in a child interpreter, so that a crash or an endless loop is a result.

What gclab raises on purpose is a `GclabError`; each message says what is wrong and what to do. Importing this package
imports nothing heavy: each name is loaded at its first use.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gclab.errors import (
        BuildError,
        CellError,
        CompileError,
        FactoryError,
        GclabError,
        GraphError,
        IsolatedError,
        MachineError,
    )
    from gclab.graphs.compare import Comparison, compare
    from gclab.graphs.draw import ObjectGraph, graph
    from gclab.graphs.steps import CollectorSteps, collector_steps
    from gclab.ipython import load_ipython_extension, unload_ipython_extension
    from gclab.leaks.audit import Audit, audit
    from gclab.leaks.heap import HeapAudit, audit_heap
    from gclab.leaks.isolated import IsolatedResult, isolated
    from gclab.leaks.probe import ProbeResult, probe
    from gclab.leaks.watch import Report, Watch, watch
    from gclab.leaks.why import Why, why

__version__ = "0.1.0"

_HOME = {
    "Audit": "gclab.leaks.audit",
    "BuildError": "gclab.errors",
    "CellError": "gclab.errors",
    "CollectorSteps": "gclab.graphs.steps",
    "Comparison": "gclab.graphs.compare",
    "CompileError": "gclab.errors",
    "FactoryError": "gclab.errors",
    "GclabError": "gclab.errors",
    "GraphError": "gclab.errors",
    "HeapAudit": "gclab.leaks.heap",
    "IsolatedError": "gclab.errors",
    "IsolatedResult": "gclab.leaks.isolated",
    "MachineError": "gclab.errors",
    "ObjectGraph": "gclab.graphs.draw",
    "ProbeResult": "gclab.leaks.probe",
    "Report": "gclab.leaks.watch",
    "Watch": "gclab.leaks.watch",
    "Why": "gclab.leaks.why",
    "audit": "gclab.leaks.audit",
    "audit_heap": "gclab.leaks.heap",
    "collector_steps": "gclab.graphs.steps",
    "compare": "gclab.graphs.compare",
    "graph": "gclab.graphs.draw",
    "isolated": "gclab.leaks.isolated",
    "load_ipython_extension": "gclab.ipython",
    "probe": "gclab.leaks.probe",
    "unload_ipython_extension": "gclab.ipython",
    "watch": "gclab.leaks.watch",
    "why": "gclab.leaks.why",
}

__all__ = [
    "Audit",
    "BuildError",
    "CellError",
    "CollectorSteps",
    "Comparison",
    "CompileError",
    "FactoryError",
    "GclabError",
    "GraphError",
    "HeapAudit",
    "IsolatedError",
    "IsolatedResult",
    "MachineError",
    "ObjectGraph",
    "ProbeResult",
    "Report",
    "Watch",
    "Why",
    "audit",
    "audit_heap",
    "collector_steps",
    "compare",
    "graph",
    "isolated",
    "load_ipython_extension",
    "probe",
    "unload_ipython_extension",
    "watch",
    "why",
]


def __getattr__(name: str) -> object:
    """Load a public name at its first use (PEP 562)."""
    if name in _HOME:
        value = getattr(importlib.import_module(_HOME[name]), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module 'gclab' has no attribute {name!r}")


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *__all__})
