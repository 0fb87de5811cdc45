"""What people do with the letters about their account."""

from urllib.parse import urlsplit


def link_in(letter, beginning):
    """The path of the link of a letter that begins so."""
    return next(path for link in letter.links if (path := urlsplit(link).path).startswith(beginning))


def fields_of(page):
    """What a page lets one type: the names of its main form."""
    return {field["name"] for field in page.all("form.form [name]")} - {"csrf_token"}
