"""Files in WebShop's published form, of any size: `python tests/webshop_files.py FOLDER 100000`."""

from __future__ import annotations

import gzip
import json
import random
import sys
from pathlib import Path
from typing import IO, Any

from rememberer_lite.envs.webshop.builtin import make_shop

#: the letters of made-up words: a large shop has many words that few products share
_SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe qui ro su ta ve wi xo zu".split()


def _word(rng: random.Random) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 4)))


def write_files(
    folder: Path, products: int, seed: int = 0, compressed: bool = False, instructions: int = 500
) -> tuple[Path, Path, Path]:
    """Items, attributes and human instructions; each product is one of the built-in shop, varied.

    Args:
        folder: where the three files are written.
        products: how many products.
        seed: draws what varies.
        compressed: with gzip, and ".gz" at the end of each name.
        instructions: how many products have an instruction.
    """
    made, notes, human = make_shop(seed)
    rng = random.Random(seed)
    common = [_word(rng) for _ in range(3000)]
    ending = ".json.gz" if compressed else ".json"
    names = ("items_shuffle", "items_ins_v2", "items_human_ins")
    paths = tuple(folder / f"{name}{ending}" for name in names)
    told: dict[str, Any] = {}
    with _open(paths[0]) as items, _open(paths[1]) as attributes:
        items.write("[\n")
        attributes.write("{\n")
        for number in range(products):
            like = made[number % len(made)]
            asin = f"B{number:09d}" if number >= len(made) else like["asin"]
            words = [rng.choice(common) for _ in range(6)] + [_word(rng)]
            entry = {
                **like,
                "asin": asin,
                "name": f"{like['name']} {' '.join(words)}",
                "full_description": f"{like.get('full_description') or ''} {' '.join(words[::-1])}",
            }
            comma = "," if number else " "
            items.write(f"{comma}{json.dumps(entry)}\n")
            note = notes.get(like["asin"], {"attributes": []})
            attributes.write(f"{comma}{json.dumps(asin)}: {json.dumps(note)}\n")
            written = human.get(like["asin"])
            if written and len(told) < instructions:
                told[asin] = written
        items.write("]\n")
        attributes.write("}\n")
    with _open(paths[2]) as file:
        json.dump(told, file)
    return paths[0], paths[1], paths[2]


def _open(path: Path) -> IO[str]:
    if path.suffix == ".gz":
        return gzip.open(path, "wt", encoding="utf-8", compresslevel=1)
    return path.open("w", encoding="utf-8")


if __name__ == "__main__":
    print(*write_files(Path(sys.argv[1]), int(sys.argv[2])))
