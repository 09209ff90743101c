"""The names of a catalogue's conditions, made here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


class Conditions:
    """What each condition of a catalogue is called, as a rule among the rules of the law."""

    @staticmethod
    def access(step: str) -> str:
        """The condition of the law under which a step may begin."""
        return f"step:{step}:access"

    @staticmethod
    def facts(step: str) -> str:
        """What a step asks for beyond the law and the rungs."""
        return f"step:{step}:facts"

    @staticmethod
    def age(step: str) -> str:
        """The age within which a step may begin."""
        return f"step:{step}:age"

    @staticmethod
    def door(step: str) -> tuple[str, str, str]:
        """The three that a door has: `access`, `facts` and `age`."""
        return (Conditions.access(step), Conditions.facts(step), Conditions.age(step))

    @staticmethod
    def only_if(step: str, grade: str) -> str:
        """The condition under which an outcome of a step comes about ("best.0")."""
        return f"step:{step}:only_if:{grade}"

    @staticmethod
    def goal(goal: str) -> str:
        """The condition that is met once a goal is reached."""
        return f"goal:{goal}"

    @staticmethod
    def livelihood(profile: str, option: int) -> str:
        """The condition of an option of a livelihood profile, counted from 0."""
        return f"livelihood:{profile}:{option}"

    @staticmethod
    def presumed(profile: str, fact: str) -> str:
        """The condition under which a profile presumes a fact."""
        return f"presumed:{profile}:{fact}"

    @staticmethod
    def doubted(assumptions: str, fact: str) -> str:
        """The condition under which a set of assumptions does not presuppose a fact."""
        return f"doubted:{assumptions}:{fact}"

    @staticmethod
    def clarify(point: int) -> str:
        """The condition under which an overview asks a point, counted from 0."""
        return f"clarify:{point}"

    @staticmethod
    def ends_for(ending: str) -> str:
        """For whom an ending is one."""
        return f"ending:{ending}:when"

    @staticmethod
    def ends_with(ending: str) -> str:
        """The condition whose last day an ending is."""
        return f"ending:{ending}:until"

    @staticmethod
    def carried(what: str) -> str:
        """For whom something hangs on the step that is under way."""
        return f"carried:{what}"

    @staticmethod
    def of_step(step: str, names: Iterable[str]) -> Iterator[str]:
        """Those of `names` that belong to a step."""
        return (name for name in names if name.startswith(f"step:{step}:"))

    @staticmethod
    def of_profile(profile: str, names: Iterable[str]) -> Iterator[str]:
        """Those of `names` that belong to a livelihood profile."""
        beginnings = (f"livelihood:{profile}:", f"presumed:{profile}:")
        return (name for name in names if name.startswith(beginnings))

    @staticmethod
    def entry(name: str) -> tuple[str, str]:
        """The kind of entry of the catalogue that a condition belongs to ("steps", "goals",
        "profiles", "clarify"), and its id."""
        kind, id, *_ = name.split(":")
        kinds = {
            "step": "steps",
            "goal": "goals",
            "livelihood": "profiles",
            "presumed": "profiles",
            "ending": "endings",
            "doubted": "sets",
        }
        return kinds.get(kind, kind), id
