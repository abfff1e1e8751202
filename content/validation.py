"""YAML data turned into models; what does not fit becomes problems with a line."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from content import schema
from content.files import Key, Problem, YamlFile
from content.wordlists import Wordlists

ENTRY = TypeAdapter(schema.Entry)
DUTY = TypeAdapter(schema.DutyEntry)
PLACES = TypeAdapter(schema.Places)
TYPED = TypeAdapter(schema.Typed)
FRONT = TypeAdapter(schema.Front)
WORDLISTS = TypeAdapter(Wordlists)
LABELS = TypeAdapter(dict[schema.LabelKey, schema.Words])
SOURCES = TypeAdapter(dict[schema.SourceId, schema.SourceEntry])

Model = TypeVar("Model")


def validate(
    model: TypeAdapter[Model],
    file: YamlFile,
    found: list[Problem],
    keys: tuple[Key, ...] = (),
) -> Model | None:
    """The model of what stands under `keys`; everything wrong with it goes to `found`."""
    data = file.data
    for key in keys:
        data = data[key]
    try:
        return model.validate_python({} if data is None else data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            where = tuple(key for key in detail["loc"] if key != "[key]")
            found.append(file.problem((*keys, *where), _said(where, dict(detail))))
    return None


def _said(where: tuple[Key, ...], detail: Mapping[str, Any]) -> str:
    name = ".".join(map(str, where))
    kind, said = detail["type"], str(detail["msg"]).removeprefix("Value error, ")
    if kind == "extra_forbidden":
        said = "unknown key"
    elif kind == "missing":
        said = "is missing"
    return f"{name}: {said}" if name else said
