"""Wishes undecided while the guest waited: asked again at length, answered by letter, soon forgotten."""
