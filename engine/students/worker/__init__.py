"""The process that runs llama.cpp. It speaks with the application over its standard input and output alone.

Whatever becomes of llama.cpp - a crash, an illegal instruction, the end of memory - becomes of this process and of nothing else.
"""
