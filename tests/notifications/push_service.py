"""A push service and the browser behind it: what arrives is verified and read as both would."""

import base64
import json
import time

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

AUTH_SECRET = bytes(range(16))


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Browser:
    """A browser that agreed: it gives its subscription, and reads what the service passes on."""

    def __init__(self, outside, path="/push/abc") -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.outside, self.path = outside, path
        outside.usual = (201, "")

    @property
    def subscription(self) -> dict:
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        endpoint = f"{self.outside.url}{self.path}"
        return {"endpoint": endpoint, "keys": {"p256dh": text(point), "auth": text(AUTH_SECRET)}}

    def read(self, post) -> dict:
        """Decrypt a message, as the browser does."""
        assert post.headers["content-encoding"] == "aes128gcm"
        clear = http_ece.decrypt(post.body, private_key=self.private, auth_secret=AUTH_SECRET, version="aes128gcm")
        return json.loads(clear)


def claims_of(post, public_key: str) -> dict:
    """Verify the signature of a request, as the service does, by the key the browser was given; give its claims."""
    authorization = post.headers["authorization"]
    assert Vapid02.verify(authorization)
    parts = dict(part.split("=", 1) for part in authorization.removeprefix("vapid ").split(","))
    assert parts["k"].rstrip("=") == public_key
    payload = parts["t"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert claims["exp"] - time.time() < 24 * 3600
    return claims
