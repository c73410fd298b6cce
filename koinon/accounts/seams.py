"""Where apps above lend to people: the roles they hold, what is theirs, what must be forgotten, their notices."""

from typing import Any
from uuid import UUID

from koinon.accounts.models import Person
from koinon.kit.seams import Seam

roles_of: Seam[[UUID], dict[UUID, set[str]]] = Seam("Roles a person holds today: scope id -> role names")
must_have_second_factor: Seam[[Person], bool] = Seam("Must this person have a second factor (coordinators, operators)?")
data_of: Seam[[Person], dict[str, list[dict[str, Any]]]] = Seam("Everything that is a person's, as plain rows by table")
forget: Seam[[Person], None] = Seam("Cut what links rows above to a person who wants to be forgotten")
notice_kinds: Seam[[], list[tuple[str, Any, str]]] = Seam("Kinds of notice: (kind, title, default pace)")
desk_items: Seam[[Any], list[Any]] = Seam("What waits on somebody's desk: DeskItem rows, oldest deadline first")
desk_news: Seam[[Any], list[Any]] = Seam("What is new for somebody: rows of news on the desk")
erased: Seam[[UUID], None] = Seam("A person is gone: drop caches")
