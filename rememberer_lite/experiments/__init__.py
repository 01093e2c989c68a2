"""Declared experiments over many seeds: grid → cells → one result file → a table with intervals.

    rememberer-lite experiment ablation --env webshop --jobs 2

A cell is one condition with one seed. Each seed has its own shop or site, its own stand-in and
its own luck, and the conditions of one seed are compared in pairs. A run that was broken off goes
on where it stopped: cells that stand in the file are not computed again.

Without a real model it is the offline stand-in that decides: what is measured then is the method
on it, not a language model.
"""
