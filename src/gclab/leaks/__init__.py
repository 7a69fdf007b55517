"""Questions about leaks, answered by measurement."""
