"""Entries of a stack file that the tests deploy."""

from typing import Any

CHAT: dict[str, Any] = {"model": "gpt-5-mini", "version": "2025-08-07", "executable": "azure-openai"}
OLDER = CHAT | {"version": "2025-05-01"}
CLAUDE: dict[str, Any] = {"model": "anthropic--claude-4.5-haiku", "version": "1", "executable": "aws-bedrock"}
EMBEDDINGS: dict[str, Any] = {"model": "text-embedding-3-small", "version": "latest", "executable": "azure-openai"}
