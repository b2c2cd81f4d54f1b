"""Chapter 04's counter in another language than Python, in a container."""

from lab_helpers.errors import ImageUnavailable
from lab_helpers.services.base import Service
from lab_helpers.setup import clients


class ClientContainer(Service):
    """The counter in Go, Java, Scala or Ruby, named by its language; its page is its metrics.

    Args:
        language: ``go``, ``java``, ``scala`` or ``ruby``.

    Raises:
        ImageUnavailable: its image has not been built here.
    """

    port = 8000
    ready_path = link_path = "/metrics"

    def __init__(self, language: str, *, port: int | None = None) -> None:
        if language not in clients.built():
            raise ImageUnavailable(f"The client in {language} is not built here; {clients.REMEDY}.")
        super().__init__(name=language, image=clients.image(language), port=port)
