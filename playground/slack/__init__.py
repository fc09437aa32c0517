"""A Slack workspace in memory that keeps Slack's rules, state and limits."""
