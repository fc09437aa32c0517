"""The REST API: one file per resource, each handler a plain function of the service and an authorised call."""
