"""The class does what it says, and hides nothing from Python's garbage collector."""

import {name}


def test_closing_calls_the_function_once():
    calls = []
    session = {name}.Session(lambda: calls.append("closed"))
    session.close()
    session.close()
    assert calls == ["closed"]
    assert session.on_close is None


def test_a_session_takes_part_in_garbage_collection(gc_audit):
    # `gc_audit` comes with gclab. It gives `Session` a fresh object to own, and fails with an explanation and the
    # smallest cycle if the session does not report it, or reports it twice. One line for each class that owns objects.
    gc_audit({name}.Session)
