"""The query files: one statement each, its parameters in the header, its name the file's."""

from importlib.resources import files


def load(folder: str) -> dict[str, str]:
    """Return the text of every query in the folder, by name."""
    paths = (files("sql") / "queries" / folder).iterdir()
    return {path.name.removesuffix(".sql"): path.read_text("utf-8") for path in paths}
