"""What a stand-in refuses to a buyer or an operator."""


class RefusedError(Exception):
    """An action that the real marketplace would not allow, with the reason as its text."""
