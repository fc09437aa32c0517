"""The store in one SQLite file: WAL, full durability at commit, one process at a time."""

from core.stores.sqlite.store import SqliteStore

__all__ = ["SqliteStore"]
