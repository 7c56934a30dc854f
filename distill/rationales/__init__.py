"""What students of reasoning learn from: rationales written from facts, their control, variants, and the order to learn in."""
