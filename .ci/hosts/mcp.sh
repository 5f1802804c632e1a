#!/usr/bin/env bash
# Installs what the tests of `mcp` need of others, the official Python SDK, into a cache outside the repository.
set -euo pipefail
cd "$(dirname "$0")/../.."

venv="${XDG_CACHE_HOME:-$HOME/.cache}/dynamics365-sales/mcp"
requirements=host-test/tests/mcp/requirements.txt
# The copy comes last, so that an installation which broke off is begun again.
if ! cmp --silent "$requirements" "$venv/installed.txt"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements"
    cp "$requirements" "$venv/installed.txt"
fi
echo "the MCP client: $("$venv/bin/python" --version), mcp $("$venv/bin/pip" show mcp | sed -n 's/^Version: //p')"
