"""What is asked of a build, and who hears how it goes on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from builder.build.identify import Demands
from builder.identity.questions import Answer, Question
from builder.printing.request import Printing


@dataclass(frozen=True, slots=True)
class Request:
    """What to build: folders, output kinds (none: all), and targets (none: all).

    A target is a course (`art-therapy`) or a topic of it (`art-therapy/unit-1/rapport`).
    """

    content: Path
    output: Path
    only: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    demands: Demands = field(default_factory=Demands)
    printing: Printing = field(default_factory=Printing)
    jobs: int = 0  # processes; 0: as many as this one may use, if there is much to do
    forced: bool = False  # make all anew, whatever is there
    is_dry: bool = False  # only say what would be made, and why
    is_quick: bool = False  # leave what is bound of topics for a later build

    def wants(self, course: str, topic: str = "") -> bool:
        """Tell whether what is for a course, or for a topic of it, is to be built."""
        names = {course, f"{course}/{topic}"} if topic else {course}
        return not self.targets or not names.isdisjoint(self.targets)

    def asks_for(self, kind: str) -> bool:
        """Tell whether a kind of output is to be built."""
        return not self.only or kind in self.only

    @property
    def is_whole(self) -> bool:
        """Tell whether all is to be built that there can be."""
        return not (self.targets or self.only or self.printing.selection)


class Talk(Protocol):
    """Whoever wants to hear what a build is doing."""

    def progress(self, done: int, total: int, name: str) -> None:
        """Hear that so many files of all are done, and which is next."""

    def ask(self, prefix: str, question: Question) -> Answer | None:
        """Answer which note is which, as far as it is known; codes begin with the prefix."""

    def waiting(self) -> None:
        """Hear that another build must end first."""
