"""Late bounces: reports by mail that a letter, accepted at first, was not delivered after all (RFC 3464)."""
