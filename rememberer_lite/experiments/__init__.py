"""Declared experiments over many seeds: grid → cells → one result file → a table with intervals.

    python -m rememberer_lite.experiments learning --env webshop --seeds 0-15 --out FILE.json

A cell is one condition with one seed. Each seed has its own shop or site, its own stand-in and
its own luck, and the conditions of one seed are compared in pairs. A run that was broken off goes
on where it stopped: cells that stand in FILE are not computed again.

The model is the offline stand-in: what is measured is the method on it, not a language model.
"""
