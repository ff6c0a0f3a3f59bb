# What the lanes share. A lane runs this library on a device that stands in for one that is not at hand.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
work=$root/target/lanes
mkdir -p "$work"

fail() {
  echo "error: $*" >&2
  exit 2
}

# Ends with an error unless a program is there: need PROGRAM PACKAGE.
need() {
  command -v "$1" > /dev/null || fail "this lane needs $1; install $2"
}

# Ends with an error unless TORNADOVM_HOME is an SDK with one of the backends.
need_backend() {
  local found backend
  [ -n "${TORNADOVM_HOME:-}" ] || fail "this lane needs TORNADOVM_HOME: a TornadoVM SDK of the 5.x line with the backend ${*// / or }"
  found=$(sed -n 's/^tornado.backends=//p' "$TORNADOVM_HOME/etc/tornado.backend" 2> /dev/null || true)
  for backend in "$@"; do
    case ,$found, in *",$backend-backend,"*) return ;; esac
  done
  fail "the SDK in $TORNADOVM_HOME has the backends '$found' and this lane needs $*"
}

# Folder of a Debian package's files: the system's when it is installed, else unpacked aside. unpacked PACKAGE FILE, the file being one of its own.
unpacked() {
  if [ -e "/$2" ]; then
    echo ""
    return
  fi
  local folder=$work/$1
  if [ ! -e "$folder/$2" ]; then
    need apt-get apt
    (mkdir -p "$folder" && cd "$folder" && apt-get download "$1" > /dev/null 2>&1 && dpkg-deb -x "$1"_*.deb .) \
      || fail "this lane needs $1, which apt-get does not find; install it"
  fi
  echo "$folder"
}

# Small golden cases, by their folders.
small_goldens=(paper)
# Test classes that launch single kernels, those in groups too.
contracts='*ContractTest'
