"""Messengers: the only code that knows how Telegram, Zalo or our own web chat speak."""
