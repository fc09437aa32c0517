"""A person at Slack: types commands, clicks, submits modals, and has Slack deliver it to the app."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlencode

import httpx2

from playground.slack.answers import follow_submission, show_answer
from playground.slack.controls import Clickable, action_on, state_after
from playground.slack.delivery import PATIENCE_SECONDS, Deliverer, Delivery, DeliveryKind
from playground.slack.payloads import Origin, Payloads
from playground.slack.records import Json, JsonObject, Message, View
from playground.slack.response_urls import Ticket
from playground.slack.state import filled_state, is_empty
from playground.slack.workspace import Workspace

EVENTS_PATH = "/slack/events"
RETRY_WAITS = (0.0, 60.0, 300.0)


class SlackClient:
    """What a person does and what Slack makes of it; `http` reaches the app, relative `url`s by its base_url."""

    def __init__(
        self,
        workspace: Workspace,
        http: httpx2.AsyncClient,
        signing_secret: str,
        *,
        url: str = EVENTS_PATH,
        origin: Origin | None = None,
        patience: float = PATIENCE_SECONDS,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.workspace = workspace
        self.deliveries: list[Delivery] = []
        self._deliverer = Deliverer(http, url, signing_secret, workspace.clock, patience)
        self._payloads = Payloads(workspace, origin or Origin(workspace.team, workspace.bot.app_id))
        self._sleep = sleep

    async def command(self, user: str, channel: str, text: str = "", command: str = "/stock") -> Delivery:
        """Type a slash command; what the app answers at once is shown in the channel."""
        person, place = self.workspace.user(user), self.workspace.channel(channel)
        form = self._payloads.command(person, place, command, text)
        delivery = await self._deliverer.deliver(DeliveryKind.COMMAND, urlencode(form).encode())
        ticket = Ticket(person.id, place.id, "", self.workspace.clock())
        return self._keep(delivery, show_answer(self.workspace, ticket, command, delivery))

    async def click(self, user: str, shown: Clickable, action_id: str, value: str | None = None) -> Delivery:
        """Press a button, or choose `value` in a menu, of a message or view as it is shown."""
        person = self.workspace.user(user)
        action = action_on(shown, action_id, value)
        state = state_after(shown, action, value)
        if isinstance(shown, Message):
            payload = self._payloads.message_action(person, shown, action, state)
        else:
            payload = self._payloads.view_action(person, shown, action, state)
        return await self.interact(payload)

    async def shortcut(self, user: str, message: Message, callback_id: str) -> Delivery:
        """Choose a shortcut in the menu of a message that everybody sees."""
        person = self.workspace.user(user)
        if message.visible_to:
            raise LookupError("a message for one person has no menu")
        return await self.interact(self._payloads.message_shortcut(person, message, callback_id))

    async def submit(self, user: str, view: View, values: Mapping[str, Json] | None = None) -> Delivery:
        """Fill in inputs by action_id and press submit; raises ValueError where Slack would ask for more."""
        person = self.workspace.user(user)
        state = filled_state(view.blocks, values or {})
        _require(view, state)
        payload = self._payloads.submission(person, view, state)
        delivery = await self._deliverer.deliver(DeliveryKind.INTERACTION, _form(payload))
        return self._keep(delivery, follow_submission(self.workspace, view, delivery))

    async def close(self, user: str, view: View) -> Delivery | None:
        """Dismiss the top modal; the app is told when it asked for that."""
        self.workspace.views.close(view.user)
        if not view.body.get("notify_on_close"):
            return None
        return await self.interact(self._payloads.closing(self.workspace.user(user), view))

    async def interact(self, payload: JsonObject) -> Delivery:
        """Deliver this interaction as it is, signed."""
        return await self.deliver(DeliveryKind.INTERACTION, _form(payload))

    async def deliver(self, kind: DeliveryKind, body: bytes, headers: Mapping[str, str] | None = None) -> Delivery:
        """Sign and deliver these bytes, whatever they are."""
        return self._keep(await self._deliverer.deliver(kind, body, headers))

    async def open_home(self, user: str, tab: str = "home") -> Sequence[Delivery]:
        """Look at the app's Home (or messages) tab."""
        person = self.workspace.user(user)
        channel = self.workspace.direct_channel(person.id)
        return await self.event({"type": "app_home_opened", "user": person.id, "channel": channel.id, "tab": tab})

    async def mention(self, user: str, channel: str, text: str) -> Sequence[Delivery]:
        """Write a message that mentions the bot."""
        said = self.workspace.say(user, channel, f"<@{self.workspace.bot.user_id}> {text}")
        wire = self.workspace.posts.as_json(said, with_metadata=False)
        return await self.event({**wire, "type": "app_mention", "channel": said.channel})

    async def event(self, event: JsonObject) -> Sequence[Delivery]:
        """Deliver an event, up to three times more until the app takes it; every attempt, oldest first."""
        body = json.dumps(self._payloads.event(event)).encode()
        attempts = [await self.deliver(DeliveryKind.EVENT, body)]
        for number, wait in enumerate(RETRY_WAITS, start=1):
            if attempts[-1].ok or _wants_no_retry(attempts[-1]):
                break
            await self._sleep(wait)
            headers = {
                "X-Slack-Retry-Num": str(number),
                "X-Slack-Retry-Reason": attempts[-1].error or "http_error",
            }
            attempts.append(await self.deliver(DeliveryKind.EVENT, body, headers))
        return attempts

    async def replay(self, delivery: Delivery) -> Delivery:
        """Send the very same bytes under the very same signature once more."""
        again = await self._deliverer.send(delivery.kind, delivery.body, delivery.headers)
        return self._keep(again)

    async def settle(self) -> None:
        """Wait until the app has also answered what it was too late for."""
        await self._deliverer.settle()

    def _keep(self, delivery: Delivery, refused: str = "") -> Delivery:
        kept = replace(delivery, refused=refused)
        self.deliveries.append(kept)
        self.workspace.changes.tell()
        return kept


def _form(payload: JsonObject) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


def _require(view: View, state: JsonObject) -> None:
    for block in view.blocks:
        if block["type"] != "input" or block.get("optional"):
            continue
        for action_id, value in state.get(block["block_id"], {}).items():
            if is_empty(value):
                raise ValueError(f"Slack would not submit: {action_id} is empty")


def _wants_no_retry(delivery: Delivery) -> bool:
    return (delivery.answer_headers or {}).get("x-slack-no-retry") == "1"
