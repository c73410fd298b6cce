"""What can be done with an account: every write is a verb."""

from koinon.accounts.actions.calendar import close_calendar, open_calendar
from koinon.accounts.actions.data import forget, gather_data
from koinon.accounts.actions.entry import (
    act_for,
    ask_link,
    drop_password,
    end_other_sessions,
    end_session,
    enter_by_link,
    enter_demo,
    join,
    remember_factor,
)
from koinon.accounts.actions.notices import choose_paces, read_all, send_digest, subscribe, sweep, unsubscribe
from koinon.accounts.actions.profile import agree, change_profile, choose_language, show_to, withdraw

__all__ = [
    "act_for",
    "agree",
    "ask_link",
    "change_profile",
    "choose_language",
    "choose_paces",
    "close_calendar",
    "drop_password",
    "end_other_sessions",
    "end_session",
    "enter_by_link",
    "enter_demo",
    "forget",
    "gather_data",
    "join",
    "open_calendar",
    "read_all",
    "remember_factor",
    "send_digest",
    "show_to",
    "subscribe",
    "sweep",
    "unsubscribe",
    "withdraw",
]
