"""The stand-in for an Amazon seller account: login, Listings Items, and order notifications."""
