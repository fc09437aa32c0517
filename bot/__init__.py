"""Slack, in and out: commands, buttons, alerts, the digest and the Home tab."""
