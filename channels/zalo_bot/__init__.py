"""The Zalo Bot Platform: plain text and pictures, for at most 50 people."""

from channels.zalo_bot.channel import ZaloBot

__all__ = ["ZaloBot"]
