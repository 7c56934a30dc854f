"""Which words led to an answer, by several methods behind one contract, with figures of how far each can be trusted."""
