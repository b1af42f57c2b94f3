"""How does the control face say no?"""


class ControlError(Exception):
    """It was asked something it cannot do; answered as a 400 with this message as the reason."""
