"""The waiting list: who would come if a place became free, and the places offered to them, one hold for each.

Empty on purpose: what it declares is imported by `assembly`.
"""
