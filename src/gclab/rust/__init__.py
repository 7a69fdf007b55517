"""From the text of a notebook cell to an imported extension module."""
