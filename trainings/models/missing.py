"""What lacks before a report can be sent."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Missing:
    """Something that lacks before submission: what, and where on the page it is mended."""

    text: str
    anchor: str

    def __str__(self) -> str:
        return self.text
