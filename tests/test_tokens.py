"""The token estimate against published counts of real vocabularies."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rememberer_lite.tokens import count_tokens

# text → tokens by GPT-2, Llama 2, Llama 3, Qwen 2, as published in llama.cpp's vocabulary tests
# (lengths of its lists of ids). Llama 2 puts one more piece before a text, which is left out here.
VOCABULARY_TESTS = [
    ("Hello world", (2, 2, 2, 2)),
    (" Hello World!", (3, 3, 3, 3)),
    ("Hello, world!", (4, 4, 4, 4)),
    (" this is 🦙.cpp", (7, 9, 7, 7)),
    ("w048 7tuijk dsdfhu", (9, 11, 10, 12)),
    ("нещо на Български", (20, 6, 8, 9)),
    ("' era", (2, 2, 2, 2)),
    ("\n =", (2, 2, 2, 2)),
    ("    Hello\n    Hello", (9, 5, 5, 5)),
    ("333333333", (3, 9, 3, 9)),
    ("Hello, y'all! How are you 😁 ?我想在apple工作1314151天～", (29, 30, 21, 24)),
    ("Führer", (4, 2, 3, 3)),
]

# text → tokens, as printed in public documentation of the vocabularies named
PUBLISHED = [
    ("antidisestablishmentarianism", 6),  # OpenAI cookbook: GPT-2 5, GPT-4 6
    ("2 + 2 = 4", 7),  # OpenAI cookbook: GPT-2 5, GPT-4 7
    ("お誕生日おめでとう", 14),  # OpenAI cookbook: GPT-2 14, GPT-4 9
    ("tiktoken is great!", 6),  # OpenAI cookbook: GPT-4
    ("Wow! The tiktoken is great!", 9),  # GPT-2
    ("You miss 100% of the shots you don't take", 11),  # OpenAI help page
    ("This is a longer sentence for token counting.", 9),  # GPT-4
    ("I've been 'told he's there, 'RE you sure? 'M not sure I'll make it,", 27),  # Llama 2
    ("This is\n a great\n\nnews!", 9),  # GPT-2
]


@pytest.mark.parametrize(("text", "counts"), VOCABULARY_TESTS)
def test_never_below_four_vocabularies(text: str, counts: tuple[int, ...]) -> None:
    assert count_tokens(text) >= max(counts)


@pytest.mark.parametrize(("text", "tokens"), PUBLISHED)
def test_never_below_published_counts(text: str, tokens: int) -> None:
    assert count_tokens(text) >= tokens


def test_markup_is_counted_sign_by_sign() -> None:
    # < div   class = " product - title " > Red   shoes < / div >: 16 pieces at the very least
    # where no two signs merge; "product" and "title" and "class" and "shoes" count double here
    assert count_tokens('<div class="product-title">Red shoes</div>') == 20


def test_english_is_not_overestimated_beyond_use() -> None:
    quote = "You miss 100% of the shots you don't take"
    assert count_tokens(quote) <= 2 * 11


@given(st.text())
def test_never_above_the_number_of_bytes(text: str) -> None:
    assert count_tokens(text) <= len(text.encode("utf-8", "surrogatepass"))


@given(st.text(), st.text())
def test_a_longer_text_is_never_cheaper_than_its_parts_by_much(a: str, b: str) -> None:
    # joining can save the begun quarter of a word or the blank between, never more
    assert count_tokens(a + b) >= max(count_tokens(a) - 1, count_tokens(b) - 1)


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)))
def test_chinese_reaches_the_byte_bound(text: str) -> None:
    assert count_tokens(text) == 3 * len(text)
