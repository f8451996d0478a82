# Prepares a mount namespace of its own, then becomes the command: sh -c THIS satchel OPERATION... -- COMMAND...
# OPERATION is: keep DIR STAGE (DIR is to be seen again below what hides it), hide DIR, bind FILE FILE, and so on.
set -e
exec 4<&0 </dev/null
keep= stage=
while [ "$1" != -- ]; do
  case $1 in
    keep) keep=$2 stage=$3; mkdir "$stage"; mount -n --bind "$keep" "$stage"; shift 3 ;;
    hide) mount -n -t tmpfs -o mode=0755,size=64k,nr_inodes=64 satchel "$2"
      case $keep in
        "$2"/*) mkdir -p "$keep"; mount -n --move "$stage" "$keep"; mount -n -o remount,bind,ro "$2" ;;
      esac
      shift 2 ;;
    volume) mount -n --bind "$2" "$3"; mount -n -o "remount,bind,$4,nosuid,nodev" "$3"; shift 4 ;;
    secrets) mount -n -t tmpfs -o mode=0755,size=64k "satchel" "$2"; shift 2 ;;
    bind) mkdir -p "${3%/*}"; [ -e "$3" ] || : >"$3"; mount -n --bind "$2" "$3"; mount -n -o remount,bind,ro,nosuid,nodev,noexec "$3"; shift 3 ;;
    readonly) mount -n -o remount,bind,ro,nosuid,nodev,noexec "$2"; shift 2 ;;
    device) mount -n --bind /dev/null "$2"; shift 2 ;;
    enter) cd -- "$2"; shift 2 ;;
  esac
done
shift
exec "$@" <&4 4<&-
