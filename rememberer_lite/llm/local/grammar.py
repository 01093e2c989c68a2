"""From the choices of a page to a grammar in GBNF, the form that llama.cpp is held to.

    root ::= action " -> " value "\\n"
    action ::= "click[buy now]" | "search[" text0 "]"

The arrow and the value are those of every reply (`prompts.parse_reply`): the model writes the value
that it expects after its action, and an action that contains brackets is read to its end.
"""

from __future__ import annotations

from rememberer_lite.domain import one_line
from rememberer_lite.prompts.choices import LONGEST_TEXT, Choices, Form
from rememberer_lite.text import encodable, escape_action

#: a value with at most three decimals, as the examples of the prompt show it
VALUE = r'"-"? [0-9] ("." [0-9]{1,3})?'


def grammar(choices: Choices) -> str:
    """The grammar of the replies that `choices` allow: one action and its value.

    >>> print(grammar(Choices(("click[a]",), (Form("search[", "]", ("red", "mug")),))))
    root ::= action " -> " value "\\n"
    action ::= "click[a]" | "search[" text0 "]"
    text0 ::= "red" must0x1
    must0x1 ::= " mug" may0x2
    may0x2 ::= ""
    value ::= "-"? [0-9] ("." [0-9]{1,3})?
    """
    # escaped as in the prompt, so that the model may write what it reads
    actions = [literal(escape_action(action)) for action in choices.actions]
    rules = []
    for number, form in enumerate(choices.forms):
        actions.append(f"{literal(form.before)} text{number} {literal(form.after)}")
        rules += _text(number, form)
    if not choices.values:
        return "\n".join(['root ::= action "\\n"', f"action ::= {' | '.join(actions)}", *rules])
    return "\n".join(
        [
            'root ::= action " -> " value "\\n"',
            f"action ::= {' | '.join(actions)}",
            *rules,
            f"value ::= {VALUE}",
        ]
    )


def _text(number: int, form: Form) -> list[str]:
    """The rules for what may be typed into one form."""
    if not form.words:
        first = f"[^ \\n\\r{_in_class(form.after[:1])}]"
        further = f"[^\\n\\r{_in_class(form.after[:1])}]"
        return [f"text{number} ::= {first} {further}{{0,{LONGEST_TEXT - 1}}}"]
    return _subset(number, form)


def _subset(number: int, form: Form) -> list[str]:
    """Some of the form's words in their order, each once.

    must…x3: a word must follow, of those from position 3 on; may…x3: any of them may.
    """
    end = len(form.words)
    if form.fewest == 1:
        return [f"text{number} ::= {literal(form.words[0])}"]
    first = (f"{literal(w)} must{number}x{i + 1}" for i, w in enumerate(form.words[:-1]))
    rules = [f"text{number} ::= {' | '.join(first)}"]
    for i, word in enumerate(form.words[1:], start=1):
        more = f" | must{number}x{i + 1}" if i + 1 < end else ""
        rules.append(f"must{number}x{i} ::= {literal(' ' + word)} may{number}x{i + 1}{more}")
    for i, word in enumerate(form.words[2:], start=2):
        rules.append(f"may{number}x{i} ::= ({literal(' ' + word)})? may{number}x{i + 1}")
    return [*rules, f'may{number}x{end} ::= ""']


def literal(text: str) -> str:
    """A text in quotes, with all special characters escaped.

    >>> print(literal('5" \\\\ x'))
    "5\\" \\\\ x"
    """
    whole = encodable(one_line(text))
    return f'"{"".join(map(_character, whole))}"'


def _character(character: str) -> str:
    if character in '"\\':
        return f"\\{character}"
    code = ord(character)
    if character.isprintable() and code < 128:
        return character
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _in_class(character: str) -> str:
    """A character as it is written inside [^…]."""
    return f"\\x{ord(character):02X}" if character and ord(character) < 256 else character
