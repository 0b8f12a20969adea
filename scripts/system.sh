# Sourced by the doors: what the system must have beside the .NET SDK and Node.

# need_packages PACKAGE… : installs what is missing, or says how.
need_packages() {
  [ $# -gt 0 ] || return 0
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    printf 'Installing %s …\n' "$*" >&2
    local log
    log=$(mktemp)
    # Programs of tests are started by the tests, never as services: in run level 1 a package starts none.
    if ! { apt-get update && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1; then
      tail -n 20 "$log" >&2
      die "The packages could not be installed: $*"
    fi
    rm -f "$log"
  else
    die "These packages are missing: $*" "Install them as root: apt-get update && apt-get install $*"
  fi
}

# What the programs themselves need: texts of other scripts, time zones.
missing_for_running() {
  # Read to its end: a grep that stops early breaks the pipe, which counts as a failure.
  ldconfig -p 2>/dev/null | grep libicuuc >/dev/null || printf 'libicu-dev\n'
  [ -e /usr/share/zoneinfo/America/New_York ] || printf 'tzdata\n'
}

missing_for_bench() {
  missing_for_running
  [ -n "$(postgres_programs)" ] || printf 'postgresql\n'
}

missing_for_tests() {
  missing_for_bench
  command -v chromium >/dev/null || command -v google-chrome >/dev/null || printf 'chromium\nfonts-liberation\n'
  [ -x /usr/sbin/slapd ] || printf 'slapd\n'
  # Its own place, where its package puts it: it validates what devices give over RESTCONF.
  [ -x /usr/bin/yanglint ] || printf 'libyang2-tools\n'
  # The system's own Python, for which the package is made; another one may come first in the path.
  /usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || printf 'python3-aiosmtpd\n'
}
