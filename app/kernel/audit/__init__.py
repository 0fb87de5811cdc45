"""The audit trail: append-only, written in the transaction it speaks of, each entry sealed to the one before.

An entry's hash covers its number, instant, fact, subject and the digest of what it says of people, and the hash of
the entry before it. The head of the chain is kept outside the database as well (AUDIT_HEAD_FILE), so that a trail cut
short is found too. What is said of people enters by a salted digest, so that a person can be forgotten and the chain
still hold.
"""

from app.kernel.audit.entries import (
    GENESIS,
    AuditEntry,
    AuditHead,
    AuditSource,
    content_digest,
    entries_on,
    sealed_hash,
    truncated_address,
)
from app.kernel.audit.forgetting import FORGETTING, forget
from app.kernel.audit.recording import coming_from, record
from app.kernel.audit.verification import Problem, Verdict, verify, verify_lines
from app.kernel.audit.writing import Extract, extract_between, written

__all__ = [
    "FORGETTING", "GENESIS", "AuditEntry", "AuditHead", "AuditSource", "Extract", "Problem", "Verdict", "coming_from",
    "content_digest", "entries_on", "extract_between", "forget", "record", "sealed_hash", "truncated_address", "verify",
    "verify_lines", "written",
]  # fmt: skip
