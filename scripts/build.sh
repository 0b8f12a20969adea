# Sourced by the doors: one configuration for all of them, so that nothing is built twice.

configuration=Release
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
# A build node that outlives its build keeps our output open, and whoever reads it waits.
export MSBUILDDISABLENODEREUSE=1

die() {
  printf '%s\n' "$@" >&2
  exit 1
}

need_tools() {
  command -v dotnet >/dev/null || die "The .NET SDK 10 is missing: https://dotnet.microsoft.com/download/dotnet/10.0"
  command -v npm >/dev/null || die "Node.js 20 or newer with npm is missing: https://nodejs.org"
}

# The built program of a project: program_of src/Purser.Server
program_of() {
  local name=${1##*/}
  [ "$name" != Purser.Cli ] || name=purser
  printf '%s/%s/bin/%s/net10.0/%s' "$root" "$1" "$configuration" "$name"
}

# The folders whose files make a project.
sources_of() {
  case $1 in
    src/Purser.Server) printf '%s\n' "$root/src/Purser.Server" "$root/src/Purser.Protocol" ;;
    src/Purser.Cli) printf '%s\n' "$root/src/Purser.Cli" "$root/src/Purser.Agent" "$root/src/Purser.Protocol" ;;
    *) printf '%s\n' "$root/src" "$root/$1" ;;
  esac
}

# build TARGET: a project folder or the solution. Silent when all is well.
build() {
  local log
  log=$(mktemp)
  if ! dotnet build "$root/$1" -c "$configuration" -v quiet -nologo -clp:ErrorsOnly >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    die "Building $1 failed."
  fi
  rm -f "$log"
}

# build_when_needed PROJECT: builds when a source is newer than the last build. One builder at a time.
build_when_needed() {
  mkdir -p "$root/artifacts/built"
  exec 8>"$root/artifacts/built/lock"
  flock 8
  if is_stale "$1"; then
    need_tools
    [ -t 2 ] && printf 'Building %s …\n' "${1##*/}" >&2
    local started
    started=$(mktemp)
    build "$1"
    mark_built "$1" "$started"
    rm -f "$started"
  fi
  exec 8>&-
}

# mark_built PROJECT STARTED: the stamp carries the time before the build; a file that was edited meanwhile counts as newer.
mark_built() {
  mkdir -p "$root/artifacts/built"
  touch -r "$2" "$root/artifacts/built/${1##*/}"
}

is_stale() {
  local stamp="$root/artifacts/built/${1##*/}"
  [ -x "$(program_of "$1")" ] && [ -f "$stamp" ] || return 0
  local sources
  mapfile -t sources < <(sources_of "$1")
  [ -n "$(find "${sources[@]}" "$root/global.json" "$root/Directory.Build.props" "$root/Directory.Packages.props" "$root/BannedSymbols.txt" "$root/.editorconfig" \
    \( -name bin -o -name obj -o -name node_modules \) -prune -o -newer "$stamp" -type f -print -quit)" ]
}
