"""Guests as the team knows them: who they are over their visits, what they like, what must be known of them."""
