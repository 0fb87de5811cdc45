"""Rights: roles given to people and teams, the reasons of every decision, looking as another."""
