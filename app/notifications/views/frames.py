"""A letter's HTML in a frame that runs no script and fetches nothing; its links open in a tab of their own."""

from flask import Response

FRAMED_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
LINKS_IN_A_TAB = '<base target="_blank">'


def framed(content: str, *, mimetype: str = "text/html", status: int = 200) -> Response:
    """Answer with what a frame of the house shows."""
    response = Response(content.replace("<head>", f"<head>{LINKS_IN_A_TAB}", 1), status, mimetype=mimetype)
    response.headers["Content-Security-Policy"] = FRAMED_POLICY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response
