"""The detail of what is chosen: reasoning with its facts, what to do, alternatives and a swap that is seen before it is done."""
