from collections.abc import Callable

class Session:
    """A session that calls a function when it is closed."""

    on_close: Callable[[], object] | None

    def __init__(self, on_close: Callable[[], object] | None) -> None: ...
    def close(self) -> None:
        """Close the session: call the function, once."""
