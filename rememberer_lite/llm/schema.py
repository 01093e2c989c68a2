"""Choices for a server: a JSON schema to which it holds its model, and its answer as a line.

OpenAI, vLLM, llama.cpp, Ollama and LM Studio take such a schema as `response_format`; each of
them turns it into a grammar.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from rememberer_lite.llm.base import Reply
from rememberer_lite.prompts.choices import LONGEST_TEXT, Choices, Form
from rememberer_lite.prompts.objects import action_lines
from rememberer_lite.text import encodable


def response_format(choices: Choices) -> dict[str, Any]:
    """The request's `response_format`: an object with one of the actions, and its value.

    >>> form = response_format(Choices(("click[a]",), (Form("search[", "]"),)))
    >>> form["json_schema"]["schema"]["properties"]["action"]["anyOf"][1]["pattern"]
    '^search\\\\[[^ \\\\]][^\\\\]\\\\n\\\\r]{0,79}\\\\]$'
    """
    kinds: list[dict[str, Any]] = []
    if choices.actions:
        kinds.append({"type": "string", "enum": list(map(encodable, choices.actions))})
    kinds += [{"type": "string", "pattern": encodable(_pattern(form))} for form in choices.forms]
    properties: dict[str, Any] = {"action": {"anyOf": kinds}}
    if choices.values:
        properties["value"] = {"type": "number"}
    schema = {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
    return {
        "type": "json_schema",
        "json_schema": {"name": "decision", "strict": True, "schema": schema},
    }


def _pattern(form: Form) -> str:
    """A regular expression of the kind that all servers read: no look-around, no \\w."""
    if form.words:
        text = _subset(form)
    else:
        end = _escape(form.after[:1])
        text = f"[^ {end}][^{end}\\n\\r]{{0,{LONGEST_TEXT - 1}}}"
    return f"^{_escape(form.before)}{text}{_escape(form.after)}$"


def _subset(form: Form) -> str:
    """Some of the form's words in their order, each once.

    >>> _subset(Form("", "", ("red", "tea", "cup")))
    '(red( tea( cup)?| cup)|tea cup)'
    """
    words = list(map(_escape, form.words))
    if form.fewest == 1:
        return words[0]
    none_needed = ""  # from the word at this position on: what may follow
    one_needed: list[str] = []  # what may follow where a word must
    whole: list[str] = []
    for word in reversed(words):
        if one_needed:
            whole.insert(0, f"{word}{_either(one_needed)}")
        one_needed.insert(0, f" {word}{none_needed}")
        none_needed = f"( {word})?{none_needed}"
    return _either(whole)


def _either(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"({'|'.join(texts)})"


def _escape(text: str) -> str:
    return re.sub(r"[\\^$.*+?()\[\]{}|/-]", r"\\\g<0>", text)


def as_line(reply: Reply) -> Reply:
    """The reply with its object as a line."""
    return replace(reply, text=action_lines(reply.text))
