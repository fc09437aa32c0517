"""An Amazon seller's account with many listings, served on `PORT`; a feed is processed at once."""

from __future__ import annotations

import os
import random
import sys
import time

import uvicorn

from benchmarks.broadcaster import sku_of
from playground.amazon.app import amazon_app
from playground.amazon.seller import Seller
from playground.amazon.settings import SellerSettings
from playground.ids import Ids

SETTINGS = SellerSettings("client", "secret", "refresh", "hush")


def main(count: int) -> None:
    """Serve until stopped."""
    seller = Seller(SETTINGS, time.time, Ids(random.Random(1)))
    for number in range(count):
        seller.add_listing(sku_of(number), 0)
    uvicorn.run(amazon_app(seller), host="127.0.0.1", port=int(os.environ["PORT"]), log_level="error")


if __name__ == "__main__":
    main(int(sys.argv[1]))
