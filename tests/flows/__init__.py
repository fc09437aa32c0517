"""The main job, end to end: real processes, real stores, stand-ins that behave."""
