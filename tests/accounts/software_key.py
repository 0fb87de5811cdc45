"""A passkey made of software: it answers challenges as a telephone does, and lies where a test tells it to."""

import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


@dataclass
class SoftwareKey:
    """One key pair of one site. `counter` grows with each answer, unless it stays at zero."""

    origin: str = "http://localhost"
    domain: str = "localhost"
    flags: int = PRESENT | VERIFIED
    counter: int = 1
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    handle: bytes = b""
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def make(self, options: dict) -> dict:
        """Answer `navigator.credentials.create`."""
        self.handle = base64url_to_bytes(options["user"]["id"])
        numbers = self.private.public_key().public_numbers()
        public = encode_cbor({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)})
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        data = self._data(self.flags | ATTESTED) + attested
        response = {
            "clientDataJSON": self._said("webauthn.create", options["challenge"]),
            "attestationObject": bytes_to_base64url(encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})),
        }
        return self._credential(response)

    def answer(self, options: dict) -> dict:
        """Answer `navigator.credentials.get`."""
        self.counter += bool(self.counter)
        said, data = self._said("webauthn.get", options["challenge"]), self._data(self.flags)
        signed = data + hashlib.sha256(base64url_to_bytes(said)).digest()
        response = {
            "clientDataJSON": said,
            "authenticatorData": bytes_to_base64url(data),
            "signature": bytes_to_base64url(self.private.sign(signed, ec.ECDSA(SHA256()))),
            "userHandle": bytes_to_base64url(self.handle),
        }
        return self._credential(response)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.domain.encode()).digest() + struct.pack(">BI", flags, self.counter)

    def _said(self, kind: str, challenge: str) -> str:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return bytes_to_base64url(json.dumps(said).encode())

    def _credential(self, response: dict) -> dict:
        own = bytes_to_base64url(self.id)
        return {"id": own, "rawId": own, "type": "public-key", "response": response, "clientExtensionResults": {}}
