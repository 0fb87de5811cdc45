"""Guichet: the front desk and the back office of a small organisation that receives the public.

Empty on purpose, as `app.booking` is: the engine of seating starts without Flask (docs/decisions/0012-engine.md).
"""
