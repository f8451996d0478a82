# Sets JAVA_HOME to a JDK of release 25 or later; sourced by the scripts beside it. Looks at the
# "release" file of each candidate, because asking the JDK itself costs 40 ms.

jdk_feature() { # The release of the JDK in $1; nothing where there is none.
  [ -x "$1/bin/java" ] && [ -f "$1/release" ] || return 0
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        version=${line#JAVA_VERSION=\"}
        echo "${version%%[!0-9]*}"
        return 0
        ;;
    esac
  done <"$1/release"
}

is_recent() {
  feature=$(jdk_feature "$1")
  [ -n "$feature" ] && [ "$feature" -ge 25 ]
}

find_java() {
  if [ -n "${JAVA_HOME:-}" ] && is_recent "$JAVA_HOME"; then
    return 0
  fi
  for candidate in /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* /opt/java/*; do
    if is_recent "$candidate"; then
      JAVA_HOME=$candidate
      return 0
    fi
  done
  onpath=$(command -v java 2>/dev/null) || onpath=
  while [ -n "$onpath" ] && [ -L "$onpath" ]; do
    link=$(readlink "$onpath")
    case $link in
      /*) onpath=$link ;;
      *) onpath=$(dirname "$onpath")/$link ;;
    esac
  done
  candidate=${onpath%/bin/java}
  if [ -n "$onpath" ] && is_recent "$candidate"; then
    JAVA_HOME=$candidate
    return 0
  fi
  return 1
}
