"""Tests of the marketplaces: what they say is read, what they are told arrives."""
