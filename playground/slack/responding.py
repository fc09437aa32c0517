"""Response URLs and immediate answers: what an app says back to one command or click."""

from playground.slack.arguments import Arguments
from playground.slack.content import read_content
from playground.slack.records import JsonObject, Message
from playground.slack.response_urls import Ticket
from playground.slack.workspace import Workspace


def respond(workspace: Workspace, ticket: Ticket, values: JsonObject) -> None:
    """Do what the app's answer says: show, replace or delete; raises no_text, invalid_blocks and the like."""
    arguments = Arguments(values)
    original = workspace.posts.find(ticket.channel, ticket.message_ts)
    if arguments.flag("delete_original"):
        if original:
            workspace.posts.remove(original)
        return
    content = read_content(arguments)
    if original and arguments.flag("replace_original"):
        workspace.posts.change(original, content, flagged=False)
        return
    show(workspace, ticket, arguments)


def show(workspace: Workspace, ticket: Ticket, arguments: Arguments) -> Message:
    """Show what the app answers: to the person alone, or to everybody when response_type is in_channel."""
    everybody = arguments.text("response_type") == "in_channel"
    return workspace.posts.post(
        ticket.channel,
        workspace.bot.user_id,
        read_content(arguments),
        bot=workspace.bot,
        thread_ts=arguments.text("thread_ts"),
        visible_to="" if everybody else ticket.user,
    )
