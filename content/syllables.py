"""Whether a word can be a Vietnamese syllable; finds English words and slips of the keyboard."""

import unicodedata

_ONSETS = "ngh ng nh gh gi kh ph th tr ch qu b c d đ g h k l m n p q r s t v x"
_RIMES = """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu iê
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet
    oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uên uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut
    uy uya uych uyên uyêt uyn uynh uyp uyt uyu
    ư ưa ưc ưi ưm ưn ưng ưt ưu ươc ươi ươm ươn ương ươp ươt ươu
    y
"""
_RIMES_AFTER_QU = "yêm yên yêng yêt yêu yt ynh ych yn"  # some of them also stand alone: yên
_TONES = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
_FLAT = {onset + rime for onset in ["", *_ONSETS.split()] for rime in _RIMES.split()}
_FLAT |= {onset + rime for onset in ("", "qu") for rime in _RIMES_AFTER_QU.split()}
_FLAT |= {"gi", "gin"}


def _toneless(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.lower())
    return unicodedata.normalize("NFC", "".join(c for c in letters if c not in _TONES))


def _bare(word: str) -> str:
    letters = unicodedata.normalize("NFD", word)
    return "".join(c for c in letters if not unicodedata.combining(c)).replace("đ", "d")


_BARE = {_bare(syllable) for syllable in _FLAT}


def is_syllable(word: str) -> bool:
    """One tone at most; a word without any accent passes if some syllable is spelt so."""
    letters = unicodedata.normalize("NFD", word.lower())
    if sum(char in _TONES for char in letters) > 1:
        return False
    return _toneless(word) in _FLAT or (word.isascii() and word.lower() in _BARE)
