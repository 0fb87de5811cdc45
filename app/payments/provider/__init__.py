"""Stripe: how it is spoken to, and how what it says is believed."""
