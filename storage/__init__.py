"""The only code that knows SQL: plain synchronous functions (conn, …), one module per aggregate."""
