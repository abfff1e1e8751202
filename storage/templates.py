"""Templates that a messenger approved, by the content item they are sent for."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.engine import Connection

from storage.dialect import upsert
from storage.zalo_tables import message_templates


@dataclass(frozen=True, slots=True)
class Template:
    """`fields`: the name in the template -> the placeholder of ours that fills it."""

    message: str
    template_id: str
    fields: Mapping[str, str]
    price: int  # đồng
    active: bool = True


def put(conn: Connection, account: str, template: Template) -> None:
    values = {
        "account": account,
        "message": template.message,
        "template_id": template.template_id,
        "fields": json.dumps(dict(template.fields), ensure_ascii=False),
        "price": template.price,
        "active": template.active,
    }
    upsert(conn, message_templates, values)


def drop(conn: Connection, account: str, message: str) -> None:
    same = (message_templates.c.account == account, message_templates.c.message == message)
    conn.execute(delete(message_templates).where(*same))


def every(conn: Connection, account: str) -> list[Template]:
    query = select(message_templates).where(message_templates.c.account == account)
    return [
        Template(row.message, row.template_id, json.loads(row.fields), row.price, row.active)
        for row in conn.execute(query.order_by(message_templates.c.message))
    ]


def find(conn: Connection, account: str, message: str) -> Template | None:
    """The one that may be used; `account` is a route."""
    return next((t for t in every(conn, account) if t.message == message and t.active), None)
