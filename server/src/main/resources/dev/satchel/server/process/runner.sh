# The parent of one attempt. It outlives the server: sh -c THIS satchel-runner CONTROL LAUNCH BLOCKS MARKER COMMAND...
# CONTROL holds no values; LAUNCH is on tmpfs; BLOCKS of 512 bytes bound the spool; MARKER is the attempt's id where
# no namespace ends the tree, else empty; COMMAND isolates the shell that reads the job's environment from its input.
control=$1 launch=$2 blocks=$3 marker=$4
shift 4
trap : HUP INT TERM # It ends after its job, never before; the job itself gets the default dispositions back.

record() { # Takes /proc/PID/stat from its third field on; the 20th of these is the start time.
  shift 19
  echo "$boot $$ $1 $launch" >"$control/running" # One write; who reads it wants its line break.
}

end_tree() { # Ends what is left of the job's session or carries its marker, until nothing does.
  rounds=0
  while [ $rounds -lt 50 ]; do
    rounds=$((rounds + 1)) found=
    for process in /proc/[0-9]*; do
      read -r line <"$process/stat" || continue
      set -- ${line##*) }
      if [ "$4" = "$session" ] && [ "$1" != Z ]; then found="$found ${process#/proc/}"; fi
    done
    for environ in $(grep -lzxF "SATCHEL_ATTEMPT_ID=$marker" /proc/[0-9]*/environ); do
      environ=${environ#/proc/} found="$found ${environ%/environ}"
    done
    [ "$found" ] || return
    kill -KILL $found
  done
}

keep_output() { # From descriptor 5 to the spool, until it ends.
  copy= lost=
  trap 'kill "$copy"; rm -f "$launch/reserve" "$launch/room"; say "$lost"; exit' TERM
  until copy_output; do
    if [ "$(stat -c %s "$launch/spool")" -lt $((blocks * 512)) ]; then
      lost='there was no room; some of it was dropped.'
      say_once_there_is_room # Nobody reads meanwhile: the job waits at its next write.
    else
      lost='it became too large to keep; what followed was dropped.'
      say_once_there_is_room
      exec cat <&5 >/dev/null
    fi
  done
}

copy_output() { # Each read is written at once. False where there was no room for all that was read.
  (trap '' XFSZ; ulimit -f "$blocks"; exec cat) <&5 >>"$launch/spool" &
  copy=$!
  wait "$copy"
  set -- $?
  copy=
  return "$1"
}

say() { # In the very place where the loss is: the sink knows these words, and masks what they part.
  [ -z "$1" ] || printf '[satchel] Output was lost here: %s\n' "$1" >>"$launch/spool"
}

say_once_there_is_room() { # For more than a few reads, so that not each of them is cut short.
  until sleep 0.2; head -c 262144 /dev/zero >"$launch/room" && rm "$launch/room" && say "$lost"; do
    rm -f "$launch/room"
    [ -d "$launch" ] || exit # The attempt was removed.
  done
  lost=
}

stop_writer() { # In a while: who outside of the job's tree holds the output, by whatever way, is not waited for.
  rounds=0
  while [ $rounds -lt 50 ]; do
    sleep 0.1 # It looks by itself, for a signal that comes before a subshell has begun is lost.
    kill -0 "$writer" && kill -0 $$ || exit
    rounds=$((rounds + 1))
  done
  kill "$writer"
}

isolate() { # Again where it fails before the job has begun, as it does while mounts come and go on the machine.
  begun=1 launches=0
  until [ "$begun" = 0 ] || [ $launches -eq 10 ]; do
    [ $launches -eq 0 ] || sleep "0.0$((launches * 2 - 1))"
    launches=$((launches + 1))
    isolate_once "$@"
    [ "$code" -le 128 ] || break # It was told to end.
  done
}

isolate_once() { # Sets the code, and 0 where the job has begun: known to this process, whatever becomes of files.
  [ $launches -eq 1 ] || { rm -f "$launch/ready" "$launch/go" && mkfifo -m 622 "$launch/ready" "$launch/go"; }
  exec 3<>"$launch/ready" 6<>"$launch/go" # Else each opening would wait for its other end.
  exec 7<"$launch/ready" 8>"$launch/go"
  exec 3>"$launch/ready" 6<"$launch/go"
  (exec 3>&- 6<&- 9>&-; enter) & # By exec: a call would keep copies of what is closed for it.
  entering=$!
  exec 7<&- 8>&-
  (
    read -r self line </proc/self/stat
    exec <"$launch/env" >"$launch/said" 2>&1 7>&9 9>&-
    [ ! -e "$control/input" ] || exec 8<"$control/input" || exit
    [ ! -e "$control/output" ] || exec 9>>"$control/output" || exit
    echo "$self $marker" >"$launch/job" || exit # Else nobody could end it.
    exec "$@"
  )
  code=$?
  exec 3>&- 6<&-
  # Again where a signal broke the wait, and not where one ended what is waited for.
  until wait "$entering"; begun=$?; [ "$begun" -le 128 ] || ! kill -0 "$entering"; do :; done
  [ ! -e "$launch/begun" ] || begun=0
}

enter() { # Lets the job's shell go on once it is written down that the job has begun; that is never undone.
  read -r line <&7 && rm -f "$launch/env" && true >"$launch/begun" && echo >&8
}

set -C # By a file that must not exist; a program of its own for each step would be most of what a short job costs.
true 2>/dev/null >"$control/started" || { rm -rf "$launch"; exit 0; } # Another runner has it, or it was forbidden.
set +C
read -r boot </proc/sys/kernel/random/boot_id
read -r line </proc/$$/stat
record ${line##*) } || exit 1

echo >"$launch/reserve" # Room to say what was lost where there is none any more.
# A job under a uid of its own may open its /dev/stdout again; the directory lets nobody else at any of them.
mkfifo -m 622 "$launch/output" "$launch/ready" "$launch/go"
exec 9<>"$launch/output" 5<"$launch/output" 9>"$launch/output" # Else the openings would wait for each other.
(exec 9>&-; keep_output) &
writer=$!
exec 5<&-
isolate "$@"
exec 9>&-
if [ "$marker" ]; then
  read -r session line <"$launch/job"
  end_tree
fi
stop_writer &
while kill -0 "$writer"; do wait "$writer"; done # Again where a signal broke the wait.
[ ! -d "$launch/files" ] || rm -rf "$launch/files"
result=exit
[ "$begun" = 0 ] || result=failed # The isolation ended before the job began.
until echo "$code" >"$control/$result"; do
  [ -d "$control" ] || break
  sleep 1 # The disk is full: the code is not lost, it waits for room.
done
