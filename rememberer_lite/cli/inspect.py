"""`rememberer-lite inspect`: read a file of a memory or of episodes."""

from __future__ import annotations

import argparse
import textwrap
from pathlib import Path

from rememberer_lite import storage
from rememberer_lite.cli.explain import explain
from rememberer_lite.cli.setting import open_world
from rememberer_lite.cli.terminal import columns, command
from rememberer_lite.memory import ExperienceMemory
from rememberer_lite.similarity import from_function
from rememberer_lite.state import Experience, SettingError
from rememberer_lite.storage.files import reading
from rememberer_lite.training import EpisodeFile, Outline, open_episodes
from rememberer_lite.training.episode import FORMAT

MOST = 20  # lines of a list


def run(options: argparse.Namespace) -> int:
    """Print what the options request."""
    if options.step is not None and options.goal is None:
        raise SettingError("--step is a step of an episode: choose the episode with --goal")
    if _holds_episodes(options.file):
        if options.record is not None:
            raise SettingError("--record is for a memory; for episodes use --goal")
        _show_episodes(open_episodes(options.file), options)
    else:
        if options.goal is not None:
            raise SettingError("--goal is for episodes; for a memory use --record")
        # nothing is retrieved here, so any similarity will do
        memory = storage.load(options.file, from_function(lambda query, key: 0.0))
        _show_memory(memory, options)
    return 0


def _holds_episodes(path: Path) -> bool:
    with reading(path) as file:
        return FORMAT.encode() in file.readline()


def _show_memory(memory: ExperienceMemory, options: argparse.Namespace) -> None:
    records = list(memory)
    if options.record is not None:
        _show_record(_find(records, options.record))
        return
    print(repr(memory))
    settings = ", ".join(f"{name}={value}" for name, value in memory.settings.items())
    print(f"settings: {settings}")
    print(f"\n{'record':>6} {'visits':>6} {'best Q':>7}  best action, task")
    for record in sorted(records, key=lambda record: (-record.visits, record.id))[:MOST]:
        action = max(record.actions, key=lambda a: record.actions[a].q, default="(none)")
        line = textwrap.shorten(f"{action}, {record.state.task}", columns() - 24, placeholder=" …")
        print(f"{record.id:>6} {record.visits:>6} {record.best:>7.3f}  {line}")
    if len(records) > MOST:
        print(f"… and {len(records) - MOST} less visited records")
    if records:
        again = command("rememberer-lite", "inspect", options.file, "--record", records[0].id)
        print(f"\nNext: {again}")


def _find(records: list[Experience], number: int) -> Experience:
    for record in records:
        if record.id == number:
            return record
    ids = [record.id for record in records]
    span = f"they are numbered {min(ids)} to {max(ids)}, with gaps" if ids else "it is empty"
    raise SettingError(f"no record {number} in this memory: {span}")


def _show_record(record: Experience) -> None:
    print(f"record {record.id}, {record.visits} visits")
    print(f"task: {record.state.task.strip()}")
    if record.state.instruction:
        print(f"step: {record.state.instruction}")
    print("observation:")
    print(textwrap.indent(record.state.observation, "  | "))
    print(f"reached by: {', '.join(record.recent_actions) or '(the first page)'}")
    print(f"rewards before it: last {record.last_reward:.3f}, total {record.total_reward:.3f}")
    print(f"\n{'Q':>7} {'reward':>7} {'visits':>6}  action")
    for action, value in sorted(record.actions.items(), key=lambda item: -item[1].q):
        reason = f"   ({value.reason})" if value.reason else ""
        print(f"{value.q:>7.3f} {value.reward:>7.3f} {value.visits:>6}  {action}{reason}")


def _show_episodes(episodes: EpisodeFile, options: argparse.Namespace) -> None:
    if options.goal is None:
        print(f"{len(episodes)} episodes\n")
        print(f"{'epoch':>5} {'goal':>5} {'steps':>5} {'reward':>7}  solved")
        for outline in episodes.outlines[:MOST]:
            print(_row(outline))
        if len(episodes) > MOST:
            print(f"… and {len(episodes) - MOST} more")
        if episodes:
            print(f"\nNext: {_again(options, '--goal', episodes.outlines[0].goal)}")
        return
    positions = [n for n, episode in enumerate(episodes.outlines) if episode.goal == options.goal]
    if not positions:
        raise SettingError(f"no episode of goal {options.goal} in {options.file}")
    episode = episodes[positions[-1]]  # of a training, the last epoch
    if options.step is not None:
        if not 1 <= options.step <= len(episode.steps):
            raise SettingError(f"this episode has steps 1 to {len(episode.steps)}")
        earlier = episodes[: positions[-1]] if episode.epoch >= 0 else []
        domain = open_world(options.env).domain if options.env else None
        print(explain(episode.steps[options.step - 1], earlier, domain, columns()))
        return
    print(
        f"goal {episode.goal}, epoch {episode.epoch}, reward {episode.total_reward:.3f}, ", end=""
    )
    print("solved" if episode.solved else "not solved")
    for number, step in enumerate(episode.steps, start=1):
        note = step.turn.error if step.action is None else step.no_effect
        done = step.action or "(the reply failed)"
        print(f"{number:>3}  {step.reward:.3f}  {done}{f'   [{note}]' if note else ''}")
    if episode.reward_parts:
        print(f"reward: {dict(episode.reward_parts)}")
    print(f"\nNext: {_again(options, '--goal', episode.goal, '--step', 1)}")


def _again(options: argparse.Namespace, *more: object) -> str:
    """The command for the same file."""
    world = ("--env", options.env) if options.env else ()
    return command("rememberer-lite", "inspect", options.file, *world, *more)


def _row(episode: Outline) -> str:
    epoch = "test" if episode.epoch < 0 else str(episode.epoch + 1)
    solved = "yes" if episode.solved else "no"
    return f"{epoch:>5} {episode.goal:>5} {episode.steps:>5} {episode.total_reward:>7.3f}  {solved}"
