"""Abstracts from files, folders and pasted text: what each says and where it came from, every fault in a sentence."""
