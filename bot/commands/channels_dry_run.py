"""`/channels dry-run NAME on|off`: only note what would be sent."""

from __future__ import annotations

from bot.call import Call, Reply
from bot.views.channels import arranged
from core.errors import BadInput

TWO = 2
SWITCH = {"on": True, "off": False}

SLASH = "/channels"
NAME = "dry-run"
BARE = False
CHANGES = True
USAGE = "/channels dry-run NAME on|off"
EXAMPLE = "/channels dry-run amazon on"
HELP = "Only note what would be sent, or send again."


async def run(call: Call) -> Reply:
    """Switch the dry run on or off."""
    if len(call.words) != TWO or call.words[1] not in SWITCH:
        raise BadInput("words", "are a channel and then on or off")
    channel, on = call.words[0].lower(), SWITCH[call.words[1]]
    await call.service.steering.rehearse(channel, call.person.user_id, on=on)
    done = "set to a dry run" if on else "ended the dry run of"
    then = "It is only noted what would be sent." if on else "All that is owed is sent now."
    return Reply(arranged(call.person.user_id, done, channel, "", then), public=True)
