"""What visitors and the team say of the house and of its pages: ideas, problems, thanks, and what became of them."""
