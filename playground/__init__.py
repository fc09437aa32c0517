"""Local stand-ins for Slack, Shopify and Amazon, with the rules, state and limits of the real ones."""
