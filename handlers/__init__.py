"""What the bot says and does. ROUTES is every route on one page, in the order they are tried."""
