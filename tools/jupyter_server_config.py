"""JupyterLab for the book: its pages open as notebooks, and nothing outside this machine is asked for news."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

c = get_config()  # type: ignore[name-defined] # noqa: F821 - Jupyter gives its configuration files this name
c.ServerApp.root_dir = str(ROOT)
c.LabApp.default_url = "/lab/tree/notebooks/01-first-leak.md"
c.LabApp.app_settings_dir = str(ROOT / "tools" / "lab")
