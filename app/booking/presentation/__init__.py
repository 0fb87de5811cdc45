"""What the pages of booking show: a module a subject, none of which asks who looks by itself or writes anything."""
