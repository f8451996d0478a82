#!/bin/sh
# Makes the AOT caches: runs the server and the command line once, recording what they load. A
# cache that cannot be made is said and left out: without one, things only start slower.
#
#   train.sh DIST    the assembled directory, with bin/ and lib/
set -u
dist=$1
launcher=$dist/bin/satchel
work=$(mktemp -d "${TMPDIR:-/tmp}/satchel-train.XXXXXX") || exit 0
server=
cleanup() {
  [ -n "$server" ] && kill "$server" 2>/dev/null && wait "$server" 2>/dev/null
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 0' INT TERM HUP
rm -rf "$dist/cache"
mkdir -p "$dist/cache"
echo "$JAVA_HOME" >"$dist/jdk"

# Nothing of the caller's, and no home but the empty one here.
clean() {
  env -i PATH="$PATH" HOME="$work" JAVA_HOME="$JAVA_HOME" TMPDIR="${TMPDIR:-/tmp}" "$@"
}

say() {
  echo "satchel: $*"
}

has_server() {
  for jar in "$dist"/lib/satchel-server*.jar; do
    [ -f "$jar" ] && "$JAVA_HOME/bin/jar" tf "$jar" 2>/dev/null | grep -q '^dev/satchel/server/Main.class$' && return 0
  done
  return 1
}

# Starts the server on a free port with the given JVM options; sets $server once it is ready.
start_server() {
  ( # With exec, so that the process to be ended later is the server itself.
    exec env -i PATH="$PATH" HOME="$work" JAVA_HOME="$JAVA_HOME" TMPDIR="${TMPDIR:-/tmp}" \
      SATCHEL_JAVA_OPTIONS="$1" "$launcher" serve --port 0 --data "$work/data"
  ) >"$work/server.out" 2>&1 &
  server=$!
  tries=0
  until grep -q '^ready http' "$work/server.out" 2>/dev/null; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
      return 1
    fi
    sleep 0.1
  done
}

stop_server() {
  kill "$server" 2>/dev/null
  wait "$server" 2>/dev/null
  server=
}

satchel() {
  clean SATCHEL_DATA="$work/data" "$launcher" "$@"
}

exercise_server() {
  satchel secrets new training KEY=value
  satchel run --secret training -- sh -c 'echo ready'
  satchel submit -q --secret training -- true
  satchel secrets list
  satchel secrets show training
  satchel explain --secret training -- true
  satchel list
  satchel secrets delete training --force
  mkdir -p "$work/model" &&
    printf '%s\n' 'type: binary' 'runtime: any' 'files:' '  - main' >"$work/model/app.yaml" &&
    printf '%s\n' '#!/bin/sh' 'exec cat' >"$work/model/main" && chmod +x "$work/model/main" &&
    clean SATCHEL_DATA="$work/data" SATCHEL_CLI_MAIN=dev.satchel.cli.Training "$launcher" "$work/model"
}

if has_server; then
  if start_server "-XX:AOTCacheOutput=$dist/cache/server.aot"; then
    exercise_server >"$work/exercise.out" 2>&1
    stop_server
  fi
  [ -f "$dist/cache/server.aot" ] || {
    say "no AOT cache for the server; it will start slower. Its last words:"
    tail -n 3 "$work/server.out" | sed 's/^/satchel:   /'
  }
else
  say "no AOT cache for the server: the server is not part of this build."
fi

# The command line's commands all run in one process, started as the launcher starts every other.
if has_server && ! start_server ""; then
  say "the command line is trained without a server, and will start slower."
  stop_server
fi
clean SATCHEL_DATA="$work/data" SATCHEL_URL="${SATCHEL_TRAINING_URL:-}" SATCHEL_TOKEN="${SATCHEL_TRAINING_TOKEN:-}" \
  SATCHEL_CLI_MAIN=dev.satchel.cli.Training \
  SATCHEL_CLI_JAVA_OPTIONS="-XX:AOTCacheOutput=$dist/cache/cli.aot -Xlog:all=warning:stderr" \
  "$launcher" >"$work/cli.out" 2>&1 || {
  say "the training of the command line ended early; it will start slower. Its first words:"
  head -n 3 "$work/cli.out" | sed 's/^/satchel:   /'
}
[ -f "$dist/cache/cli.aot" ] || {
  say "no AOT cache for the command line; it will start slower. Its last words:"
  tail -n 3 "$work/cli.out" | sed 's/^/satchel:   /'
}
[ -n "$server" ] && stop_server
exit 0
