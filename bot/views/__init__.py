"""What Slack shows, as pure functions from data to blocks."""
