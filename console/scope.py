"""Who may do what, and where, as the pages name it; the table is in care.scope."""

from care.scope import ALLOWED as ALLOWED
from care.scope import May as May
from care.scope import Role as Role
from care.scope import Scope as Scope
