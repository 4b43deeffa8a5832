# shellcheck shell=bash
# Sourced by ./start and ./test. Makes a fresh machine ready, does again only what changed, talks on standard error.
# Needs: root (the checkout). Sets: node, BOTWRIGHT_SETUP_MS.
set -euo pipefail

set_up_from=$(date +%s%3N)
# shellcheck source=scripts/tools.sh
. "${root:?}/scripts/tools.sh"
# shellcheck source=scripts/debian.sh
. "$root/scripts/debian.sh"

# Debian's npm runs on Debian's Node only, and any npm skips optional binaries that are too new for the Node it runs
# on: the private Node gets an npm of its own.
NPM_VERSION=11.19.1
LOCK_SECONDS_MAX=600
LOG_LINES_MAX=15
# npm's own patience lets a machine without a network wait for more than two minutes.
NPM_OPTIONS=(--ignore-scripts --no-save --no-audit --no-fund --loglevel=error
  --fetch-retries=3 --fetch-retry-mintimeout=2000 --fetch-retry-maxtimeout=15000)

log="$tools/set-up.log"

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }
# Without the lock: what a package starts in the background would hold it for ever.
logged() { "$@" >>"$log" 2>&1 9>&-; }
hash_of() { cat "$@" | sha256sum | cut -c 1-64; }

# step TITLE COMMAND...: one line with its seconds.
step() {
  local title=$1 from=$SECONDS
  shift
  printf '%s … ' "$title" >&2
  "$@" || { say 'failed'; return 1; }
  say "$((SECONDS - from)) s"
}

# give_up SENTENCE: why it cannot go on, with the end of what the failed tool said.
give_up() {
  tail -n "$LOG_LINES_MAX" "$log" >&2
  fail "$*"
}

# One set-up at a time in a checkout; a second one waits and then finds everything done.
take_turn() {
  mkdir -p "$tools" || fail "Botwright cannot write to $root. Run it as the owner of that folder."
  exec 9>"$tools/lock"
  command -v flock >/dev/null || return 0
  flock --nonblock 9 && return
  say 'Another set-up is running in this folder: waiting for it.'
  flock --wait "$LOCK_SECONDS_MAX" 9 || fail 'The other set-up has not ended within 10 minutes. End it and try again.'
}

need_npm() {
  command -v node >/dev/null && command -v npm >/dev/null && return
  fail 'Botwright needs Node and npm. Install them (on Debian: apt-get install nodejs npm), then try again.'
}

prepare_git() {
  command -v git >/dev/null && return
  is_root && has_apt && step 'Installing git' install_debian git && return
  fail 'Botwright needs git. Ask the administrator for: apt-get install git'
}

prepare_node() {
  node=$(find_node)
  [ -n "$node" ] && return
  need_npm
  step "Installing a private Node $NODE_VERSION" install_node ||
    give_up 'The private Node could not be installed. Check the network and the registry that npm is set to.'
  node=$private_node
}

install_node() {
  logged npm install --prefix "$node_folder" "${NPM_OPTIONS[@]}" \
    "$node_package@$NODE_VERSION" "npm@$NPM_VERSION" && logged "$private_node" --version
}

# The npm that goes with $node; the private one keeps the machine's own settings (registry, certificates).
run_npm() {
  if [ "$node" != "$private_node" ]; then npm "$@"
  else
    npm_config_globalconfig=$(npm config get globalconfig) PATH="$(dirname "$node"):$PATH" \
      "$node" "$node_folder/node_modules/npm/bin/npm-cli.js" "$@"
  fi
}

prepare_packages() {
  local stamp="$root/node_modules/.botwright-installed" wanted
  wanted=$(hash_of "$root/package.json" "$root/package-lock.json")
  [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
  need_npm
  rm -f "$stamp"
  step 'Installing packages' install_packages ||
    give_up 'The packages could not be installed. Check the network and the registry that npm is set to.'
  echo "$wanted" >"$stamp"
}

# The lock file decides the versions. Not `npm ci`: where a registry lacks one platform's build of an optional binary,
# the lock file made there lacks it too, and `npm ci` then refuses every package.
install_packages() {
  logged run_npm install --prefix "$root" "${NPM_OPTIONS[@]}"
}

prepare_page() {
  local stamp="$root/dist/web.stamp" wanted
  wanted=$(find "$root/src/web" "$root/vite.config.ts" "$root/package-lock.json" -type f -print0 |
    sort -z | xargs -0 sha256sum | sha256sum)
  [ -f "$root/dist/web/index.html" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
  step 'Building the web page' build_page || give_up 'The web page could not be built. What the tool said is above.'
  echo "$wanted" >"$stamp"
}

build_page() {
  (cd "$root" && logged "$node" node_modules/vite/bin/vite.js build)
}

# The product refuses to run generated code without it (exit 3), so its lack does not end the set-up.
prepare_bubblewrap() {
  if command -v bwrap >/dev/null || [ -n "${BOTWRIGHT_BWRAP:-}" ] || [ -x "$private_bwrap" ]; then return; fi
  if has_apt && is_root; then step 'Installing bubblewrap' install_debian bubblewrap && return
  elif has_apt; then step 'Unpacking bubblewrap' unpack_bubblewrap && return
  fi
  say 'No generated code will run: the sandbox is missing. Install it: apt-get install bubblewrap'
}

unpack_bubblewrap() {
  unpack_debian bubblewrap bubblewrap && logged "$private_bwrap" --version && return
  rm -rf "$tools/bubblewrap"
  return 1
}

prepare_python() {
  if command -v python3 >/dev/null; then return; fi
  if is_root && has_apt; then step 'Installing python3' install_debian python3 && return; fi
  say 'Projects in Python cannot be checked here. Install it: apt-get install python3'
}

# set_up PART...: prepares these parts in their order, one set-up at a time.
set_up() {
  take_turn
  : >"$log"
  for part in "$@"; do "prepare_$part"; done
  exec 9>&-
  BOTWRIGHT_SETUP_MS=$(($(date +%s%3N) - set_up_from))
  export BOTWRIGHT_SETUP_MS
}
