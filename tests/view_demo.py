"""What the notebooks of the browser tests show: trained agents, and texts that mean harm."""

from __future__ import annotations

from rememberer_lite import ExperienceMemory, OfflineLLM, Rememberer, State, train
from rememberer_lite.agent import Turn
from rememberer_lite.domain import Domain
from rememberer_lite.envs.webshop import WEBSHOP, WebShopEnv
from rememberer_lite.envs.wikihow import WIKIHOW, WikiHowEnv
from rememberer_lite.state import ActionValue, Decision, Experience, Recent
from rememberer_lite.training import Episode, History, Step

#: each would set window.hacked if it were not shown as mere text
HOSTILE = (
    "<script>window.hacked=1</script>",
    "<img src=x onerror=window.hacked=1>",
    '"><svg onload="window.hacked=1">',
    "</textarea></pre></style><script>window.hacked=1</script>",
    "`window.hacked=1` ```js window.hacked=1 ```",
    "<iframe srcdoc='<script>parent.hacked=1</script>'></iframe>",
    "<a href='javascript:window.hacked=1'>click</a>",
    "\u202eright to left\u202c שלום مرحبا",
    "$5 and $6 \\(x\\) {{7*7}} &lt;b&gt;",
)


def trained(name: str = "webshop", goals: int = 5, epochs: int = 2) -> tuple[Rememberer, History]:
    """An agent that has learnt a little, and what it lived through."""
    domain: Domain = WEBSHOP if name == "webshop" else WIKIHOW
    env = WebShopEnv() if name == "webshop" else WikiHowEnv()
    agent = Rememberer(OfflineLLM(), domain.initial_memory("E0"), domain)
    history = train(agent, env, range(goals), epochs=epochs, progress=False)  # type: ignore[arg-type]
    return agent, history


def hostile_state(number: int = 0) -> State:
    """A shop page full of such texts, in its titles, its options and its task."""
    options = "".join(f"[{text.lower()}]" for text in HOSTILE[:3])
    titles = "\n".join(HOSTILE)
    observation = (
        f"\nInstruction: \n{HOSTILE[0]} {number} \n[Back to Search]\n"
        f"color {options}\n{titles}\n[Buy Now]"
    )
    actions = ("back to search", *(text.lower() for text in HOSTILE[:3]), "buy now")
    return State(" ".join(HOSTILE) + f" {number}", observation, actions, HOSTILE[1])


def hostile_screen() -> State:
    """An app's screen whose texts were not escaped by whoever wrote it."""
    lines = [
        f'<div id="{number}" clickable="true">{text}</div>' for number, text in enumerate(HOSTILE)
    ]
    return State(HOSTILE[0], "\n".join(lines), (), HOSTILE[2])


def hostile_memory(domain: Domain = WEBSHOP) -> ExperienceMemory:
    """Records of such pages."""
    memory = ExperienceMemory(domain.similarity())
    for number in range(3):
        state = hostile_state(number)
        values = {
            f"click[{text.lower()}]": ActionValue(0.1 * place, 0.0, 1, text)
            for place, text in enumerate(HOSTILE)
        }
        memory.insert(Experience(state, -1, values, 1, Recent(HOSTILE, HOSTILE)))
    return memory


def hostile_episode() -> Episode:
    """An episode through such pages, with such replies."""
    steps = []
    recent = Recent()
    for number, text in enumerate(HOSTILE[:3]):
        action = f"click[{text.lower()}]"
        turn = Turn(Decision(action, 0.5, text), error=text)
        steps.append(Step(hostile_state(number), recent, turn, action, 0.0, False, text, 0.0, 0.5))
        recent = recent.after(action, 0.0, text)
    return Episode(0, tuple(steps), False, reward_parts={text: text for text in HOSTILE})


class HostileEnv:
    """A shop that shows nothing but such texts."""

    def reset(self, *, options: object = None) -> tuple[str, dict[str, object]]:
        return "", {"state": hostile_state()}

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, object]]:
        info = {
            "state": hostile_state(1), "no_effect": HOSTILE[0],
            "reward_parts": {text: text for text in HOSTILE},
        }  # fmt: skip
        return "", 0.5, "buy" in action, False, info
