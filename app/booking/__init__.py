"""Reservations: the room, the hours, the promise of a table, from the first question to the last guest gone.

Empty on purpose: what the slice declares is imported by `assembly`, so that the engine of seating starts alone.
"""
