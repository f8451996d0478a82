# Builds everything into dist/target/satchel, telling one line for each module. The caller holds
# the lock. SATCHEL_ROOT is where the sources are.
set -u
cd "$SATCHEL_ROOT" || exit 1
. dist/src/main/sh/find-java.sh

if ! find_java; then
  echo "satchel: building needs a JDK 25 or later: install one (for example with \"sdk install java 25-tem\", or Temurin 25 from https://adoptium.net), or set JAVA_HOME." >&2
  exit 1
fi
export JAVA_HOME
maven=$(command -v mvn 2>/dev/null) || maven=
if [ -z "$maven" ]; then
  for candidate in "${HOME:-/nonexistent}"/.sdkman/candidates/maven/current/bin/mvn /opt/maven/bin/mvn \
    /usr/share/maven/bin/mvn; do
    [ -x "$candidate" ] && maven=$candidate
  done
fi
if [ -z "$maven" ]; then
  echo "satchel: building needs Maven 3.8 or later: install it (for example with \"apt install maven\" or \"sdk install maven\")." >&2
  exit 1
fi
version=$("$maven" -v 2>/dev/null | sed -n 's/.*Apache Maven \([0-9]*\.[0-9]*\).*/\1/p' | head -n 1)
case $version in
  3.[89] | 3.[1-9][0-9] | [4-9].*) ;;
  *)
    echo "satchel: building needs Maven 3.8 or later, and $maven is ${version:-of an unknown version}: \"sdk install maven\" gets one." >&2
    exit 1
    ;;
esac

log=$SATCHEL_ROOT/target/build.log
mkdir -p "$SATCHEL_ROOT/target" dist/target
: >"$log"
touch dist/target/building # Sources that change from here on are newer than the build.
echo "Building Satchel, once (log: target/build.log) …" >&2
started=$(date +%s)
"$maven" -B -ntp package -DskipTests -Dspotless.check.skip=true 2>&1 | tee "$log" |
  while IFS= read -r line; do
    case $line in
      "[INFO] Building "*\[*/*\])
        name=${line#"[INFO] Building "}
        count=${line##*\[}
        echo "  ${count%]}  ${name%% *}" >&2
        ;;
    esac
  done
if ! grep -q '^\[INFO\] BUILD SUCCESS' "$log"; then
  echo "The build failed. The end of target/build.log:" >&2
  grep -v '^\[INFO\] *$' "$log" | grep -v 'To see the full stack\|Re-run Maven\|For more information\|\[Help 1\]$' |
    tail -n 30 >&2
  exit 1
fi
grep '^satchel:' "$log" >&2 # What the packaging has to say, such as a cache that could not be made.
mv dist/target/building dist/target/built
echo "Built in $(($(date +%s) - started)) s." >&2
