"""What happens to an order, told in every sequence there is and one letter of it twice: the end is the same."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from itertools import permutations

from tests.faults import figures
from tests.faults.effort import Effort
from tests.faults.figures import Figure
from tests.faults.mail import Letter, Mail, order_letter
from tests.faults.model import on_hand, wrong
from tests.faults.places import SQLITE
from tests.faults.senders import Senders

_SKUS = ("A", "B")
_OPENING = dict.fromkeys(_SKUS, 5_000)
_STEPS = 5


async def sequences(effort: Effort) -> list[Figure]:
    """8: create, edit, partial refund, cancel and return in all 120 sequences, on orders that are otherwise alike."""
    rng = effort.rng("sequences")
    every = list(permutations(range(_STEPS)))
    chosen = rng.sample(every, effort.pick(40, len(every)))
    async with effort.running(1, SQLITE) as (_, members):
        await members.one.set_stock(_OPENING)
        mail = Mail(rng, _SKUS, time.time() + 1)
        senders = Senders(members.ports, rng)
        await asyncio.gather(*[_tell(senders, _told(mail, sequence, rng)) for sequence in chosen])
        found = await members.one.on_hand()
        audit = await members.audit()
    differ = wrong(on_hand(_OPENING, mail.orders.values(), mail.returns), found)
    what = f"{len(chosen)} sequences of {_STEPS} letters, one of them twice"
    return [
        figures.exact(8, what, differ, len(_SKUS), "the same end"),
        figures.holds(8, f"{what}: audit", audit or "no fault", "no fault", passed=not audit),
    ]


def _told(mail: Mail, sequence: Sequence[int], rng: random.Random) -> list[Letter]:
    """What happens to one order, in that sequence, with one of the letters once more somewhere behind the first."""
    created = mail.order(("A", 4), ("B", 3))
    edited = mail.edit(created)
    refunded = mail.refund(edited)
    happened = [
        mail.first(created),
        order_letter(edited, "orders/updated"),
        order_letter(refunded, "orders/updated"),
        order_letter(mail.cancel(refunded), "orders/cancelled"),
        mail.give_back("A", 1, "SELLABLE"),
    ]
    letters = [happened[number] for number in sequence]
    return [*letters[:1], *_with_one_more(letters[1:], rng.choice(letters), rng)]


def _with_one_more(letters: list[Letter], again: Letter, rng: random.Random) -> list[Letter]:
    place = rng.randint(0, len(letters))
    return [*letters[:place], again, *letters[place:]]


async def _tell(senders: Senders, letters: Sequence[Letter]) -> None:
    for letter in letters:
        await senders.send_at_once([letter])
