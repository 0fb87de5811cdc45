"""The Stripe double: a server of our own that speaks Stripe's protocol over HTTP, for the tests and the demonstration.

It stands apart from the house: it is another company, on another port, with its own file. It knows no reservation and
takes no real card; a live key is refused at the start and in each request (docs/decisions/0031-stripe-double.md).
"""
