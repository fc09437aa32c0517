"""HTTP in: marketplace webhooks, the REST API, health and metrics."""
