"""Published files of growing size: read, opened again, searched. Figures, and stated limits.

`pytest tests/benchmarks/test_bench_webshop_files.py -n 0` takes 1,000 and 5,000 products;
REMEMBERER_BENCH_PRODUCTS="20000 100000" takes these sizes as well.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from webshop_files import write_files

from rememberer_lite.envs.webshop import Catalogue

SIZES = [1_000, 5_000, *map(int, os.environ.get("REMEMBERER_BENCH_PRODUCTS", "").split())]


@pytest.mark.parametrize("products", SIZES)
def test_load_open_and_search(
    products: int, tmp_path: Path, figure: Callable[[str, object], None]
) -> None:
    files = write_files(tmp_path, products)
    spent = []
    for _ in range(2):
        started = process_time()
        shop = Catalogue.from_files(*files, index=True, progress=False)
        spent.append(process_time() - started)
    queries = [goal.instruction for goal in shop.goals[:40]]
    shop.search(queries[0])
    started = process_time()
    for query in queries:
        shop.search(query)
    search = (process_time() - started) / len(queries)
    name = f"published files, {products:,} products"
    figure(f"{name}: read", f"{spent[0]:.1f} s")
    figure(f"{name}: opened again", f"{spent[1]:.2f} s")
    figure(f"{name}: a search", f"{search * 1e3:.1f} ms")
    assert spent[1] < 2
    assert search < (0.02 if products <= 100_000 else 0.2)
