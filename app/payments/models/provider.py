"""What is known of Stripe: payment pages opened there, cards kept there, events heard, comparisons with the books."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.kernel.choices import Choice
from app.kernel.db import Base, Identified
from app.kernel.languages import N_
from app.payments.models.asked import Receivable


class CheckoutState(Choice):
    """Where a payment page at Stripe stands."""

    OPEN = "open", N_("Ouverte")
    COMPLETE = "complete", N_("Payée")
    EXPIRED = "expired", N_("Expirée")


class Checkout(Identified, Base):
    """A payment page at Stripe for one receivable. Its row is there before the page: the id makes the call once.

    `reference` is Stripe's id of the session, once it has answered; `key_mark` tells with which key it was opened.
    """

    __tablename__ = "payment_checkouts"

    receivable_id: Mapped[UUID] = mapped_column(sa.ForeignKey("receivables.id"), index=True)
    reference: Mapped[str | None] = mapped_column(sa.String(120), unique=True)
    url: Mapped[str] = mapped_column(sa.Text, default="")
    amount: Mapped[int]
    key_mark: Mapped[str] = mapped_column(sa.String(12), default="", server_default="")
    state: Mapped[CheckoutState] = mapped_column(default=CheckoutState.OPEN)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

    receivable: Mapped[Receivable] = relationship(lazy="joined")


class SavedCard(Identified, Base):
    """A card kept at Stripe with its holder's consent, by references only: its number is never seen here."""

    __tablename__ = "saved_cards"

    receivable_id: Mapped[UUID] = mapped_column(sa.ForeignKey("receivables.id"), unique=True)
    customer: Mapped[str] = mapped_column(sa.String(120))
    card: Mapped[str] = mapped_column(sa.String(120))
    brand: Mapped[str] = mapped_column(sa.String(20), default="")
    last_digits: Mapped[str] = mapped_column(sa.String(4), default="")
    saved_at: Mapped[datetime]
    released_at: Mapped[datetime | None]

    receivable: Mapped[Receivable] = relationship(lazy="joined")


class CardCharge(Base):
    """A sum taken on a card that was kept. `key` is what whoever asks calls it by: the same asked twice is one."""

    __tablename__ = "card_charges"

    receivable_id: Mapped[UUID] = mapped_column(sa.ForeignKey("receivables.id"), primary_key=True)
    card_id: Mapped[UUID] = mapped_column(sa.ForeignKey("saved_cards.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(120), unique=True)

    receivable: Mapped[Receivable] = relationship(lazy="joined")
    card: Mapped[SavedCard] = relationship(lazy="joined")


class EventTrouble(Choice):
    """Why an event was not followed."""

    NONE = "none", N_("Suivi")
    OTHER_MODE = "other_mode", N_("Pas du même mode que la clé")
    UNKNOWN = "unknown", N_("Inconnu de ce compte Stripe")


class ProviderEvent(Base):
    """An event Stripe told of. Its row is written with the promise to look into it: told often, looked at once.

    `trouble` says why nothing was done: a test's event beside a live key, or something the key's account does not know.
    """

    __tablename__ = "provider_events"

    id: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    type: Mapped[str] = mapped_column(sa.String(80))
    about: Mapped[str] = mapped_column(sa.String(120))
    received_at: Mapped[datetime] = mapped_column(index=True)
    handled_at: Mapped[datetime | None]
    trouble: Mapped[EventTrouble] = mapped_column(default=EventTrouble.NONE, server_default="none")


class Reconciliation(Identified, Base):
    """One comparison of the books with Stripe: how much was looked at, and every difference."""

    __tablename__ = "reconciliations"

    at: Mapped[datetime] = mapped_column(index=True)
    since: Mapped[datetime]
    compared: Mapped[int]
    differences: Mapped[dict[str, Any]]

    @property
    def found(self) -> list[dict[str, Any]]:
        """Give the differences."""
        listed: list[dict[str, Any]] = self.differences.get("found", [])
        return listed

    @property
    def held(self) -> dict[str, int]:
        """Give what Stripe held, what the books said it did, and what was on its way to the bank; nothing of old."""
        sums: dict[str, int] = self.differences.get("balance", {})
        return sums
