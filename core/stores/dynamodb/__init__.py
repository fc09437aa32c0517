"""The store in DynamoDB: four tables on demand, any number of instances, every group one transaction."""

from core.stores.dynamodb.client import connect
from core.stores.dynamodb.store import DynamoStore

__all__ = ["DynamoStore", "connect"]
