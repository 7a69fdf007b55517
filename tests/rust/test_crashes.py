"""Whatever Rust code in a cell does, somebody says what happened: the kernel, or `gclab.isolated`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

import gclab

if TYPE_CHECKING:
    from tests.rust.conftest import Compile

TEXT = """\
use pyo3::prelude::*;

#[pyclass]
#[derive(Clone, Copy)]
struct Thing;

#[pymethods]
impl Thing {
    #[new]
    fn new() -> Self { Thing }
    fn __reduce__(slf: Bound<'_, Thing>) -> (Py<PyAny>, ()) { (slf.get_type().into_any().unbind(), ()) }
}

#[pyfunction]
fn number() -> i32 { NUMBER }
#[pyfunction]
fn take(_thing: PyRef<'_, Thing>) {}
#[pyfunction]
fn panic() { panic!("this is odd") }
#[pyfunction]
fn abort() { std::process::abort() }
#[pyfunction]
fn overflow(depth: u64) -> u64 {
    let filled = [depth; 64];
    overflow(std::hint::black_box(depth) + 1) + filled[(depth % 64) as usize]
}
#[pyfunction]
fn invalid() -> u64 { unsafe { std::hint::black_box(std::ptr::null::<u64>()).read_volatile() } }
#[pyfunction]
fn spin() { loop { std::hint::spin_loop() } }
#[pyfunction]
fn allocate(bytes: usize) -> usize { vec![1_u8; bytes].len() }
"""
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are those of POSIX")


@pytest.fixture
def crashes(compile_cell: Compile) -> Any:  # noqa: ANN401
    module = compile_cell(TEXT.replace("NUMBER", "1"), "crashes").module
    assert module is not None
    return module


def call(name: str, *args: object) -> object:
    import crashes  # type: ignore[import-not-found] # noqa: PLC0415 - a function travels alone

    print("before")  # noqa: T201 - to see that it is not lost
    return getattr(crashes, name)(*args)


def test_a_panic_is_an_exception_in_this_process(crashes: Any, capfd: pytest.CaptureFixture[str]) -> None:  # noqa: ANN401
    with pytest.raises(BaseException, match="this is odd") as caught:
        crashes.panic()
    assert f"{caught.type.__module__}.{caught.type.__qualname__}" == "pyo3_runtime.PanicException"
    assert not isinstance(caught.value, Exception)
    assert "panicked at crashes.rs:20:" in capfd.readouterr().err


@pytest.mark.usefixtures("crashes")
def test_a_panic_in_a_child_is_the_same_exception() -> None:
    result = gclab.isolated(call, "panic")
    assert (result.error, result.message) == ("pyo3_runtime.PanicException", "this is odd")
    shown = str(result).splitlines()
    assert shown[:5] == [
        "isolated: raised pyo3_runtime.PanicException: this is odd",
        "--- output ---",
        "before",
        "--- error output ---",
        "thread '<unnamed>' panicked at crashes.rs:20:14:",
    ]


@posix
@pytest.mark.usefixtures("crashes")
@pytest.mark.parametrize(
    ("name", "args", "signal"),
    [("abort", (), "SIGABRT"), ("overflow", (1,), "SIGSEGV"), ("invalid", (), "SIGSEGV")],
)
def test_a_crash_is_named(name: str, args: tuple[object, ...], signal: str) -> None:
    result = gclab.isolated(call, name, *args)
    assert (result.signal, result.stdout, result.ok) == (signal, "before\n", False)
    assert str(result).endswith('  File "<isolated>", line 5 in call')
    assert str(result) == str(gclab.isolated(call, name, *args)), "it is the same in every run"


@pytest.mark.usefixtures("crashes")
def test_a_loop_that_holds_the_interpreters_lock_times_out() -> None:
    result = gclab.isolated(call, "spin", timeout=0.5)
    assert (result.timed_out, result.stdout) == (True, "before\n")
    assert '  File "<isolated>", line 5 in call' in result.traceback


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the address space")
@pytest.mark.usefixtures("crashes")
def test_rust_aborts_where_memory_ends() -> None:
    result = gclab.isolated(call, "allocate", 1 << 32, memory=1 << 29)
    assert result.signal == "SIGABRT"
    assert "memory allocation of 4294967296 bytes failed" in result.stderr
    assert gclab.isolated(call, "allocate", 1 << 20, memory=1 << 29).value == 1 << 20


def test_each_build_is_found_by_its_name(crashes: Any, compile_cell: Compile) -> None:  # noqa: ANN401
    """The current one by the plain name, all of them by their numbers, and they are told apart as in this process."""
    newer = compile_cell(TEXT.replace("NUMBER", "2"), "crashes").module
    assert newer is not None

    def numbers() -> tuple[object, ...]:
        import importlib  # noqa: PLC0415 - a function travels alone

        import crashes  # noqa: PLC0415

        first, second = (importlib.import_module(f"crashes@{number}") for number in (1, 2))
        try:
            crashes.take(first.Thing())
        except TypeError as error:
            message = str(error)
        return first.number(), second.number(), crashes.number(), second.Thing is crashes.Thing, message

    found = gclab.isolated(numbers)
    assert found.check().value == (1, 2, 2, True, "'Thing@1' object is not an instance of 'Thing'")
    assert compile_cell(TEXT.replace("NUMBER", "1"), "crashes").module is crashes
    assert gclab.isolated(call, "number").value == 1


def test_objects_of_a_cell_travel_both_ways(crashes: Any) -> None:  # noqa: ANN401
    def back(thing: object) -> object:
        return [thing]

    (thing,) = gclab.isolated(back, crashes.Thing()).check().value
    assert type(thing) is crashes.Thing


@pytest.mark.usefixtures("crashes")
def test_a_module_for_another_python_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gclab.leaks.isolated.ABI", "cpython-27")
    result = gclab.isolated("import crashes")
    assert result.error == "ImportError"
    assert result.message == "crashes was built for another Python (cpython-27): its cell must be built by this one."
    assert result.traceback.count("File ") == 1


@pytest.mark.usefixtures("crashes")
def test_a_library_that_is_gone_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gclab.rust.loader.libraries", lambda: {"crashes": "gone.so"})
    assert (
        gclab.isolated("import crashes").message == "the library of crashes is gone from the cache: run its cell again."
    )
