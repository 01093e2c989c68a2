"""`python -m rememberer_lite.envs.webshop.builtin`: the built-in shop as files."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from rememberer_lite.envs.webshop.builtin.shop import FILES, make_shop


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the three files of a built-in shop into a folder."""
    parser = argparse.ArgumentParser(
        prog="python -m rememberer_lite.envs.webshop.builtin", description=main.__doc__
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder; created if missing")
    parser.add_argument("--seed", type=int, default=0, help="which shop (default: 0)")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, content in zip(FILES, make_shop(options.seed), strict=True):
        text = json.dumps(content, indent=1, ensure_ascii=False)
        (options.out / name).write_text(text + "\n", encoding="utf-8")
    parser.exit(message=f"wrote {', '.join(FILES)} to {options.out}\n")


if __name__ == "__main__":
    main()
