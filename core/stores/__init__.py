"""The stores: each keeps the promises of core.ports.Store on its own kind of database."""
