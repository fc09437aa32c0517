"""What holds for every test: how long an example takes says nothing on a machine that is busy."""

from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
