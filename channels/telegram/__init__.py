"""Telegram through the Bot API; python-telegram-bot is used as a transport only."""

from channels.telegram.channel import Telegram

__all__ = ["Telegram"]
