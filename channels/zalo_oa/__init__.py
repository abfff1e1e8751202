"""The OpenAPI of a Zalo Official Account: windows, prices, tokens that rotate."""

from channels.zalo_oa.channel import ZaloOA

__all__ = ["ZaloOA"]
