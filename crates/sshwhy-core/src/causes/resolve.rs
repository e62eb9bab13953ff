//! Names and the addresses behind them.
