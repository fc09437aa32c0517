"""The checks, each a function from an effort to figures, as a table; their numbers are those of the acceptance list."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from tests.faults.checks.clocks import clocks
from tests.faults.checks.crowds import clicks, hot_sku
from tests.faults.checks.kill_points import kill_points
from tests.faults.checks.neighbours import sick_channel, sick_slack
from tests.faults.checks.orders import copies_at_once, kills, lost_replies, oversold, poison
from tests.faults.checks.overload import overload
from tests.faults.checks.races import races
from tests.faults.checks.sequences import sequences
from tests.faults.checks.soak import soak
from tests.faults.checks.stalled import stalled
from tests.faults.checks.stopping import stopping
from tests.faults.checks.store_trouble import store_gone, storm
from tests.faults.checks.teeth import teeth
from tests.faults.effort import Effort
from tests.faults.figures import Figure

CHECKS: Mapping[str, Callable[[Effort], Awaitable[list[Figure]]]] = {
    "kills": kills,
    "teeth": teeth,
    "copies": copies_at_once,
    "lost-replies": lost_replies,
    "poison": poison,
    "oversold": oversold,
    "sequences": sequences,
    "hot-sku": hot_sku,
    "clicks": clicks,
    "races": races,
    "sick-channel": sick_channel,
    "sick-slack": sick_slack,
    "soak": soak,
    "kill-points": kill_points,
    "stopping": stopping,
    "overload": overload,
    "stalled": stalled,
    "storm": storm,
    "store-gone": store_gone,
    "clocks": clocks,
}
