"""robots.txt: what may be asked, how often, and where the sitemaps are (protego reads it); asks nothing itself."""

from __future__ import annotations

from typing import Any

AGENT = "blogsum"
_LONGEST = 512_000  # bytes that must be read, by RFC 9309, section 2.5


class Rules:
    """The rules of one host for this agent; those of an empty file allow everything."""

    def __init__(self, content: bytes = b"") -> None:
        from protego import Protego

        text = content[:_LONGEST].decode("utf-8", "replace").removeprefix("\ufeff").replace("\0", "")
        self._rules: Any = Protego.parse(text)

    def allows(self, url: str) -> bool:
        """Whether ``url`` may be asked."""
        return bool(self._rules.can_fetch(url, AGENT))

    @property
    def delay(self) -> float:
        """Seconds the host wants between two requests."""
        rate = self._rules.request_rate(AGENT)
        pause = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return max(float(self._rules.crawl_delay(AGENT) or 0.0), pause)

    @property
    def sitemaps(self) -> list[str]:
        """The addresses of sitemaps, as they stand there, at most a hundred."""
        return list(self._rules.sitemaps)[:100]
