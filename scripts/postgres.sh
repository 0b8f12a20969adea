# Sourced by the doors: a PostgreSQL cluster of our own, on a free loopback port, gone when we are.
# There may be no service manager, and PostgreSQL refuses to run as root: then it runs as the user "postgres".

# The folder of the newest server programs; Debian keeps them out of the path.
postgres_programs() {
  local folder
  folder=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  if [ -x "$folder/initdb" ]; then
    printf '%s' "$folder"
  elif command -v initdb >/dev/null; then
    dirname "$(command -v initdb)"
  fi
}

as_postgres() {
  if [ "$(id -u)" = 0 ]; then
    (cd / && runuser -u postgres -- "$@")
  else
    "$@"
  fi
}

# start_postgres FOLDER SETTING… : sets postgres_port. The folder is made here, and removed by stop_postgres.
start_postgres() {
  postgres_folder=$1
  shift
  local programs attempt setting
  programs=$(postgres_programs)
  mkdir -p "$postgres_folder"
  [ "$(id -u)" != 0 ] || chown postgres "$postgres_folder"
  as_postgres "$programs/initdb" -D "$postgres_folder/data" -U purser -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$postgres_folder.log" 2>&1 \
    || die "$(cat "$postgres_folder.log")" "PostgreSQL could not make a cluster in $postgres_folder."
  {
    printf "listen_addresses = '127.0.0.1'\nunix_socket_directories = '%s'\nmax_connections = 300\n" "$postgres_folder"
    for setting in "$@"; do printf '%s\n' "$setting"; done
  } >>"$postgres_folder/data/postgresql.conf"

  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    postgres_port=$((20000 + RANDOM % 12000))
    if as_postgres "$programs/pg_ctl" -D "$postgres_folder/data" -l "$postgres_folder/server.log" -o "-p $postgres_port" -w -t 60 start >>"$postgres_folder.log" 2>&1; then
      return
    fi
  done
  cat "$postgres_folder/server.log" >&2
  die "PostgreSQL did not start."
}

# Stops by the data directory: never another cluster of the machine.
stop_postgres() {
  [ -n "${postgres_folder:-}" ] && [ -d "$postgres_folder" ] || return 0
  as_postgres "$(postgres_programs)/pg_ctl" -D "$postgres_folder/data" -m immediate -w -t 60 stop >/dev/null 2>&1 || true
  rm -rf "$postgres_folder" "$postgres_folder.log"
}
