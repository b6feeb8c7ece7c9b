"""Where scenarios are found: the shipped ones by name, any other by its path."""

from contextlib import suppress
from pathlib import Path

from abm.errors import Problem, ScenarioError
from abm.scenario.declared import nearest
from abm.scenario.documents import Document, Place

FOLDERS = {
    "scenario": "",
    "experiment": "experiments",
    "policy": "policies",
    "calibration": "calibrations",
    "ensemble": "ensembles",
}
"""Where the shipped files of a kind lie, below the folder of the scenarios."""

TABLES = ("ensemble",)
"""Kinds that are tables, not texts."""

_PACKAGE = Path(__file__).resolve().parents[1]


def scenario_folder(package: Path = _PACKAGE) -> Path:
    """Folder of the shipped scenarios.

    An installed wheel carries them inside the package; in a checkout, and so in an editable
    install, they are the folder ``scenarios`` beside it.
    """
    installed = package / "_scenarios"
    return installed if installed.is_dir() else package.parent / "scenarios"


def shipped(kind: str = "scenario") -> dict[str, Path]:
    """Files of the shipped scenarios, or of another kind, by name, in the order of the names."""
    files = (scenario_folder() / FOLDERS[kind]).glob("*.parquet" if kind in TABLES else "*.toml")
    return {path.stem: path for path in sorted(files)}


def find(name_or_path: str | Path, beside: Document | None = None, kind: str = "scenario") -> Path:
    """The file that a name or a path means.

    Args:
        name_or_path: a path that ends in ``.toml``, or the name of a shipped scenario.
        beside: the file that extends it; a relative path starts from that file's folder.
        kind: what is looked for: a key of `FOLDERS`.

    Raises:
        ScenarioError: if there is no such file or no such name.
    """
    text = str(name_or_path)
    folder = Path() if beside is None else beside.path.parent
    is_path = text.endswith(".toml")
    path = _file(folder, text) if is_path else shipped(kind).get(text)
    if path is not None:
        return path
    message = "there is no such file" if is_path else f"there is no shipped {kind} of this name"
    other = next((name for name in FOLDERS if text in shipped(name)), "")
    if other and not is_path:
        message += f"; it is the name of {'an' if other[0] in 'aeio' else 'a'} {other}"
    place = Place(text) if beside is None else beside.place(("extends",))
    key, value = ("", None) if beside is None else ("extends", text)
    raise ScenarioError(
        [
            Problem(
                place.file,
                place.line,
                key,
                value,
                message,
                allowed="" if is_path else ", ".join(shipped(kind)),
                suggestion=_meant(text, folder, kind),
            )
        ]
    )


def _file(folder: Path, text: str) -> Path | None:
    """The file at a path; none too if the path is one that no system has."""
    with suppress(OSError, ValueError, RuntimeError):  # too long, a null byte, nobody's home
        path = folder / Path(text).expanduser()
        return path if path.is_file() else None
    return None


def _meant(text: str, folder: Path, kind: str) -> str:
    """A file of that name, which lacks its ending here, or the shipped one most like it."""
    name = Path(text).stem if text.endswith(".toml") else text
    neighbour = f"{name}.toml"
    return neighbour if _file(folder, neighbour) else nearest(name, shipped(kind))
