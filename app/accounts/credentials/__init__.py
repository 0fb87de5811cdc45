"""Credentials beyond the password: an authenticator's codes, passkeys, identities at outside providers."""
