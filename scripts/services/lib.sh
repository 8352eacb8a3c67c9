# Shared by the scripts that run real services for integration tests. Sourced, not run; the script sets NAME first.
#
#   NAME.sh install|start|stop|kill9|ready|status
#
# start on a running service says so; data is kept between start and stop, also over kill9. A script defines install,
# start and ready, PORTS that it listens on and PORT_VARIABLE that moves them, and may define more verbs as functions
# named verb_NAME.
#
# GOSPARK_SERVICES  where programs and data live; default ~/.cache/gospark/services
# READY_S           how long start waits; default 120

set -u
ROOT=${GOSPARK_SERVICES:-${XDG_CACHE_HOME:-$HOME/.cache}/gospark/services}
HOME_DIR=$ROOT/$NAME
DATA=$HOME_DIR/data
PIDFILE=$HOME_DIR/pid
LOG=$HOME_DIR/log
mkdir -p "$HOME_DIR"

say() { echo "$NAME: $*" >&2; }
die() { say "$*"; exit 1; }

pid() { cat "$PIDFILE" 2>/dev/null; }
alive() { [ -n "$(pid)" ] && kill -0 "$(pid)" 2>/dev/null; }

# need COMMAND PACKAGE: installs a Debian package when its command is missing.
need() {
  command -v "$1" >/dev/null && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || die "$1 is missing: install the package $2"
  say "installing $2"
  { apt-get update -qq; RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2"; } >>"$LOG" 2>&1 ||
    die "apt-get could not install $2, see $LOG"
}

# background COMMAND...: starts a program apart from this shell. exec keeps the recorded id the program's own.
background() {
  (cd "$HOME_DIR" && exec setsid "$@" >>"$LOG" 2>&1 </dev/null) &
  echo $! >"$PIDFILE"
}

# open_port PORT: whether something accepts connections there.
open_port() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# free_ports dies when another server has one of the ports: it would be taken for ours.
free_ports() {
  local port
  for port in $PORTS; do
    ! open_port "$port" || die "port $port of 127.0.0.1 is taken by another server: stop that, or set $PORT_VARIABLE to a free one"
  done
}

wait_ready() {
  local end=$((SECONDS + ${READY_S:-120}))
  until ready; do
    alive || { tail -n 5 "$LOG" >&2; die "ended, see $LOG"; }
    [ $SECONDS -lt $end ] || die "not ready after ${READY_S:-120} s, see $LOG"
    sleep 0.2
  done
  say "ready, process $(pid)"
}

# end_process SIGNAL SECONDS: ends the recorded process and waits for it: its port stays open until it is gone.
end_process() {
  local p i
  p=$(pid)
  alive || { rm -f "$PIDFILE"; say "not running"; return 0; }
  kill "-$1" "$p"
  for ((i = $2 * 20; i > 0; i--)); do
    kill -0 "$p" 2>/dev/null || break
    sleep 0.05
  done
  if kill -0 "$p" 2>/dev/null; then
    say "does not stop, killing it"
    kill -KILL "$p"
    while kill -0 "$p" 2>/dev/null; do sleep 0.05; done
  fi
  rm -f "$PIDFILE"
}

# maven_jars DIR GROUP:ARTIFACT:VERSION...: puts the artifacts and what they need at run time into DIR, once.
maven_jars() {
  local dir=$1 project coordinates
  shift
  [ "$(cat "$dir/.complete" 2>/dev/null)" = "$*" ] && return
  need java default-jre-headless
  need mvn maven
  say "fetching $* from Maven"
  project=$(mktemp -d)
  {
    echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
    echo '<groupId>gospark</groupId><artifactId>services</artifactId><version>1</version><dependencies>'
    for coordinates in "$@"; do
      IFS=: read -r group artifact version <<<"$coordinates"
      echo "<dependency><groupId>$group</groupId><artifactId>$artifact</artifactId><version>$version</version></dependency>"
    done
    echo '</dependencies></project>'
  } >"$project/pom.xml"
  rm -rf "$dir"
  (cd "$project" && mvn -q -B dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$dir") >>"$LOG" 2>&1 ||
    { rm -rf "$project"; die "Maven could not fetch the jars, see $LOG"; }
  rm -rf "$project"
  echo "$*" >"$dir/.complete"
}

run() {
  case "${1:-}" in
    install) install ;;
    start)
      alive && ready && { say "already running, process $(pid)"; return; }
      alive || free_ports
      install && start && wait_ready ;;
    stop) end_process TERM 30 ;;
    kill9) end_process KILL 10 ;;
    ready) ready ;;
    status) if alive; then say "running, process $(pid)"; else say "stopped"; return 1; fi ;;
    *)
      if declare -F "verb_${1:-}" >/dev/null; then
        "verb_$1" "${@:2}"
      else
        echo "usage: ${0##*/} install|start|stop|kill9|ready|status" >&2
        return 2
      fi ;;
  esac
}
