"""Holds every request of kurir's Telegram door against the typed models of aiogram.

Argument: a file with one JSON object a line: {"method", "params", "files": [{"field", "file_name"}]}.
A request fails when the method or a parameter is unknown, when one is missing or of the wrong type, at any depth.
Prints what is wrong and exits 1; else prints the number of requests by method as JSON.
"""

import collections
import json
import sys

from aiogram import methods
from aiogram.methods.base import TelegramMethod
from aiogram.types import BufferedInputFile, InlineKeyboardMarkup
from pydantic import BaseModel, ValidationError

MODELS = {
    model.__api_method__.lower(): model
    for model in vars(methods).values()
    if isinstance(model, type) and issubclass(model, TelegramMethod) and isinstance(getattr(model, "__api_method__", None), str)
}


def decoded(value):
    """Forms carry structures as JSON in a text."""
    if isinstance(value, str) and value[:1] in "{[":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def unknown(value, path):
    """Names every field, at any depth, that the model has no word for."""
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from unknown(getattr(value, name, None), f"{path}.{name}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from unknown(item, f"{path}[{index}]")


def faults(call):
    model = MODELS.get(call["method"].lower())
    if model is None:
        return [f"{call['method']}: no such method"]
    texts = {name for name, field in model.model_fields.items() if field.annotation in (str, str | None)}
    params = {name: value if name in texts else decoded(value) for name, value in call["params"].items()}
    for file in call["files"]:
        params[file["field"]] = BufferedInputFile(b"bytes", file["file_name"])
    try:
        parsed = model.model_validate(params)
    except ValidationError as error:
        return [f"{call['method']}: {problem['loc']}: {problem['msg']}" for problem in error.errors()]
    found = [f"{name}: unknown to aiogram" for name in unknown(parsed, call["method"])]
    markup = getattr(parsed, "reply_markup", None)
    if markup is not None and not isinstance(markup, InlineKeyboardMarkup):
        found.append(f"{call['method']}: reply_markup is a {type(markup).__name__}")
    return found


def main(path):
    with open(path, encoding="utf-8") as lines:
        calls = [json.loads(line) for line in lines]
    found = [fault for call in calls for fault in faults(call)]
    for fault in found:
        print(fault)
    if found or not calls:
        return 1
    print(json.dumps(collections.Counter(call["method"] for call in calls), sort_keys=True))
    return 0


sys.exit(main(sys.argv[1]))
