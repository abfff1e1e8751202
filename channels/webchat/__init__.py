"""Our own messenger: a page, an HTTP API, and the channel behind them."""
