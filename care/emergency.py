"""Recognising a cry for help in what people type. Decides only that the numbers are shown.

Kept small and without any file, because it must work when everything else is broken. Words are
compared without accents, so every spelling of a phrase is found; an accent written in the tables
below is one that tells the danger from an everyday word ("tự tử" from "từ từ").
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from care.folding import accented, fold

Word = tuple[str, str]  # without accents, and its accents
Phrase = tuple[Word, ...]

_DANGER = (
    "111|113|114|115|cap cuu|khan cap|goi cong an|sos|cuu voi|cuu toi|cuu con|cuu em|cuu be",
    "khong thở|kho thở|thở khong|ngung thở|ngung tím|ngưng tim|tím tai|tím moi|moi tím",
    "co giật|len con giật|bi giật|giật kinh|bat tỉnh|hon mê|goi khong tỉnh|khong tỉnh|lim di",
    "hóc di vat|hóc xuong|bi hóc|hóc hat|hóc sua|hóc dong|hóc keo|sac sua tím|bi nghẹn",
    "đuối nuoc|chet đuối|roi xuong nuoc|roi xuong ao|nga xuong ao|ngạt nuoc|ngạt khi",
    "uong nham|an nham thuoc|uong thuoc sau|thuoc diet co|thuoc diet chuot|ngộ doc|dien giật",
    "chay máu nhieu|chay máu khong|máu chay nhieu|bang huyet|bi bỏng|rắn can|chay nha|chay phong",
    "nga tu tren cao|nga lau|muon chết|khong muon sống|chết quach|chết cho xong|tự tử|tự sat",
    "nhay lau|cat co tay|rach tay|giết con|giết toi|giết em|giết ca|giết me|doi giết|doa giết",
    "danh con|danh toi|danh em|bop cổ|bi hiếp|hiếp dam|xam hai|bat cóc|bat coc|cam dao",
)
# Dangerous only as written here: without accents these are everyday words.
_WRITTEN = ("hóc|đuối|hiếp|giết|bỏng nặng|ngạt thở|bóp cổ",)
# Everyday phrases; they hide only their own words, never another cry in the same message.
_EVERYDAY = (
    "cu từ từ|hóc bua|hóc mon|hóc hiem|yếu đuối|ca đuối|đuối suc|đuối ly|tim tai lieu|tim tai khoan",
    "co giật mình|bi giật mình|tim moi cach|cuoi muon chết|muon chết cuoi|giết thoi gian",
    "giết ga|giết vit|giết muoi|giết kien|giết gian|giết chuot|giết sau|giết vi khuan",
    "giết con ga|giết con vit|giết con muoi|giết con kien|giết con gian|giết con chuot",
)
