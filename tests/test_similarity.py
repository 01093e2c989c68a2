"""How alike two states are: against a plain LCS, the recorded matrices, and itself."""

from __future__ import annotations

import copy
import json
import pickle
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.envs.webshop import WEBSHOP
from rememberer_lite.envs.wikihow import WIKIHOW
from rememberer_lite.memory.index import Index
from rememberer_lite.similarity import (
    Part,
    PatternTable,
    Scores,
    Similarity,
    TagSequence,
    TextEmbedding,
    Vectors,
    from_function,
    hashed_text,
    lcs,
)
from rememberer_lite.similarity.encoder import BUCKETS, COMMON
from rememberer_lite.similarity.tag_sequence import LONGEST, MOST_TAGS
from rememberer_lite.similarity.text_embedding import PORTION
from rememberer_lite.state import SettingError, State

# The two tables as the paper's supplement gives them; the domains hold their own.
STEPS = ["search", "article", "author", "category", "reference", "about"]
STEP_TABLE = [
    [1.0, 0.1, 0.0, 0.0, 0.0, 0.0],
    [0.1, 1.0, 0.3, 0.3, 0.0, 0.0],
    [0.0, 0.3, 1.0, 0.8, 0.3, 0.3],
    [0.0, 0.3, 0.8, 1.0, 0.3, 0.3],
    [0.0, 0.0, 0.3, 0.3, 1.0, 0.8],
    [0.0, 0.0, 0.3, 0.3, 0.8, 1.0],
]
PAGES = ["search", "results", "item", "other"]
PAGE_TABLE = [
    [1.0, 0.0, 0.0, 0.0],
    [0.0, 1.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, 0.3],
    [0.0, 0.0, 0.3, 1.0],
]


def step_pattern(state: State) -> str:
    starts = {
        "Access the article": "article",
        "Check the author page": "author",
        "Access the page of category": "category",
        "Check the reference list": "reference",
        "Access the about page": "about",
    }
    if not state.instruction:
        return "search"
    return next((v for k, v in starts.items() if state.instruction.startswith(k)), "unknown")


def page_pattern(state: State) -> str:
    actions = state.actions
    if actions == ("search",):
        return "search"
    if "buy now" in actions:
        return "item"
    if "next >" in actions:
        return "results"
    return "other" if actions == ("back to search", "< prev") else "unknown"


def wikihow(weight: float = 0.5) -> Similarity:
    return Similarity(PatternTable(step_pattern, STEPS, STEP_TABLE), TagSequence(), weight)


def webshop(weight: float = 0.5) -> Similarity:
    return Similarity(TextEmbedding(), PatternTable(page_pattern, PAGES, PAGE_TABLE), weight)


# ---- the longest common subsequence


def plain_lcs(a: Sequence[object], b: Sequence[object]) -> int:
    """The textbook recursion as a table."""
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = (
                table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
            )
    return table[len(a)][len(b)]


TAGS = st.lists(st.sampled_from(["p", "div", "img", "button", "input"]), max_size=12)


@given(TAGS, TAGS)
def test_lcs_is_the_textbook_one(a: list[str], b: list[str]) -> None:
    expected = plain_lcs(a, b) / max(len(a), len(b)) if a or b else 1.0
    assert lcs(a, b) == pytest.approx(expected)


def test_lcs_of_a_known_pair() -> None:
    assert lcs("ABCBDAB", "BDCABA") == pytest.approx(4 / 7)  # BCBA, say
    assert lcs([], []) == 1.0
    assert lcs([], ["p"]) == 0.0


def screen(tags: Sequence[str]) -> str:
    return "\n".join(f'<{tag} id="{i}" clickable="true">' for i, tag in enumerate(tags))


@given(TAGS, TAGS)
def test_tag_sequence_is_the_lcs_of_the_tags(a: list[str], b: list[str]) -> None:
    compared = wikihow()(State("t", screen(a)), State("t", screen(b)))
    assert compared.observation_similarity == np.float32(lcs(a, b))


def test_tag_sequence_reads_tags_only() -> None:
    part = TagSequence()
    lines = '<button alt="a < b" id="0"></button>\n  <img id="1">\n</div>\nplain text\n<hr/>'
    assert part.feature(State("t", lines)) == part.feature(State("t", "<button>\n<img>\n<hr>"))


def test_defect_28_tags_without_a_space_and_empty_screens_compare() -> None:
    similarity = wikihow(weight=0.0)
    assert similarity(State("t", "<hr>\n<p>"), State("t", '<hr id="1">\n<p>')).similarity == 1.0
    assert similarity(State("t", ""), State("t", "")).similarity == 1.0
    assert similarity(State("t", ""), State("t", "<p>")).similarity == 0.0


# ---- the recorded matrices


@pytest.fixture(scope="module")
def traces(reference_data: Path) -> dict[str, Any]:
    path = reference_data / "memory_traces.json"
    return json.loads(path.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def matrix(similarity: Similarity, states: Sequence[State], part: int | None = None) -> Scores:
    """All pairs, [query, key]: of the mix, or of one part."""
    index = Index(similarity)
    for state in states:
        index.add(state)
    rows = []
    for state in states:
        mix, parts = index.score(state)
        rows.append(mix if part is None else parts[part])
    return np.array(rows)


@pytest.mark.parametrize("similarity", [wikihow(), WIKIHOW.similarity()], ids=["here", "domain"])
def test_wikihow_matrices_equal_the_recorded_ones(
    traces: dict[str, Any], similarity: Similarity
) -> None:
    keys = traces["families"]["wikihow"]["states"]
    states = [State(task, screen, instruction=step) for screen, task, step in keys]
    recorded = {k: np.array(v) for k, v in traces["similarities"].items()}
    assert np.array_equal(matrix(similarity, states, 1), recorded["lcs"].astype(np.float32))

    # left out: steps to the reference list (defect 7), and unknown steps beside themselves,
    # which are alike here by design
    reference = np.array([step_pattern(s) == "reference" for s in states])
    unknown = np.array([step_pattern(s) == "unknown" for s in states])
    same = ~(reference[:, None] | reference) & ~np.diag(unknown)
    assert same.mean() > 0.6
    for part, name in [(0, "inspat"), (None, "lcs+inspat")]:
        ours = matrix(similarity, states, part)
        assert np.array_equal(ours[same], recorded[name].astype(np.float32)[same])
        assert not np.array_equal(ours, recorded[name].astype(np.float32))


@pytest.mark.parametrize("similarity", [webshop(), WEBSHOP.similarity()], ids=["here", "domain"])
def test_webshop_matrix_equals_the_recorded_one(
    traces: dict[str, Any], similarity: Similarity
) -> None:
    keys = traces["families"]["webshop"]["states"]
    states = [State(task, page, tuple(third.splitlines())) for page, task, third in keys]
    recorded = np.array(traces["similarities"]["pgpat"], dtype=np.float32)
    ours = matrix(similarity, states, 1)

    # left out: results pages that the published matcher does not know for one (defect 8), and
    # unknown pages beside themselves
    missed = np.array([page_pattern(s) == "results" for s in states]) & (np.diag(recorded) == 0)
    unknown = np.array([page_pattern(s) == "unknown" for s in states])
    same = ~(missed[:, None] | missed) & ~np.diag(unknown)
    assert same.mean() > 0.2
    assert np.array_equal(ours[same], recorded[same])
    assert missed.any()
    assert (np.diag(ours)[missed] == 1.0).all()


def test_defect_01_the_key_s_page_is_scored() -> None:
    item, results = ("back to search", "buy now"), ("back to search", "next >", "b07a")
    similarity = webshop(weight=0.0)
    assert similarity(State("t", "1", item), State("t", "2", item)).similarity == 1.0
    assert similarity(State("t", "1", item), State("t", "2", results)).similarity == 0.0


def test_defect_07_a_reference_step_is_known_to_its_table() -> None:
    here, there = (State("t", f"<p>{i}", instruction="Check the reference list") for i in (1, 2))
    assert wikihow(weight=1.0)(here, there).similarity == 1.0


def test_a_state_of_unknown_pattern_is_like_itself_alone() -> None:
    odd = State("t", "1", ("?",))
    others = [State("t", "2", ("?",)), State("u", "1", ("?",)), State("t", "1", ("search",))]
    scores = matrix(webshop(), [odd, *others], 1)[0]
    assert scores.tolist() == [1.0, 0.0, 0.0, 0.0]


def test_a_pattern_table_of_the_wrong_shape_is_refused() -> None:
    with pytest.raises(SettingError, match=r"shape \(2, 2\), not \(1, 2\).*one row"):
        PatternTable(page_pattern, ["search", "item"], [[1.0, 0.0]])


# ---- text


def test_texts_are_the_nearer_the_more_they_share() -> None:
    texts = ["red leather shoe", "red leather shoes", "red dress", "green tea"]
    vectors = hashed_text(texts)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0)
    cosines = vectors @ vectors[0]
    assert cosines[1] > cosines[2] > cosines[3]
    assert cosines[3] == 0.0


def test_what_is_asked_outweighs_how_it_is_asked() -> None:
    a, b, c = hashed_text(
        ["i am looking for a yoga mat", "i am looking for a sofa", "find me a yoga mat please"]
    )
    assert a @ c > 0.9
    assert a @ b < 0.1


@given(st.text(), st.text())
def test_any_text_has_a_unit_vector(a: str, b: str) -> None:
    similarity = Similarity(TextEmbedding(), TagSequence(), weight=1.0)
    assert similarity(State(a, ""), State(a, "x")).similarity == 1.0
    assert 0.0 <= similarity(State(a, ""), State(b, "")).similarity <= 1.0


def plain_hashed_text(texts: Sequence[str]) -> Any:
    """The formula of `hashed_text`, piece by piece in the order of the text."""
    vectors = np.zeros((len(texts), BUCKETS))
    for row, text in zip(vectors, texts, strict=True):
        for word in re.findall(r"\w+", text.lower()):
            if word in COMMON:
                continue
            edged = f"^{word}$"
            trigrams = [f"#{edged[i : i + 3]}" for i in range(len(edged) - 2)]
            for piece in (word, *trigrams):
                weight = 1.0 if piece == word else 1.0 / len(trigrams)
                row[crc32(piece.encode("utf-8", "surrogatepass")) % BUCKETS] += weight
        if not row.any():
            row[0] = 1.0
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@given(st.lists(st.text("abcdeé日\ud800_9 the-", max_size=60), max_size=5))
def test_hashed_text_is_the_sum_over_its_pieces_to_the_last_bit(texts: list[str]) -> None:
    assert hashed_text(texts).tobytes() == plain_hashed_text(texts).tobytes()


def test_hashed_text_is_the_same_in_every_process(same_in_two_processes: Any) -> None:
    same_in_two_processes(
        "import hashlib; from rememberer_lite.similarity import hashed_text; "
        "print(hashlib.sha256(hashed_text(['a red shoe', 'grün ☕', '']).tobytes()).hexdigest())"
    )


def test_defect_27_a_text_is_encoded_once() -> None:
    encoded: list[str] = []

    def encoder(texts: Sequence[str]) -> Vectors:
        encoded.extend(texts)
        return hashed_text(texts)

    index = Index(Similarity(TextEmbedding(encoder), TagSequence()))
    for i in range(30):
        index.add(State(f"task {i % 3}", f"page {i}"))
        index.score(State("task 1", "a new page"))
        index.score(State("a new task", "a new page"))
    assert sorted(encoded) == ["a new task", "task 0", "task 1", "task 2"]


def test_many_texts_are_encoded_in_portions_and_come_back_as_they_were() -> None:
    sizes: list[int] = []

    def encoder(texts: Sequence[str]) -> Vectors:
        sizes.append(len(texts))
        return hashed_text(texts)

    texts = [f"a red shoe of size {i}" for i in range(2 * PORTION + 5)]
    part = TextEmbedding(encoder)
    assert part.pack(texts).tobytes() == hashed_text(texts).tobytes()
    assert sizes == [PORTION, PORTION, 5]
    assert part.pack(texts[:3]).tobytes() == hashed_text(texts[:3]).tobytes()
    assert len(sizes) == 3


# ---- the mix


@pytest.mark.parametrize("weight", [0.0, 0.3, 0.5, 1.0])
def test_the_mix_is_weighted_by_lambda(weight: float) -> None:
    a = State("t", "<p>\n<div>", instruction="Check the author page of A.")
    b = State("t", "<p>", instruction="Access the page of category B.")
    compared = wikihow(weight)(a, b)
    assert compared.task_similarity == pytest.approx(0.8)
    assert compared.observation_similarity == pytest.approx(0.5)
    assert compared.similarity == pytest.approx(weight * 0.8 + (1 - weight) * 0.5)
    assert wikihow().with_weight(weight)(a, b) == compared


def test_mixing_is_done_in_single_precision() -> None:
    a, b = State("t", screen("p" * 7)), State("t", screen("p"))
    both = np.float32(0.5) * np.float32(1.0) + np.float32(0.5) * np.float32(1 / 7)
    assert wikihow()(a, b).similarity == float(both)


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_weight_outside_0_to_1_is_refused(weight: float) -> None:
    with pytest.raises(SettingError, match="from 0 to 1"):
        wikihow(weight)


def test_from_function_gets_query_and_key_in_this_order() -> None:
    similarity = from_function(lambda query, key: len(query.task) / len(key.task))
    compared = similarity(State("ab", ""), State("abcd", ""))
    assert (compared.similarity, compared.task_similarity) == (0.5, None)
    assert compared.observation_similarity is None
    with pytest.raises(SettingError, match="no parts"):
        similarity.with_weight(0.5)


def test_a_function_that_gives_no_number_is_refused() -> None:
    with pytest.raises(SettingError, match="finite number"):
        from_function(lambda query, key: float("nan"))(State("a", ""), State("b", ""))
    with pytest.raises(SettingError, match="finite number"):
        from_function(lambda query, key: None)(State("a", ""), State("b", ""))  # type: ignore


class SameWords(Part):
    """A learner's own part, in two methods."""

    def feature(self, state: State) -> frozenset[str]:
        return frozenset(state.task.split())

    def scores(self, query: frozenset[str], packed: Sequence[frozenset[str]]) -> Scores:
        return np.array([len(query & key) / len(query | key) for key in packed], np.float32)


def test_a_part_of_one_s_own_is_one_argument() -> None:
    similarity = Similarity(task=SameWords(), observation=TagSequence(), weight=1.0)
    assert similarity(State("red tea", ""), State("red wine", "")).similarity == np.float32(1 / 3)


# ---- the index

STATES = st.builds(
    State,
    st.sampled_from(["buy tea", "buy a cup", ""]),
    TAGS.map(screen),
    st.sampled_from([("search",), ("back to search", "buy now"), ("?",)]),
    st.sampled_from(["", "Check the reference list", "dance"]),
)


@pytest.mark.parametrize("make", [wikihow, webshop, lambda: from_function(lambda q, k: 0.5)])
def test_the_index_scores_as_pair_by_pair(make: Callable[[], Similarity]) -> None:
    @given(st.lists(st.tuples(STATES, st.booleans()), max_size=15), STATES)
    def check(changes: list[tuple[State, bool]], query: State) -> None:
        similarity, index = make(), Index(make())
        stored: list[State] = []
        for state, remove_first in changes:
            if remove_first and stored:
                index.remove(len(stored) // 2)
                del stored[len(stored) // 2]
            index.add(state)
            stored.append(state)
            index.score(query)  # so that what was packed has to be brought up to date
        mix, parts = index.score(query)
        assert mix.dtype == np.float32
        assert len(index) == len(mix) == len(stored)
        for i, state in enumerate(stored):
            compared = similarity(query, state)
            assert mix[i] == compared.similarity
            assert similarity.reported(parts, i) == (
                compared.task_similarity,
                compared.observation_similarity,
            )

    check()


@given(
    st.lists(st.tuples(STATES, st.booleans()), min_size=2, max_size=12, unique_by=lambda x: x[0])
)
def test_the_closest_pairs_are_the_closest(changes: list[tuple[State, bool]]) -> None:
    similarity, index = wikihow(), Index(wikihow())
    stored: list[State] = []
    for state, remove_first in changes:
        if remove_first and len(stored) > 2:
            index.remove(1)
            del stored[1]
        index.add(state)
        stored.append(state)
        if len(stored) < 2:
            continue
        pairs = {
            (i, j): similarity(stored[i], stored[j]).similarity
            for i in range(len(stored))
            for j in range(i)
        }
        best = max(pairs.values())
        expected = sorted({i for pair, score in pairs.items() if score == best for i in pair})
        assert index.closest().tolist() == expected


def test_the_closest_pair_is_found_among_many() -> None:
    index = Index(from_function(lambda q, k: 1.0 if {q.task, k.task} == {"3", "140"} else 0.0))
    for i in range(2):
        index.add(State(str(i), ""))
    index.closest()
    for i in range(2, 150):
        index.add(State(str(i), ""))
    assert index.closest().tolist() == [3, 140]
    index.remove(0)
    assert index.closest().tolist() == [2, 139]


@pytest.mark.parametrize("similarity", [WIKIHOW.similarity(), WEBSHOP.similarity()], ids=repr)
def test_similarities_copy_and_pickle(similarity: Similarity) -> None:
    a, b = State("buy tea", "<p>", ("search",)), State("buy a cup", "<p>\n<hr>", ("search",))
    index = Index(similarity)
    index.add(a)
    before = index.score(b)[0]
    assert copy.deepcopy(index).score(b)[0] == before
    assert pickle.loads(pickle.dumps(index)).score(b)[0] == before


def test_reprs_say_what_is_mixed() -> None:
    assert repr(wikihow(0.25)) == (
        "Similarity(0.25·PatternTable(search, article, author, category, reference, about) + "
        "0.75·TagSequence())"
    )
    assert repr(webshop()).startswith("Similarity(0.5·TextEmbedding(hashed_text)")
    assert repr(from_function(lcs)) == "from_function(lcs)"  # type: ignore[arg-type]


def kind(state: State) -> str:
    return state.observation


class Encoder:
    """An encoder that is an object: it has no name of its own."""

    def __call__(self, texts: Sequence[str]) -> Vectors:
        return np.ones((len(texts), 1), dtype=np.float32)


def test_settings_name_all_that_decides_a_similarity() -> None:
    table = PatternTable(kind, ["a", "b"], [[1.0, 0.25], [0.25, 1.0]])
    assert Similarity(table, TagSequence(), weight=0.25).settings == {
        "weight": 0.25,
        "task": {
            "part": "PatternTable",
            "pattern": "kind",
            "names": ["a", "b"],
            "table": [[1.0, 0.25], [0.25, 1.0]],
        },
        "observation": {"part": "TagSequence"},
    }
    assert TextEmbedding(Encoder()).settings == {
        "part": "TextEmbedding",
        "encoder": "Encoder",
        "text": "task",
    }
    assert TextEmbedding(text=kind).settings["text"] == "kind"
    assert from_function(lcs).settings == {"function": "lcs"}  # type: ignore[arg-type]


def test_a_similarity_may_be_as_large_as_single_precision_allows() -> None:
    a, largest = State("a", ""), float(np.finfo(np.float32).max)
    for number in (largest, -largest):
        assert from_function(lambda _, __, n=number: n)(a, a).similarity == number
        beyond = number * (1 + 1e-15)
        with pytest.raises(SettingError, match="finite number"):
            from_function(lambda _, __, n=beyond: n)(a, a)


def test_the_longest_sequences_are_compared_and_longer_ones_refused() -> None:
    most = "b" * LONGEST
    assert lcs("b", most) == lcs(most, "b") == 1 / LONGEST
    for a, b in [("b", most + "b"), (most + "b", "b")]:
        with pytest.raises(SettingError, match=r"at most 100,000 items, not 100,001"):
            lcs(a, b)


def test_only_the_first_tags_of_a_screen_count() -> None:
    similarity = Similarity(TextEmbedding(), TagSequence())
    most = "<p>\n" * MOST_TAGS
    assert similarity(State("t", most), State("t", most + "<p>\n<hr>")).similarity == 1.0
    less = similarity(State("t", most), State("t", "<p>\n" * (MOST_TAGS - 1) + "<hr>\n<p>"))
    assert less.observation_similarity == pytest.approx(1 - 1 / MOST_TAGS)


def test_a_word_weighs_as_much_as_its_trigrams_together() -> None:
    cat, bat, both = hashed_text(["cat", "bat", "cat the dog"])
    # each: the word weighs 1, three trigrams weigh 1/3, so |v|² = 4/3; "at$" is shared: 1/9
    assert float(cat @ bat) == pytest.approx((1 / 9) / (4 / 3), abs=1e-6)
    assert float(cat @ both) == pytest.approx(0.5**0.5, abs=1e-6)  # half of |both|², "the" is none
    # ^te tea eap apo pot are shared, 5 of 6 and of 7 trigrams: |v|² = 7/6 and 8/7
    one, more, none = hashed_text(["teapot", "teapots", "?"])
    assert float(one @ more) == pytest.approx(5 / 42 / (4 / 3) ** 0.5, abs=1e-6)
    assert all((row >= 0).all() for row in (cat, bat, both, one, more, none))


def test_words_of_politeness_weigh_nothing() -> None:
    said = hashed_text(["red mug", "I would like you to find a red mug for me, please", "you"])
    assert said[0].tolist() == said[1].tolist()
    assert float(said[0] @ said[2]) == 0.0


def test_a_part_is_symmetric_only_where_it_says_so_or_its_table_is() -> None:
    class First(Part):
        def feature(self, state: State) -> str:
            return state.task[:1]

        def scores(self, query: str, packed: Sequence[str]) -> Scores:
            return np.array([query <= key for key in packed], np.float32)

    def table(there: float, back: float) -> PatternTable:
        return PatternTable(lambda s: s.task, ["a", "b"], [[1.0, there], [back, 1.0]])

    assert not Similarity(First(), table(0.5, 0.5)).symmetric
    assert not Similarity(TextEmbedding(), table(0.5, 0.25)).symmetric
    assert Similarity(TextEmbedding(), table(0.5, 0.5)).symmetric
    assert Similarity(TextEmbedding(), TagSequence()).symmetric
