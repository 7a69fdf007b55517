"""Calls in progress: which references may lie on CPython's evaluation stack, where nothing can list them.

From CPython 3.11 on, a call from Python code to a Python function moves its arguments into the new frame. Calls that
pass through C (``map``, ``__init__``, properties, ``f(**names)``) and all calls of CPython 3.10 keep a second
reference to each argument. Nobody reports those; a count that they may explain must not be called unexplained.
"""

from __future__ import annotations

import dis
import gc
import inspect
import sys
from types import FunctionType
from typing import TYPE_CHECKING

from gclab.graphs import frames
from gclab.graphs.labels import is_a

if TYPE_CHECKING:
    from types import CodeType, FrameType

__all__ = [
    "called_plainly",
    "hidden_arguments",
    "in_expression",
    "in_native_call",
    "parameters",
    "pending_values",
    "rebound",
]

_RESUMED = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
_EXTRA_ARGUMENT = {"CALL_FUNCTION": 0, "CALL_METHOD": 0, "CALL": 0, "CALL_FUNCTION_KW": 1, "CALL_KW": 1}
_VARIABLE_LOADS = ("LOAD_FAST", "LOAD_NAME", "LOAD_GLOBAL", "LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_CLOSURE")
_STATEMENT_ENDS = ("STORE_", "DELETE_", "POP_TOP", "RETURN_", "RAISE_", "RESUME", "POP_JUMP_", "JUMP_", "END_FOR")


def parameters(code: CodeType) -> tuple[str, ...]:
    """Return the names of all parameters of a function, starred ones included."""
    flags = (inspect.CO_VARARGS, inspect.CO_VARKEYWORDS)
    starred = sum(bool(code.co_flags & flag) for flag in flags)
    return code.co_varnames[: code.co_argcount + code.co_kwonlyargcount + starred]


def hidden_arguments(frame: FrameType) -> tuple[str, ...]:
    """Return the parameters of a running function whose arguments its caller may hold a second time."""
    code = frame.f_code
    if code.co_flags & _RESUMED or not code.co_flags & inspect.CO_OPTIMIZED:
        return ()
    if sys.version_info >= (3, 11) and frame.f_back is not None and called_plainly(frame.f_back, code):
        return ()
    return parameters(code)


def in_native_call(caller: FrameType) -> bool:
    """Tell whether C code that the program of `caller` called is in progress: it may hold any object of it unseen."""
    frame: FrameType | None = caller
    while frame is not None:
        own = frame.f_globals is caller.f_globals and frame.f_code.co_flags & inspect.CO_OPTIMIZED
        back = frame.f_back
        if own and back and (sys.version_info < (3, 11) or not called_plainly(back, frame.f_code)):
            return True
        frame = back
    return False


def in_expression(caller: FrameType) -> bool:
    """Tell whether a function of the program of `caller` has half evaluated an expression: ``[*items, show(item)]``.

    A list, a tuple, a set or a dictionary in the making lies on the evaluation stack only.
    """
    own = (frame for frame in frames.chain(caller) if frame.f_globals is caller.f_globals)
    return any(pending_values(frame, {})[1] for frame in own)


def rebound(frame: FrameType, names: tuple[str, ...]) -> int:
    """Return how many of the parameters `names` a function assigns or deletes: its caller may hold the old value."""
    changes = ("STORE_FAST", "DELETE_FAST")
    steps = dis.get_instructions(frame.f_code)
    return len({step.argval for step in steps if step.opname.startswith(changes)} & set(names))


def called_plainly(caller: FrameType, code: CodeType) -> bool:
    """Tell whether the instruction that `caller` is at calls the function of `code` directly, not through C."""
    before, call = _up_to_call(caller)
    if call is None:
        return False
    if call.opname == "CALL_FUNCTION_EX":
        return sys.version_info >= (3, 12)
    extra = _EXTRA_ARGUMENT.get(call.opname)
    if extra is None:
        return False
    name = _callable_name(before, (call.arg or 0) + extra)
    if name is None:
        return False
    return name == code.co_name or _names_function(caller, name, code)


def _names_function(caller: FrameType, name: str, code: CodeType) -> bool:
    """Tell whether the variable `name` holds the function of `code` (under another name, or decorated)."""
    functions = {id(owner) for owner in gc.get_referrers(code) if is_a(owner, FunctionType)}
    return frames.values_of(caller).get(name) in functions


def _up_to_call(caller: FrameType) -> tuple[list[dis.Instruction], dis.Instruction | None]:
    """Return the instructions before the running one, and the running one."""
    done: list[dis.Instruction] = []
    for step in dis.get_instructions(caller.f_code):
        if step.offset > caller.f_lasti:  # from CPython 3.11 on, f_lasti may lie in the cache behind an instruction
            break
        if step.opname not in ("PRECALL", "CACHE"):
            done.append(step)
    return (done[:-1], done[-1]) if done else ([], None)


def _callable_name(before: list[dis.Instruction], arguments: int) -> str | None:
    """Walk back over the instructions that push the arguments, to the one that pushed the callable."""
    pushed, place = 0, len(before)
    while pushed < arguments and place:
        place -= 1
        pushed += _effect(before[place])
    while place and before[place - 1].opname == "PUSH_NULL":
        place -= 1
    if pushed != arguments or not place:
        return None
    name = before[place - 1].argval
    if isinstance(name, tuple):  # one instruction for two names, since CPython 3.13
        name = name[-1]
    return name if isinstance(name, str) else None


def _effect(step: dis.Instruction) -> int:
    return dis.stack_effect(step.opcode, step.arg, jump=False)


def pending_values(caller: FrameType, variables: dict[str, int]) -> tuple[list[int], int]:
    """Return what a half evaluated expression holds beside the call that `caller` is at: known ids, and a number.

    In ``show(editor, gclab.graph(editor))`` it is ``show`` and ``editor``. Straight code is assumed: behind a
    conditional expression the answer may be too small or too large.

    Args:
        caller: the frame to look at.
        variables: ids of the objects that its variables hold, by name.

    """
    before, call = _up_to_call(caller)
    if call is None or call.opname not in _EXTRA_ARGUMENT:
        return [], 0
    start = len(before)
    while start and not _ends_statement(before, start - 1):
        start -= 1
    stack: list[int | None] = []
    if start and before[start - 1].opname == "STORE_FAST_LOAD_FAST":
        stack.append(variables.get(before[start - 1].argval[-1]))
    for step in before[start:]:
        _run(step, stack, variables)
    pending = stack[: max(0, len(stack) - _consumed(call))]
    return [key for key in pending if key is not None], pending.count(None)


def _ends_statement(steps: list[dis.Instruction], place: int) -> bool:
    """Tell whether nothing of an expression is left after an instruction; ``(name := value)`` keeps a copy."""
    copied = place > 0 and steps[place - 1].opname in ("COPY", "DUP_TOP")
    return not copied and steps[place].opname.startswith(_STATEMENT_ENDS)


def _run(step: dis.Instruction, stack: list[int | None], variables: dict[str, int]) -> None:
    """Do to `stack` what `step` does; None stands for a value that is not known, 0 for one that is never drawn."""
    change = _effect(step)
    if step.opname.startswith(_VARIABLE_LOADS):
        names = step.argval if isinstance(step.argval, tuple) else (step.argval,)
        known = [variables.get(name) for name in names]
        stack += [0] * (change - len(known)) + known
    elif step.opname in ("LOAD_CONST", "PUSH_NULL", "LOAD_SMALL_INT", "KW_NAMES"):
        stack += [0] * change
    elif step.opname in ("LOAD_METHOD", "LOAD_ATTR") and change == 1:
        stack.insert(len(stack) - 1, 0)  # the function, below the object that it is called on
    elif change > 0:
        stack += [None] * change
    elif step.opname.startswith("STORE_"):
        del stack[change:]
    else:
        del stack[max(0, len(stack) + change - 1) :]
        stack.append(None)


def _consumed(call: dis.Instruction) -> int:
    """Return how many stack entries a call takes: its arguments, the callable, and its second slot if any."""
    slots = 1 if call.opname in ("CALL_FUNCTION", "CALL_FUNCTION_KW") else 2
    return (call.arg or 0) + _EXTRA_ARGUMENT[call.opname] + slots
