"""The bot against Slack's stand-in: signed requests in, Web API calls out."""
