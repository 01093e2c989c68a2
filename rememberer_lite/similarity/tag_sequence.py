"""Screens as sequences of tags, compared by their longest common subsequence."""

from __future__ import annotations

import re
import sys
from collections.abc import Hashable, Sequence
from threading import Lock

import numpy as np

from rememberer_lite.similarity.parts import Part, Scores
from rememberer_lite.state import SettingError, State

#: items of the longest sequence that `lcs` compares (two of them take about a tenth of a second)
LONGEST = 100_000
#: tags of a screen that `TagSequence` compares; a query is compared with every stored screen
MOST_TAGS = 10_000
# A code is given out once for each tag, so one lock is enough for all; a part without a lock of
# its own can be copied and sent to another process.
_NEW_CODE = Lock()


def lcs(a: Sequence[Hashable], b: Sequence[Hashable]) -> float:
    """The longest common subsequence of two sequences, as a share of the longer one.

        f_o(o, o') = |LCS(o, o')| / max(|o|, |o'|)

    Args:
        a, b: sequences of anything that can be hashed: tags, words, characters.

    Returns:
        0.0 (nothing in common) to 1.0 (equal; also for two empty sequences).

    Raises:
        SettingError: if a sequence is longer than `LONGEST`: the time grows with |a| · |b|.

    Source: paper, section 4.1 (WikiHow's observation similarity, on HTML tags).

    >>> lcs(["p", "img", "p"], ["p", "p", "div", "div"])
    0.5
    """
    longer = max(len(a), len(b))
    if longer > LONGEST:
        raise SettingError(
            f"lcs takes time in proportion to |a| · |b|, and sequences of at most {LONGEST:,} "
            f"items, not {longer:,}: compare shorter pieces, or words instead of characters"
        )
    from rapidfuzz.distance import LCSseq  # a slow import, used only for screens

    return LCSseq.similarity(a, b) / longer if longer else 1.0


class TagSequence(Part):
    """f_o on WikiHow: the longest common subsequence of two screens' HTML tags.

    Lines that open no tag are left out; two empty screens are equal. Only the first `MOST_TAGS`
    tags of a screen count.

    Raises:
        SettingError: after more than a million different tags.

    Source: paper, section 4.1; see `lcs`.

    >>> from rememberer_lite.similarity import Similarity, TextEmbedding
    >>> similar = Similarity(task=TextEmbedding(), observation=TagSequence())
    >>> a, b = State("t", '<p id="0">\\n<hr>'), State("t", "<hr>")
    >>> similar(a, b).observation_similarity
    0.5
    """

    symmetric = True
    # no line break among the leading spaces: each empty line would be read again and again
    _tag = re.compile(r"^[^\S\n]*<([A-Za-z][^\s/>]*)", re.MULTILINE)

    def __init__(self) -> None:
        # one character for each tag: a string of them is compared three times as fast as a list
        self._codes: dict[str, str] = {}

    def tags(self, state: State) -> list[str]:
        """The screen's tags by name, in order."""
        return self._tag.findall(state.observation)[:MOST_TAGS]

    def feature(self, state: State) -> str:
        """The screen's tags, one character each."""
        tags = self.tags(state)
        for tag in dict.fromkeys(tags):
            if tag not in self._codes:
                self._new_code(tag)
        return "".join(map(self._codes.__getitem__, tags))

    def _new_code(self, tag: str) -> None:
        with _NEW_CODE:  # no two threads may find the same number free
            number = len(self._codes) + 1
            if number > sys.maxunicode:
                raise SettingError(
                    f"{self!r} has seen {len(self._codes):,} different tags and has no code "
                    "left: make a new one, and check whether these pages are HTML at all"
                )
            self._codes.setdefault(tag, chr(number))

    def scores(self, query: str, packed: Sequence[str]) -> Scores:
        """|LCS| / longer length, for each stored screen."""
        from rapidfuzz.distance import LCSseq
        from rapidfuzz.process import cdist

        # rapidfuzz's normalized similarity is exactly that, 1 for two empty sequences
        scores = cdist([query], packed, scorer=LCSseq.normalized_similarity, dtype=np.float32)
        return np.asarray(scores[0], dtype=np.float32)

    def __repr__(self) -> str:
        return "TagSequence()"
