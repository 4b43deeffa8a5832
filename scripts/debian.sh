# shellcheck shell=bash
# Sourced. Debian packages: installed by root, unpacked into .tools/ by everybody else.
# Needs: tools, say and logged.

is_root() { [ "$(id -u)" = 0 ]; }
has_apt() { command -v apt-get >/dev/null; }

# install_debian PACKAGE...: one call; the package lists are fetched only when the first try fails.
install_debian() {
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@")
  logged "${install[@]}" || { logged apt-get update -qq && logged "${install[@]}"; }
}

# unpack_debian FOLDER PACKAGE...: into .tools/FOLDER, with the libraries that the machine lacks. Asks for no rights.
unpack_debian() {
  local folder="${tools:?}/$1" making="$tools/$1.making"
  shift
  rm -rf "$making"
  mkdir -p "$making"
  (cd "$making" && download_debian "$@") || return 1
  for package in "$making"/*.deb; do logged dpkg -x "$package" "$making" || return 1; done
  rm -rf "$making"/*.deb "$folder"
  mv "$making" "$folder"
}

# With the machine's package lists, or with lists of our own where it has none.
download_debian() {
  logged apt-get download "$@" && return
  local own=(-o "Dir::State=$tools/apt" -o "Dir::Cache=$tools/apt/cache" -o Dir::State::status=/var/lib/dpkg/status)
  mkdir -p "$tools/apt/lists/partial" "$tools/apt/cache/archives/partial"
  logged apt-get "${own[@]}" update -qq && logged apt-get "${own[@]}" download "$@"
}

# missing_libraries PACKAGE...: the library packages that these need and the machine has not got.
missing_libraries() {
  apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$@" |
    grep '^lib' | grep -v '^libllvm' | sort -u | while read -r package; do
    dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null | grep -q '^ii' || echo "$package"
  done
}
