"""From retrieved records to a prompt, and from the model's reply to a decision.

| File | Holds |
|---|---|
| `advice` | a record's values → an action to encourage and one to discourage |
| `short` | the same for small models, without boilerplate |
| `fitting` | a page → the page within a budget of tokens |
| `writing` | template, exemplars and new input → the prompt, within a budget of tokens |
| `choices` | a page → the possible answers, for models that can be held to them |
| `thoughts` | a thinking model's reply → the reply without its thoughts |
| `objects` | a reply's JSON → lines |
| `lines` | a line of the reply → an action with its value and reason |
| `replies` | the model's reply → the decision of its best line |
"""

from rememberer_lite.prompts.advice import SMALL_VALUE, advise
from rememberer_lite.prompts.choices import Queries, Style, answers_of, choices_of, chosen
from rememberer_lite.prompts.replies import ReplyError, parse_reply
from rememberer_lite.prompts.thoughts import spoken, thinks
from rememberer_lite.prompts.writing import (
    DEFAULT_BUDGET,
    REPLY_TOKENS,
    Prompt,
    PromptError,
    Section,
    build,
    template,
    write_exemplar,
    write_input,
)

__all__ = [
    "DEFAULT_BUDGET",
    "REPLY_TOKENS",
    "SMALL_VALUE",
    "Prompt",
    "PromptError",
    "Queries",
    "ReplyError",
    "Section",
    "Style",
    "advise",
    "answers_of",
    "build",
    "choices_of",
    "chosen",
    "parse_reply",
    "spoken",
    "template",
    "thinks",
    "write_exemplar",
    "write_input",
]
