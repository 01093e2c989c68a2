"""The memory on disk.

| File | Holds |
|---|---|
| `memory_file` | one readable file for a memory, written whole or not at all |
| `memory_text` | the text of that file, record by record |
| `oddities` | oddities in such a file that do not prevent reading it |
| `files` | files read and written whole, and the error for what goes wrong |
| `beside` | the names of files beside another |
| `plain_json`, `plain_yaml` | JSON and YAML from outside, within limits |
| `decoding` | plain values as dataclasses, each field checked against its type hint |
| `log` | the loggers, whose messages steer no terminal |
| `locks` | one writer of a file at a time |
| `journal_lines` | the lines of a journal, read one by one |
| `jsonlines` | a journal of JSON lines, for checkpoints and recordings |
| `published` | the experience pools of the published code, read without running them |
| `publishing` | a memory written as such a pool |
"""

from rememberer_lite.storage.files import (
    StorageError,
    as_path,
    exists,
    read_json,
    read_text,
    write_whole,
)
from rememberer_lite.storage.jsonlines import JsonLines
from rememberer_lite.storage.locks import locked
from rememberer_lite.storage.memory_file import as_text, fingerprint, load, save
from rememberer_lite.storage.memory_text import FORMAT, VERSION
from rememberer_lite.storage.published import load_published_pool
from rememberer_lite.storage.publishing import save_published_pool

__all__ = [
    "FORMAT",
    "VERSION",
    "JsonLines",
    "StorageError",
    "as_path",
    "as_text",
    "exists",
    "fingerprint",
    "load",
    "load_published_pool",
    "locked",
    "read_json",
    "read_text",
    "save",
    "save_published_pool",
    "write_whole",
]
