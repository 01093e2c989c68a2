"""Files that belong to another file, and are kept beside it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

#: bytes that a name may have
_LONGEST = 255


def beside(path: Path, ending: str) -> Path:
    """The file beside another one with its name and an ending; a name too long for that is cut.

    >>> beside(Path("runs/shop.json"), ".damaged").as_posix()
    'runs/shop.json.damaged'
    >>> beside(Path("runs", "n" * 255), ".damaged").name
    'nnnnnnnnnnnnnnnnnnnn.3bb555e4.damaged'
    """
    name = path.name
    data = name.encode("utf-8", "backslashreplace")
    if len(data) + len(ending) > _LONGEST:
        name = f"{name[:20]}.{sha256(data).hexdigest()[:8]}"
    return path.parent / f"{name}{ending}"
