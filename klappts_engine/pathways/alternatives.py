"""Other steps that could stand in the place of one step of a way, at the same costs of the whole way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from klappts_engine.pathways.future import NO_CHANGES
from klappts_engine.pathways.moves import FULL, Move, Moves
from klappts_engine.pathways.search import Way


def alternatives(moves: Moves, goal: str, way: Way) -> list[tuple[str, ...]]:
    """For each step of a way to `goal` the steps that could take its place and change none of its costs."""
    return [tuple(dict.fromkeys(_others(moves, f"goal:{goal}", way, number))) for number in range(len(way.moves))]


def _others(moves: Moves, goal: str, way: Way, number: int) -> Iterator[str]:
    move = way.moves[number]
    before, after = way.moves[:number], way.moves[number + 1 :]
    since = before[-1].end if before else moves.future.days[0]
    changes = NO_CHANGES
    for taken in before:
        changes = moves.after(taken, changes)
    until = after[0].start if after else move.end
    for id, step in moves.catalogue.steps.items():
        if id == move.step or move.running or step.role != "main" or moves.doors.least_level(id) > way.level:
            continue
        for result in moves.results(id):
            if result.hope != (move.grade != FULL):
                continue
            doors, months = moves.openings(id, result.grade, changes), moves.doors.duration(id, changes)
            for start, level in zip(doors.starts, doors.levels, strict=True):
                day = moves.future.days[start]
                if day < since or level > way.level:
                    continue
                _, end = moves.end(id, start, months)
                if end > until:
                    break
                if _as_good(moves, goal, way, [*before, Move(id, day, end, result.grade), *after]):
                    yield id
                    break


def _as_good(moves: Moves, goal: str, way: Way, other: Sequence[Move]) -> bool:
    """Whether the moves are a way with the same costs."""
    found = costs(moves, goal, other)
    return found is not None and found.costs == way.costs


def costs(moves: Moves, goal: str, taken: Sequence[Move]) -> Way | None:
    """The way that these moves are; None if a door is shut, a move comes too early, or the goal is not reached."""
    changes, month, level, unsecured = NO_CHANGES, 0, 0, 0
    days = moves.future.days
    for move in taken:
        start = moves.future.index(move.start)
        if move.running:
            unsecured += moves.unsecured_left(move.step, changes, move.start, move.end)
        else:
            doors = moves.openings(move.step, move.grade, changes)
            if start < month or start not in doors.starts or days[start] != move.start:
                return None
            _, end = moves.end(move.step, start, moves.doors.duration(move.step, changes))
            if end != move.end:
                return None
            level = max(level, doors.levels[doors.starts.index(start)])
            idle = moves.idle(changes)
            unsecured += idle[start] - idle[month]
            unsecured += moves.unsecured(move.step, changes, moves.busy(move.step, changes), start, end)
        changes, month = moves.after(move, changes), moves.future.index(move.end)
    if level > moves.doors.unknown_level or month >= len(days):
        return None
    if moves.doors.truth(goal, [goal], changes, days[month])[goal] is not True:
        return None
    hopes = any(move.grade != FULL for move in taken)
    return Way(tuple(taken), level, unsecured, hopes)
