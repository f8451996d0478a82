# Becomes rclone, in a session of its own: setsid sh -c THIS satchel-bucket DIR COMMAND... It is this process all its
# life, and outlives the server. The beginning of what it says is kept in DIR/said; the rest is dropped.
directory=$1
shift
rm -f "$directory/words"
mkfifo -m 600 "$directory/words" || exit
{ head -c 4096 >"$directory/said"; exec cat >/dev/null; } <"$directory/words" &
exec "$@" >"$directory/words" 2>&1
