# Makes the database where there is none, and becomes the server, as the user postgres.
set -eu
as_postgres='setpriv --reuid=postgres --regid=postgres --init-groups --'

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  : "${POSTGRES_PASSWORD:?must be set}"
  install -d -o postgres -g postgres -m 700 "$PGDATA"
  password=$(mktemp)
  printf '%s\n' "$POSTGRES_PASSWORD" > "$password"
  chown postgres "$password"
  $as_postgres initdb -D "$PGDATA" -U postgres -A scram-sha-256 --pwfile="$password" ${POSTGRES_INITDB_ARGS:-}
  rm "$password"
  echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
fi
exec $as_postgres "$@"
