"""Pictures for messengers that fetch them by address."""

from pathlib import Path
from urllib.parse import quote

LARGEST = 1_000_000  # Zalo's limit, with some room
FETCHED = (".jpg", ".jpeg", ".png")


class Pictures:
    """Stored pictures that the messenger can reach; none without a public address."""

    def __init__(self, media: Path | None, media_url: str | None) -> None:
        self._media = media.resolve() if media else None
        self._url = media_url.rstrip("/") if media_url else None

    def __bool__(self) -> bool:
        return bool(self._media and self._url)

    def address(self, image: str | None) -> str | None:
        if not image or not self._media or not self._url:
            return None
        path = (self._media / image).resolve()
        if not path.is_relative_to(self._media) or path.suffix.lower() not in FETCHED:
            return None
        fits = path.is_file() and path.stat().st_size <= LARGEST
        return f"{self._url}/{quote(image)}" if fits else None
