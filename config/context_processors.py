"""What the frame of every page shows."""

from django.http import HttpRequest

from config.frame import Frame


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Costs nothing where a page has no frame: a fragment, a letter."""
    return {"frame": Frame(request)}
