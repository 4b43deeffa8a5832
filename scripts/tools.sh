# shellcheck shell=bash
# Sourced. Where this checkout keeps the tools that the machine lacks, and how the product is run with them.
# Needs: root (the checkout). Touches no network.

NODE_MAJOR_MIN=24
NODE_VERSION=24.21.0

tools="${root:?}/.tools"
node_package="node-linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')"
node_folder="$tools/node-$NODE_VERSION"
private_node="$node_folder/node_modules/$node_package/bin/node"
private_bwrap="$tools/bubblewrap/usr/bin/bwrap"

# The Node that runs the product: the machine's when it is new enough, else the private one, else nothing.
find_node() {
  local major
  major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
  if [ "$major" -ge "$NODE_MAJOR_MIN" ]; then command -v node
  elif [ -x "$private_node" ]; then echo "$private_node"
  fi
}

# The person's own directory in .env counts from the checkout, as the default does, wherever they stand.
data_directory() {
  local set=''
  if [ -f "$root/.env" ]; then
    set=$(sed -n 's/^[[:space:]]*\(export \)\{0,1\}DATA_DIR=//p' "$root/.env" | tail -n 1 | tr -d "\"'\r")
  fi
  case "${set:-.botwright}" in
    /*) echo "$set" ;;
    *) echo "$root/${set:-.botwright}" ;;
  esac
}

# Tells the product where bubblewrap is when the machine has none of its own.
name_bwrap() {
  if [ -n "${BOTWRIGHT_BWRAP:-}" ] || command -v bwrap >/dev/null || [ ! -x "$private_bwrap" ]; then return 0; fi
  export BOTWRIGHT_BWRAP="$private_bwrap"
}

# become_botwright NODE ARGUMENT...: the person's directory stays the current one: paths mean what they typed.
become_botwright() {
  local node=$1 settings=()
  shift
  name_bwrap
  [ ! -f "$root/.env" ] || settings=(--env-file="$root/.env")
  export DATA_DIR="${DATA_DIR:-$(data_directory)}"
  # Compiled code is kept: a command starts in half the time.
  export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$tools/compiled}"
  exec "$node" "${settings[@]}" "$root/src/main.ts" "$@"
}
