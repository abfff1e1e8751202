"""All pages of the console, and its menu."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from console import (
    accounts,
    areas_page,
    articles,
    campaigns,
    case_acts,
    case_figures,
    case_form,
    case_page,
    cases,
    channel_consent,
    channels_page,
    content_pages,
    deadlines_page,
    duplicates,
    families,
    family,
    family_acts,
    feedback,
    forecast,
    hamlets,
    home,
    imports,
    inbox,
    inbox_talk,
    inbox_writing,
    overdue,
    own,
    own_chat,
    services,
    slips,
    trail,
)
from console.login import login_routes
from console.render import HERE, not_found, redirect, shared_values
from console.scope import May, Role
from console.web import Count, Desk, Page, guarded, routes

PAGES: tuple[Page, ...] = (
    *home.PAGES,
    *campaigns.PAGES,
    *articles.PAGES,
    *own.PAGES,
    *own_chat.PAGES,
    *inbox.PAGES,
    *inbox_talk.PAGES,
    *inbox_writing.PAGES,
    *cases.PAGES,
    *case_figures.PAGES,  # before the cases, whose numbers are words
    *case_page.PAGES,
    *case_form.PAGES,
    *case_acts.PAGES,
    *content_pages.PAGES,
    *duplicates.PAGES,
    *families.PAGES,
    *family.PAGES,
    *family_acts.PAGES,
    *overdue.PAGES,
    *imports.PAGES,
    *slips.PAGES,
    *hamlets.PAGES,
    *feedback.PAGES,
    *areas_page.PAGES,
    *deadlines_page.PAGES,
    *services.PAGES,
    *channels_page.PAGES,
    *channel_consent.PAGES,
    *forecast.PAGES,
    *accounts.PAGES,
    *trail.PAGES,
)


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the menu; shown to those who may open it."""

    path: str
    name: str
    needs: May
    count: Count | None = None  # of what waits for the officer


MENU = (
    Item("", "Hôm nay", May.COME_IN),
    Item("/campaigns", "Chiến dịch", May.WRITE_CAMPAIGNS),
    Item("/families", "Gia đình", May.SEE_FAMILIES),
    Item("/overdue", "Quá hạn", May.SEE_FAMILIES),
    Item("/slips", "Giấy mời", May.INVITE),
    Item("/content", "Nội dung", May.REVIEW_CONTENT),
    Item("/inbox", "Hộp thư", May.TALK, inbox.waiting),
    Item("/cases", "Hồ sơ trẻ", May.KEEP_CASES, cases.waiting),
    Item("/cases/figures", "Số liệu hồ sơ", May.SEE_CASE_FIGURES),
    Item("/feedback", "Phản hồi", May.SEE_FEEDBACK),
    Item("/area", "Địa bàn", May.SET_AREA),
    Item("/deadlines", "Hạn", May.KEEP_DEADLINES),
    Item("/services", "Nơi giúp", May.KEEP_SERVICES),
    Item("/channels", "Kênh", May.KEEP_CHANNELS),
    Item("/channels/forecast", "Dự báo gửi tin", May.SEE_CHANNELS),
    Item("/accounts", "Tài khoản", May.ACCOUNTS),
    Item("/trail", "Nhật ký", May.SEE_AUDIT),
)
ROLE_NAMES = {
    Role.STATION: "Trạm y tế",
    Role.CHILD: "Cán bộ trẻ em",
    Role.PROTECTION: "Bảo vệ trẻ em",
    Role.SCHOOL: "Trường",
    Role.UNION: "Đoàn thể",
    Role.EDITOR: "Biên tập nội dung",
    Role.LEAD: "Phụ trách",
    Role.ADMIN: "Quản trị",
}


def menu(may: Callable[[May], bool]) -> list[Item]:
    return [item for item in MENU if may(item.needs)]


def role_name(role: str) -> str:
    return ROLE_NAMES[Role(role)]


def console_routes(desk: Desk) -> list[BaseRoute]:
    shared_values(menu=menu, role_name=role_name, sample=desk.sample)
    desk = replace(desk, counts={i.path: (i.needs, i.count) for i in MENU if i.count})
    return [
        *login_routes(desk),
        *channel_consent.back_routes(desk),
        *routes(desk, PAGES),
        Mount("/console/static", StaticFiles(directory=HERE / "static")),
        Route("/console/{rest:path}", guarded(desk, "/…", _no_page), methods=["GET", "POST"]),
    ]


async def _no_page(request: Request) -> Response:
    return not_found() if request.path_params["rest"] else redirect("/console")
