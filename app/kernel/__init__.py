"""Mechanisms that know no business: what every slice declares into and builds upon."""
