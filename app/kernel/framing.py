"""Pages that chosen sites may show in a frame. Nothing is kept in the browser there, and nobody is known.

Browsers keep a framed page's cookies away from it, or will; one that relies on none works everywhere. Without cookies
nothing can be done in a visitor's name, so that no form of theirs need prove where it was shown.
"""

from dataclasses import dataclass

from flask import g

from app.kernel.access import ANONYMOUS


@dataclass(frozen=True)
class Frame:
    """What this answer is shown in: by which sites it may be, where one begins again, and how it looks."""

    sites: tuple[str, ...]
    start_url: str
    whole_url: str
    language: str
    theme: str

    @property
    def ancestors(self) -> str:
        """Give who may frame it, in the policy's own words; the house itself may preview what it opens to others."""
        return " ".join(("'self'", *self.sites)) if self.sites else "'none'"


def enter(frame: Frame) -> None:
    """Answer this request for a frame: as nobody, in the frame's own language, without a cookie."""
    g.frame, g.actor, g.language = frame, ANONYMOUS, frame.language


def current_frame() -> Frame | None:
    """Give what this answer is shown in, if it is for a frame."""
    found: Frame | None = g.get("frame")
    return found


def signed_by_its_address() -> None:
    """Say that the address of this form proved, by its signature, that the form is ours."""
    g.csrf_valid = True  # what Flask-WTF itself notes once it has verified a token
