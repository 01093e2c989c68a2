"""One thread trains while others read: nothing is torn, and no tag has the code of another."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from time import sleep

import pytest

from rememberer_lite import ExperienceMemory, State
from rememberer_lite.memory.episode_buffer import EpisodeError
from rememberer_lite.similarity import Similarity, TagSequence, TextEmbedding, lcs
from rememberer_lite.similarity.tag_sequence import MOST_TAGS
from rememberer_lite.state import SettingError


@pytest.fixture(autouse=True)
def _switch_often() -> Iterator[None]:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


def page(number: int) -> State:
    return State(f"task {number % 7}", "\n".join(["<p>"] * (number % 5) + [f"<t{number % 11}>"]))


def test_a_memory_is_read_while_another_thread_trains() -> None:
    memory = ExperienceMemory(Similarity(TextEmbedding(), TagSequence()), capacity=20)
    done = Event()

    def train() -> None:
        try:
            for number in range(300):
                memory.start(page(number))
                memory.observe("go", 0.5, page(number + 1), done=False)
                memory.observe("stop", 1.0, None, done=True)
        finally:
            done.set()

    def read(seed: int) -> int:
        reads = 0
        while not done.is_set() or not reads:
            found = memory.retrieve(page(seed + reads))
            assert len({m.experience.id for m in found}) == len(found)
            assert all(m.experience.actions for m in found)
            memory.rank(page(reads), 2)
            memory.with_weight(1.0).retrieve(page(reads), 1)
            list(memory)
            reads += 1
        return reads

    with ThreadPoolExecutor(4) as pool:
        training = pool.submit(train)
        reads = [pool.submit(read, seed) for seed in range(3)]
        training.result()
        counted = sum(reading.result() for reading in reads)  # when all of them have ended
        assert memory.stats.reads == counted


class Slow(dict[str, str]):
    """Lets other threads run just when it has said how long it is."""

    def __len__(self) -> int:
        length = super().__len__()
        sleep(0)
        return length


def test_no_code_is_given_out_twice() -> None:
    for _ in range(5):
        part, together = TagSequence(), Barrier(4)
        part._codes = Slow()
        screens = ["\n".join(f"<t{(n * k) % 97}>" for n in range(97)) for k in (1, 5, 7, 11)]

        def read(screen: str, part: TagSequence = part, together: Barrier = together) -> str:
            together.wait()
            return part.feature(State("", screen))

        with ThreadPoolExecutor(4) as pool:
            features = list(pool.map(read, screens))
        assert {len(set(feature)) for feature in features} == {97}
        assert len(set("".join(features))) == 97


def test_when_no_code_is_left_it_says_so() -> None:
    part = TagSequence()
    part._codes = {str(n): "x" for n in range(sys.maxunicode - 1)}
    assert part.feature(State("", "<last>")) == chr(sys.maxunicode)  # as many as characters
    with pytest.raises(SettingError, match=r"TagSequence\(\) has seen 1,114,111 different tags"):
        part.feature(State("", "<one-more>"))


def test_a_memory_copies_and_pickles_with_its_lock() -> None:
    memory = ExperienceMemory(Similarity(TextEmbedding(), TagSequence()))
    memory.start(page(1))
    memory.observe("go", 1.0, None, done=True)
    for twin in (copy.copy(memory), copy.deepcopy(memory), pickle.loads(pickle.dumps(memory))):
        assert twin.retrieve(page(2)) == memory.retrieve(page(2))


def test_what_takes_more_than_linear_time_has_a_limit() -> None:
    long, longer = (State("", "<p>\n" * (MOST_TAGS + more)) for more in (0, 5000))
    assert TagSequence().feature(long) == TagSequence().feature(longer)
    with pytest.raises(SettingError, match="at most 100,000 items, not 100,001"):
        lcs("a" * 100_001, "a")


@pytest.mark.parametrize("first_ends", [False, True])
def test_two_threads_that_train_one_memory_do_not_mix_their_episodes(first_ends: bool) -> None:
    memory = ExperienceMemory(Similarity(TextEmbedding(), TagSequence()))
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        one.submit(memory.start, page(0)).result()
        one.submit(memory.observe, "first", 0.0, page(1), False).result()
        other.submit(memory.start, page(2)).result()
        other.submit(memory.observe, "second", 0.0, page(3), False).result()
        call = ("late", 1.0, None, True)
        with pytest.raises(EpisodeError, match=r"another thread .*deepcopy"):
            one.submit(
                memory.finish if first_ends else memory.observe, *call[: 4 * (not first_ends)]
            ).result()
        one.submit(memory.abandon).result()  # of its own episode, which is gone
        other.submit(memory.observe, "third", 0.5, None, True).result()
        assert {a for record in memory for a in record.actions} == {"second", "third"}
        assert memory[page(2)].best == 0.5 and memory.stats.abandoned == 1
        one.submit(memory.start, page(0)).result()
        one.submit(memory.observe, "again", 1.0, None, True).result()
    assert memory[page(0)].best == 1.0


def test_a_thread_that_starts_again_drops_the_episode_that_replaced_its_own() -> None:
    memory = ExperienceMemory(Similarity(TextEmbedding(), TagSequence()))
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(1) as other:
        one.submit(memory.start, page(0)).result()
        other.submit(memory.start, page(2)).result()
        other.submit(memory.observe, "other's", 1.0, page(3), False).result()
        one.submit(memory.start, page(0)).result()
        assert memory.stats.abandoned == 1
        with pytest.raises(EpisodeError, match="another thread"):
            other.submit(memory.finish).result()
        one.submit(memory.observe, "own", 0.5, None, True).result()
    assert {a: v.q for record in memory for a, v in record.actions.items()} == {"own": 0.5}


def test_an_episode_may_go_from_one_thread_to_another() -> None:
    memory = ExperienceMemory(Similarity(TextEmbedding(), TagSequence()))
    memory.start(page(0))
    with ThreadPoolExecutor(1) as other:
        other.submit(memory.observe, "go", 0.5, page(1), False).result()
    memory.observe("stop", 1.0, None, True)
    assert memory[page(0)].best == 1.5
