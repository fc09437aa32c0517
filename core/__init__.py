"""The stock ledger and what follows a change; knows no Slack and no HTTP server."""
