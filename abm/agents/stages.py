"""Stages of a lab's product."""

NONE, BUILDING, LIVE = 0, 1, 2
