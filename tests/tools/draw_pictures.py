"""Draw the course's pictures again.

uv run python tests/tools/draw_pictures.py
"""

from __future__ import annotations

from pathlib import Path

from pictures import PICTURES

IMAGES = Path(__file__).parents[2] / "notebooks" / "images"


def main() -> None:
    """Write each picture that has changed."""
    for name, draw in PICTURES.items():
        path, text = IMAGES / f"{name}.svg", draw().svg()
        same = path.exists() and path.read_text(encoding="utf-8") == text
        if not same:
            path.write_text(text, encoding="utf-8", newline="\n")
        print(f"{path.name}: {'unchanged' if same else 'written'}")


if __name__ == "__main__":
    main()
