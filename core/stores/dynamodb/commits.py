"""Group commit: decide, write in one transaction, and where a belief was wrong or somebody in the way, again."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.changes import Change, Committed, Decision, Outcome
from core.errors import SyncStateError, Unavailable
from core.stock import Level
from core.stores.dynamodb import claims, group, writes
from core.stores.dynamodb.beliefs import Beliefs
from core.stores.dynamodb.context import Context
from core.stores.dynamodb.marks import Part, group_mark
from core.stores.dynamodb.replies import BusyError, CancelledError, MalformedError
from core.stores.dynamodb.values import text, text_of

_WHOLE = 2  # a contended group is tried so often before it is split in halves
_PATIENT = 3  # and decided anew so often before it waits between


@dataclass(frozen=True, slots=True)
class _Batch:
    changes: tuple[tuple[int, Change], ...]
    tries: int = 0


@dataclass(slots=True)
class _Work:
    """One call of commit: what waits, what is believed, what was answered and which marks were left."""

    waiting: deque[_Batch]
    beliefs: Beliefs
    now: float
    answers: dict[int, Decision | SyncStateError] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    levels: Mapping[str, Level] = field(default_factory=dict)


async def commit(context: Context, changes: Sequence[Change]) -> Committed:
    """Commit the changes, each once; Unavailable for those that the deadline leaves, raised when it leaves them all."""
    context.memory.trim()
    work = _Work(deque([_Batch(tuple(enumerate(changes)))]), Beliefs(context.memory), context.clock())
    reason: Unavailable | None = None
    try:
        async with context.calls.bounded("commit"):
            await _drain(context, work)
            work.levels = await _look(context, work, changes)
    except Unavailable as error:
        reason = error
    if reason is not None and changes and not work.answers:
        raise reason
    left = reason or Unavailable("the change was not decided")
    results = tuple(_result(work, index, change, left) for index, change in enumerate(changes))
    mark = group_mark(work.parts, work.now)
    marked = {sku: work.levels[sku] for sku in (mark.skus if mark else ()) if sku in work.levels}
    return Committed(results, mark, marked)


async def _drain(context: Context, work: _Work) -> None:
    while work.waiting:
        batch = work.waiting.popleft()
        decided, taken = group.decide(batch.changes, work.beliefs, context.token()[-8:])
        if decided.unread:
            work.waiting.appendleft(batch)
            await _read(context, work.beliefs, decided.unread_keys, decided.unread_skus)
            continue
        if taken < len(batch.changes):
            work.waiting.appendleft(_Batch(batch.changes[taken:], batch.tries))
        await _write(context, work, _Batch(batch.changes[:taken], batch.tries), decided)


async def _write(context: Context, work: _Work, batch: _Batch, decided: group.Group) -> None:
    prepared = writes.write(context, decided, work.now)
    try:
        if prepared.items:
            await context.calls.transact([each.item for each in prepared.items], context.token())
    except CancelledError as cancelled:
        prepared.correct(work.beliefs, cancelled.reasons)
        await _again(context, work, batch, contended=cancelled.contended, malformed=_is_malformed(cancelled))
    except BusyError:
        await _again(context, work, batch, contended=True, malformed=False)
    except MalformedError:
        await _again(context, work, batch, contended=False, malformed=True)
    else:
        writes.learn(work.beliefs, decided, prepared)
        work.answers |= decided.answers
        work.parts += [prepared.part] if prepared.part is not None else []


async def _again(context: Context, work: _Work, batch: _Batch, *, contended: bool, malformed: bool) -> None:
    tries = batch.tries + 1
    if malformed and len(batch.changes) == 1:
        work.answers[batch.changes[0][0]] = Unavailable("DynamoDB cannot store this change")
        return
    middle = (len(batch.changes) + 1) // 2
    split = malformed or (contended and tries >= _WHOLE)
    halves = (batch.changes[:middle], batch.changes[middle:]) if split else (batch.changes,)
    again = [_Batch(half, tries) for half in halves if half]
    if contended:
        work.waiting.extend(again)  # behind the others, which need not wait for it
    else:
        work.waiting.extendleft(reversed(again))
    if contended or tries >= _PATIENT:
        await context.calls.pause(tries)


def _is_malformed(cancelled: CancelledError) -> bool:
    codes = {reason.code for reason in cancelled.reasons}
    return bool(codes & {"ValidationError", "ItemCollectionSizeLimitExceeded"})


async def _read(context: Context, beliefs: Beliefs, keys: set[str], skus: set[str]) -> None:
    names = context.names
    wanted = {
        names.transactions: [{"txId": text(key)} for key in keys],
        names.inventory: [{"sku": text(sku)} for sku in skus],
    }
    found = await context.calls.get_many({table: each for table, each in wanted.items() if each})
    rows = {text_of(item, "txId"): item for item in found.get(names.transactions, [])}
    stock = {text_of(item, "sku"): item for item in found.get(names.inventory, [])}
    for key in keys:
        beliefs.learn_row(key, rows.get(key))
    for sku in skus:
        beliefs.learn_stock(sku, stock.get(sku))


async def _look(context: Context, work: _Work, changes: Sequence[Change]) -> Mapping[str, Level]:
    moved = {sku for part in work.parts for sku in part.todo.skus}
    seen = {sku for index, change in enumerate(changes) for sku in _needs(work, index, change)}
    return await claims.look(context, sorted(moved | seen), moved)


def _needs(work: _Work, index: int, change: Change) -> tuple[str, ...]:
    if isinstance(work.answers.get(index), SyncStateError):
        return ()
    kept = work.beliefs.rows.get(change.key)
    return change.needs(kept.known if kept is not None else None)


def _result(work: _Work, index: int, change: Change, left: Unavailable) -> Outcome | Exception:
    answer = work.answers.get(index, left)
    if isinstance(answer, SyncStateError):
        return answer
    after = {sku: work.levels[sku].stock for sku in _needs(work, index, change) if sku in work.levels}
    return Outcome(answer.status, change.key, after, answer.more)
