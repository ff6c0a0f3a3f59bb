# What the lanes share. A lane runs this library on a device that stands in for one that is not at hand.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
work=$root/target/lanes
mkdir -p "$work"

fail() {
  echo "error: $*" >&2
  exit 2
}

# Ends with status 3: what a lane needs is not on this machine.
missing() {
  echo "error: this lane needs $*" >&2
  exit 3
}

# Ends so unless a program is there: need PROGRAM PACKAGE.
need() {
  command -v "$1" > /dev/null || missing "$1; install $2"
}

# Ends so unless TORNADOVM_HOME is an SDK with one of the backends.
need_backend() {
  local found backend
  [ -n "${TORNADOVM_HOME:-}" ] || missing "TORNADOVM_HOME: a TornadoVM SDK of the 5.x line with the backend ${*// / or }"
  found=$(sed -n 's/^tornado.backends=//p' "$TORNADOVM_HOME/etc/tornado.backend" 2> /dev/null || true)
  for backend in "$@"; do
    case ,$found, in *",$backend-backend,"*) return ;; esac
  done
  missing "the backend ${*// / or }; the SDK in $TORNADOVM_HOME has '$found'"
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
      || missing "$1, which apt-get does not find; install it"
  fi
  echo "$folder"
}

# Small golden cases, by their folders.
small_goldens=(paper)
# Test classes that launch single kernels, those in groups too.
contracts='*ContractTest'
# The same, of the kernels for many cores only, which are what TornadoVM's backends besides OpenCL take.
many_contracts='Group*ContractTest'
# The program, and what stands in front of it.
mla=(./mla)

# The kernels for many cores, also on a CPU that stands in for another device.
use_many_cores() {
  export MLA_JAVA_OPTIONS="-Dmla.cores=many ${MLA_JAVA_OPTIONS:-}"
}

# How exact each kernel is, in a file of this name, from which the script table makes the one in docs/tornadovm.md: errors NAME ENGINE
errors() {
  mkdir -p "$work/errors"
  "${mla[@]}" kernels --engine "$2" --trust --errors "$work/errors/$1.tsv"
}

# Texts of tiny-kjv, with weights and cache in the formats that are named as WEIGHTS-CACHE: texts ENGINE TOKENS FORMATS... Those of its own numbers are
# as transformers wrote them (models/tiny-kjv/expected.json), others as the kernels for few cores write them on a bare JDK.
texts() {
  local engine=$1 tokens=$2 formats found wanted text
  shift 2
  for formats in "$@"; do
    text=(generate --weights "${formats%-*}" --cache "${formats#*-}" --max-tokens "$tokens" --prompt "Hear the word of the LORD,")
    case $formats in
      f32-f32 | bf16-f32) wanted=$(sed -n 's/^ *"text": "\(.*\)",$/\1/p' models/tiny-kjv/expected.json | head -1) ;;
      *) wanted=$(env -u TORNADOVM_HOME -u MLA_JAVA_OPTIONS ./mla "${text[@]}" --engine jvm) || fail "no text on a bare JDK with $formats" ;;
    esac
    found=$("${mla[@]}" "${text[@]}" --engine "$engine" --trust) || fail "tiny-kjv with $formats (weights-cache) failed"
    [ -n "$found" ] && [ "${wanted:0:${#found}}" = "$found" ] || fail "tiny-kjv with $formats (weights-cache) wrote '$found', not '$wanted'"
    echo "tiny-kjv with $formats (weights-cache), $tokens tokens: as expected"
  done
}

# Weights and cache of its texts.
text_formats=(f32-f32 f32-bf16 bf16-f32 bf16-bf16 int8-f32 int8-bf16)

# What a backend of TornadoVM has to show, to the first failure: backend NAME [--short | TEST CLASSES]. Short is the self-test and one text.
backend() {
  local name=$1
  "${mla[@]}" devices | tee "$work/$name.devices"
  grep -q ': passed' "$work/$name.devices" || fail "the self-test did not pass on TornadoVM's $name"
  if [ "${2:-}" = --short ]; then
    texts tornadovm 16 f32-f32
    return
  fi
  errors "$name" tornadovm
  "${mla[@]}" verify --engine tornadovm "${small_goldens[@]/#/src/test/resources/goldens/}"
  texts tornadovm 16 "${text_formats[@]}"
  "${mla[@]}" test --engine tornadovm "-Dtest=${2:-$many_contracts}"
  echo "$name: right"
}
