# Becomes a command beside a job: sh -c THIS satchel-exec NAMESPACES END JOB <SCRIPT, END, and what the command reads.
# NAMESPACES are those that it must be in, as the kernel names them; the script ends with the command. JOB is the id there
# of the process in whose working directory it begins.
[ "$(readlink /proc/self/ns/pid) $(readlink /proc/self/ns/mnt)" = "$1" ] || exit 126
cd -P "/proc/$3/cwd" 2>/dev/null || cd /
script=
while IFS= read -r line; do # Byte by byte from a pipe, so that what follows is left to the command.
  [ "$line" != "$2" ] || { eval "$script"; exit; }
  script="$script$line
"
done
