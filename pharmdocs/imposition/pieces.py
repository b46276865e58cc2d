"""Objects of a PDF that come together, ready to be written under whatever numbers.

All that it takes to find them is done once; what is left is to fill numbers in.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

# An object as it stands in a file, with %d for each object that it names, and those. A row of the
# parent tree is named by its place, less than 0: -1 is the first.
Text = tuple[bytes, tuple[int, ...]]

# Between two texts; in a PDF it is written in another way.
_APART = b"\0"


@dataclass(frozen=True)
class Objects:
    """The objects of a file by their numbers in it.

    Args:
        texts: each object, of a stream its dictionary.
        streams: what streams hold, packed as they were.
        programs: the streams that hold the hash of a font program instead.
    """

    texts: Mapping[int, Text]
    streams: Mapping[int, bytes]
    programs: Collection[int]


@dataclass(frozen=True)
class Piece:
    """Objects by their places among each other, and texts that name them.

    Args:
        form: the texts of all objects, then the others, with %d for each number.
        names: what stands there in turn: the place of an own object, or of what is needed behind
            them.
        count: how many objects there are.
        needs: what is named and comes from elsewhere: by what it comes to, or by number as the
            file knew it.
        streams: what streams hold, by place.
        programs: which of them hold the hash of a font program.
    """

    form: bytes
    names: tuple[int, ...]
    count: int
    needs: tuple[bytes | int, ...]
    streams: dict[int, bytes]
    programs: frozenset[int]

    def told(self, first: int, needed: Sequence[int]) -> list[bytes]:
        """The texts, where the objects are numbered from `first` on, and what is needed is so."""
        table = [*range(first, first + self.count), *needed]
        return (self.form % tuple([table[at] for at in self.names])).split(_APART)


def piece(
    file: Objects,
    firsts: Iterable[int],
    more: Sequence[Text],
    outside: Mapping[int, bytes | int],
    others: Collection[int] = (),
) -> Piece:
    """Objects of a file, all that they lead to, and more texts.

    Args:
        file: the file.
        firsts: the objects that come first; the rest follows as it is met.
        more: texts that name objects.
        outside: what is not brought along, and what to call it.
        others: what nothing may lead to.

    Raises:
        ValueError: it is led to one of the `others`.
    """
    order = list(dict.fromkeys(firsts))
    place = {number: at for at, number in enumerate(order)}
    needed: dict[int, bytes | int] = {}

    def follow(text: Text) -> None:
        for number in text[1]:
            if number in outside or number < 0:
                needed[number] = outside.get(number, number)
            elif number not in place:
                if number in others:
                    raise ValueError(f"page {number} is on another sheet than what leads to it")
                place[number] = len(order)
                order.append(number)

    for text in more:
        follow(text)
    # It grows while it is gone through.
    for number in order:
        follow(file.texts[number])
    table = place | {number: len(order) + at for at, number in enumerate(needed)}
    texts = [*(file.texts[number] for number in order), *more]
    return Piece(
        _APART.join(form for form, _ in texts),
        tuple(table[number] for _, names in texts for number in names),
        len(order),
        tuple(needed.values()),
        {at: file.streams[number] for at, number in enumerate(order) if number in file.streams},
        frozenset(at for at, number in enumerate(order) if number in file.programs),
    )
