"""The one error of the stand-in: Slack says no."""

from playground.slack.records import Json


class SlackError(Exception):
    """A call that is answered `ok: false`, with this code and these further fields."""

    def __init__(self, code: str, **fields: Json) -> None:
        super().__init__(code)
        self.code = code
        self.fields = fields
