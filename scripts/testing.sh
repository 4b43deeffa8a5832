# shellcheck shell=bash
# Sourced by ./test: what only the tests need, the parts, and the count.
# Needs: root, node, and the functions of set-up.sh and debian.sh.

# A hang must not outlast it; the stories take the longest.
SUITE_SECONDS_MAX=3600

passed=0
failed=0
skipped=0
reasons=()

# Root gets every missing Debian package in one call.
prepare_debian() {
  is_root && has_apt || return 0
  local packages=()
  command -v git >/dev/null || packages+=(git)
  command -v bwrap >/dev/null || packages+=(bubblewrap)
  command -v python3 >/dev/null || packages+=(python3)
  command -v chromium >/dev/null || packages+=(chromium)
  has_postgres || packages+=(postgresql)
  command -v redis-server >/dev/null || packages+=(redis-server)
  [ ${#packages[@]} = 0 ] && return
  step "Installing ${packages[*]}" install_debian "${packages[@]}" ||
    give_up "These could not be installed: ${packages[*]}. Check the network and the sources of apt."
}

has_postgres() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ||
    compgen -G "${tools:?}/postgresql/usr/lib/postgresql/*/bin/initdb" >/dev/null
}

# Who is not root gets a private one; without any, the tests that need it fail and say so.
prepare_postgres() {
  if has_postgres || ! has_apt; then return; fi
  step 'Unpacking Postgres' unpack_postgres || say 'The tests need Postgres. Install it: apt-get install postgresql'
}

unpack_postgres() {
  local server libraries
  read_lists postgresql || return 1
  server=$(depends postgresql | sed -n 's/.*Depends: \(postgresql-[0-9]*\)$/\1/p')
  libraries=$(missing_libraries "$server")
  # shellcheck disable=SC2086 # one word each
  unpack_debian postgresql "$server" $libraries
}

# The tests see this checkout's tools and none of the person's own settings.
alone_with() {
  PATH="$(dirname "$1"):${root:?}/node_modules/.bin:$PATH"
  export PATH
  local names
  mapfile -t names < <(sed -n 's/^  \([A-Z][A-Z_]*\): .*/\1/p' "$root/src/config.ts" | grep -v -e '^BOTWRIGHT_' -e '^PATH$')
  export NODE_COMPILE_CACHE="$tools/compiled"
  unset DATA_DIR "${names[@]}"
  name_bwrap
}

check_types() { once types types_hold; }
check_lint() { once lint biome check .; }
check_unused() { once unused knip; }
check_unit() { suite unit; }
check_tidy() { suite tidy; }
check_escape() { suite escape; }
check_containers() { suite containers; }
check_stories() { suite stories; }
check_languages() { suite languages; }
check_pictures() { suite pictures; }
check_chaos() { suite chaos; }
check_soak() { suite soak; }
check_browser() {
  if command -v chromium >/dev/null || is_root; then suite browser; return; fi
  header browser
  skip 'browser: there is no chromium here. Install it: apt-get install chromium'
}

types_hold() { tsc -p . && tsc -p src/web; }

header() { printf '\n== %s\n' "$1"; }
footer() { printf '== %s: %s, %s s\n' "$1" "$2" "$3"; }

skip() {
  echo "$1"
  skipped=$((skipped + 1))
  reasons+=("$1")
}

# once TITLE COMMAND...: counts as one check.
once() {
  local title=$1 from=$SECONDS
  shift
  header "$title"
  if "$@"; then
    passed=$((passed + 1))
    footer "$title" ok "$((SECONDS - from))"
  else
    failed=$((failed + 1))
    footer "$title" FAILED "$((SECONDS - from))"
  fi
}

# suite PROJECT: a project of vitest.config.ts; each test counts.
suite() {
  local title=$1 from=$SECONDS report="${tools:?}/report-$1.json" result=ok
  rm -f "$report"
  header "$title"
  timeout --foreground --kill-after=30 "$SUITE_SECONDS_MAX" \
    vitest run --project "$title" --reporter=default --reporter=json --outputFile.json="$report" || result=FAILED
  add_counts "$report" "$result"
  footer "$title" "$result" "$((SECONDS - from))"
}

# add_counts REPORT RESULT: a run that failed counts as a failure also when no test of it did.
add_counts() {
  local counts p f s
  counts='0 0 0'
  [ ! -f "$1" ] || counts=$("${node:?}" "$root/tests/set-up/count.ts" "$1")
  { read -r p f s; mapfile -t -O ${#reasons[@]} reasons; } <<<"$counts"
  if [ "$2" = FAILED ] && [ "$f" = 0 ]; then f=1; fi
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

# The count stands alone on the last line; a run without a passed check has failed.
summary() {
  echo
  [ ${#reasons[@]} = 0 ] || printf 'SKIPPED %s\n' "${reasons[@]}"
  echo "$passed passed, $failed failed, $skipped skipped"
  [ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}
