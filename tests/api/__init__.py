"""The client of the AI Core API: credentials, tokens, proxies, what is sent again, how answers are read, and that no
error shows a secret. An emulator on a stepped clock or a scripted host answers."""
