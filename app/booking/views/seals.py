"""What stands for a visitor where no cookie is kept: a signed part of the address, which bears a secret and a date."""

import secrets
from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadData, URLSafeSerializer

from app.booking.views.visitors import digest
from app.kernel import clock


@dataclass(frozen=True)
class Seal:
    """Whose steps these are, in which language and look they are shown, and until when they are good."""

    secret: str
    language: str
    theme: str
    until: int

    @classmethod
    def fresh(cls, language: str, theme: str) -> "Seal":
        """Give the seal of somebody who just came; it lasts as long as any form of the house."""
        lasting = current_app.config["WTF_CSRF_TIME_LIMIT"]
        return cls(secrets.token_urlsafe(16), language, theme, int(clock.now().timestamp()) + lasting)

    @property
    def is_over(self) -> bool:
        """Tell whether its time has passed."""
        return clock.now().timestamp() >= self.until

    @property
    def visitor(self) -> str:
        """Give the visitor it stands for, as reservations know them."""
        return digest(self.secret)

    def signed(self, slug: str) -> str:
        """Write it for the addresses of one establishment."""
        return str(_serializer(slug).dumps([self.secret, self.language, self.theme, self.until]))


def read_seal(text: str, slug: str) -> Seal | None:
    """Read a seal of this establishment's addresses; None when it is not ours."""
    try:
        return Seal(*_serializer(slug).loads(text))
    except (BadData, TypeError):
        return None


def _serializer(slug: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"booking-frame:{slug}")
