"""One shop of the playground with many listings, served on `PORT`; some of them were edited by hand."""

from __future__ import annotations

import os
import random
import sys
import time

import uvicorn

from benchmarks.goods import sku_of
from playground.door import hang_up
from playground.ids import Ids
from playground.outside import STALLS
from playground.stall import Stall

EDITED_EVERY = 1_000


def stall_of(channel: str) -> Stall:
    """The shop of that channel, each time with the same keys and the same address of its stock."""
    return next(stall for make in STALLS if (stall := make(time.time, Ids(random.Random(1)))).name == channel)


def main(channel: str, count: int, shown: int) -> None:
    """Serve until stopped: each listing shows so many, and those that were edited two more."""
    stall = stall_of(channel)
    for number in range(count):
        edited = number % EDITED_EVERY == 0
        stall.put_on_sale(sku_of(number), "A thing to sell", shown + 2 if edited else shown, "")
    uvicorn.run(stall.app(hang_up), host="127.0.0.1", port=int(os.environ["PORT"]), log_level="error")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
