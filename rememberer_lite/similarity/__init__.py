"""How alike two states are.

| File | Holds |
|---|---|
| `encoder` | texts as vectors: the offline stand-in for a sentence model |
| `parts` | what a part is: one view of how alike two states are |
| `tag_sequence`, `pattern_table`, `text_embedding` | the three parts of the paper |
| `mix` | the λ-mix of such parts, `Similarity`, and `from_function` for an idea of your own |
| `minilm` | a real sentence model, if its weights are installed (optional) |
"""

from rememberer_lite.similarity.encoder import Encoder, Vectors, hashed_text
from rememberer_lite.similarity.mix import Comparison, Similarity, from_function
from rememberer_lite.similarity.parts import Part, Scores
from rememberer_lite.similarity.pattern_table import PatternTable
from rememberer_lite.similarity.tag_sequence import TagSequence, lcs
from rememberer_lite.similarity.text_embedding import TextEmbedding

__all__ = [
    "Comparison",
    "Encoder",
    "Part",
    "PatternTable",
    "Scores",
    "Similarity",
    "TagSequence",
    "TextEmbedding",
    "Vectors",
    "from_function",
    "hashed_text",
    "lcs",
]
