# shellcheck shell=bash
# Sourced. Debian packages: installed by root, unpacked into .tools/ by everybody else.
# Needs: tools and logged.

is_root() { [ "$(id -u)" = 0 ]; }
has_apt() { command -v apt-get >/dev/null; }

# install_debian PACKAGE...: one call; the package lists are fetched only when the first try fails.
install_debian() {
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@")
  logged "${install[@]}" || { logged apt-get update -qq && logged "${install[@]}"; }
}

# unpack_debian FOLDER PACKAGE...: into .tools/FOLDER. Asks for no rights.
unpack_debian() {
  local folder="${tools:?}/$1" making="$tools/$1.making"
  shift
  read_lists "$1" || return 1
  rm -rf "$making"
  mkdir -p "$making"
  (cd "$making" && logged apt-get "${lists[@]}" download "$@") || return 1
  for package in "$making"/*.deb; do logged dpkg -x "$package" "$making" || return 1; done
  rm -rf "$making"/*.deb "$folder"
  mv "$making" "$folder"
}

# Options of apt that name its package lists: none for the machine's, or those of our own.
lists=()

# read_lists PACKAGE: where the machine's lists do not offer it, as on a machine that never fetched any, gets our own.
read_lists() {
  if offered "$1"; then return; fi
  lists=(-o "Dir::State=${tools:?}/apt" -o "Dir::Cache=$tools/apt/cache" -o Dir::State::status=/var/lib/dpkg/status)
  mkdir -p "$tools/apt/lists/partial" "$tools/apt/cache/archives/partial"
  offered "$1" || logged apt-get "${lists[@]}" update -qq
}

depends() { apt-cache "${lists[@]}" depends "$@"; }
offered() { apt-get "${lists[@]}" download --print-uris "$1" >/dev/null 2>&1; }

# missing_libraries PACKAGE: the libraries that it needs and the machine has not got; none for a compiler or Perl.
missing_libraries() {
  depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$1" |
    grep '^lib' | grep -v '^libllvm\|-perl$' | sort -u | while read -r package; do
    dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || echo "$package"
  done
}
