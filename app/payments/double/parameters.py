"""What a request says, in Stripe's form encoding (`line_items[0][price_data][currency]=eur`), read strictly."""

import re
from collections.abc import Iterable
from typing import Any

from app.payments.double.errors import invalid

LARGEST = 99_999_999
WEB_ADDRESS = r"https?://[a-zA-Z0-9.\-\[\]:]+([/?#][^\s\\]*)?"
SMALLEST = {"chf": 50, "eur": 50, "gbp": 30, "usd": 50}


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Read `a[b][0]=c` as `{"a": {"b": ["c"]}}`."""
    tree: dict[str, Any] = {}
    for name, value in pairs:
        if not re.fullmatch(r"[^\[\]]+(\[[^\[\]]*\])*", name):
            raise invalid(f"Invalid request: the parameter name {name[:80]!r} cannot be read.")
        *path, last = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name)
        place = tree
        for word in path:
            place = place.setdefault(word or str(len(place)), {})
            if not isinstance(place, dict):
                raise invalid(f"Invalid request: {name[:80]} is both a value and a group.", name)
        if isinstance(place.get(last), dict):
            raise invalid(f"Invalid request: {name[:80]} is both a value and a group.", name)
        place[last or str(len(place))] = value
    return tree


class Parameters:
    """The parameters of a request; those nobody asked for are refused by `finish`."""

    def __init__(self, values: dict[str, Any], within: str = "") -> None:
        """Hold what was given; `within` names the group for messages."""
        self.values = values
        self._within = within
        self._asked: set[str] = {"expand"} if not within else set()
        self._inner: list[Parameters] = []

    def name(self, name: str) -> str:
        """Give a parameter's whole name: `payment_intent_data[metadata]`."""
        return f"{self._within}[{name}]" if self._within else name

    def text(self, name: str, *, required: bool = False, longest: int = 5000) -> str | None:
        """Give a text, or None where it is absent or empty."""
        self._asked.add(name)
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise invalid("Invalid string", self.name(name), "parameter_invalid_string")
        if required and not value:
            raise invalid(f"Missing required param: {self.name(name)}.", self.name(name), "parameter_missing")
        if value and len(value) > longest:
            raise invalid(f"Invalid string: must be at most {longest} characters", self.name(name))
        return value or None

    def one_of(self, name: str, known: Iterable[str], default: str = "", *, required: bool = False) -> str:
        """Give one of the known words."""
        value = self.text(name, required=required) or default
        if value and value not in known:
            raise invalid(f"Invalid {self.name(name)}: must be one of {', '.join(known)}", self.name(name))
        return value

    def whole(self, name: str, *, required: bool = False) -> int | None:
        """Give a whole number."""
        value = self.text(name, required=required)
        if value is not None and not re.fullmatch(r"-?[0-9]{1,15}", value):
            raise invalid(f"Invalid integer: {value[:40]}", self.name(name), "parameter_invalid_integer")
        return int(value) if value is not None else None

    def flag(self, name: str) -> bool:
        """Give a yes or no; absent is no."""
        value = self.text(name) or "false"
        if value not in {"true", "false"}:
            raise invalid(f"Invalid boolean: {value[:40]}", self.name(name), "parameter_invalid_boolean")
        return value == "true"

    def amount(self, name: str, currency: str, *, smallest: int | None = None) -> int:
        """Give an amount in the smallest unit, within what Stripe takes."""
        value = self.whole(name, required=True) or 0
        if value < 1:
            raise invalid(
                "This value must be greater than or equal to 1.", self.name(name), "parameter_invalid_integer"
            )
        least = SMALLEST[currency] if smallest is None else smallest
        if value < least:
            raise invalid(f"Amount must be at least {least / 100:.2f} {currency}", self.name(name), "amount_too_small")
        if value > LARGEST:
            raise invalid(
                f"Amount must be no more than {LARGEST / 100:.2f} {currency}", self.name(name), "amount_too_large"
            )
        return value

    def currency(self, name: str = "currency") -> str:
        """Give a currency the double knows."""
        value = (self.text(name, required=True) or "").lower()
        if value not in SMALLEST:
            known = ", ".join(SMALLEST)
            raise invalid(f"Invalid currency: {value[:10]}. This double supports: {known}", self.name(name))
        return value

    def web_address(self, name: str, *, required: bool = False) -> str | None:
        """Give an absolute address."""
        value = self.text(name, required=required)
        if value is not None and not re.fullmatch(WEB_ADDRESS, value):
            raise invalid("Not a valid URL", self.name(name), "url_invalid")
        return value

    def metadata(self) -> dict[str, str]:
        """Give the metadata: at most 50 keys of 40 characters, with values of 500."""
        group = self.group("metadata")
        texts = {key: group.text(key, longest=500) or "" for key in group.values}
        if len(texts) > 50 or any(len(key) > 40 for key in texts):
            raise invalid("Metadata can have up to 50 keys of up to 40 characters each.", "metadata")
        return texts

    def words(self, name: str) -> list[str]:
        """Give a list of words."""
        group = self.group(name)
        return [group.text(key) or "" for key in group.values]

    def group(self, name: str) -> "Parameters":
        """Give the parameters inside a parameter."""
        self._asked.add(name)
        value = self.values.get(name) or {}
        if not isinstance(value, dict):
            raise invalid("Invalid hash", self.name(name), "parameter_invalid_hash")
        group = Parameters(value, self.name(name))
        self._inner.append(group)
        return group

    def groups(self, name: str) -> list["Parameters"]:
        """Give a list of groups: `line_items[0][…]`."""
        outer = self.group(name)
        return [outer.group(key) for key in sorted(outer.values, key=lambda key: key.zfill(6))]

    def skip(self, *names: str) -> None:
        """Take parameters that change nothing here."""
        self._asked.update(names)

    def finish(self) -> None:
        """Refuse what nobody knows: a misspelt parameter is an error at Stripe's too."""
        for name in self.values:
            if name not in self._asked:
                unknown = self.name(name)
                raise invalid(f"Received unknown parameter: {unknown[:80]}", unknown, "parameter_unknown")
        for group in self._inner:
            group.finish()
