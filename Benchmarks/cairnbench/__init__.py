"""Measurements of Cairn beside what a person would do by hand, with the standard library alone."""
