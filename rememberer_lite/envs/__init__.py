"""The simulated environments: one folder each, with its pages, data and domain."""
