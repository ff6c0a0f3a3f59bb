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

# Golden cases, by their folders: those of the paper, in both ways of attending, and a whole model with a mixture.
small_goldens=(paper)
more_goldens=(paper models/v3-sigmoid-bias)
# Test classes that launch single kernels, those in groups too.
contracts='*ContractTest'
# The same, of the kernels for many cores only, which are what TornadoVM's backends besides OpenCL take, and of TornadoVM's own faults.
many_contracts='Group*ContractTest,RightShiftTest,SdkFaultsTest,ShortArrayFaultTest'
# The program, and what stands in front of it.
mla=(./mla)
# The device of the engine that a part runs on; the engine's first where it stays empty.
device=()

# The kernels for many cores, also on a CPU that stands in for another device.
use_many_cores() {
  export MLA_JAVA_OPTIONS="-Dmla.cores=many ${MLA_JAVA_OPTIONS:-}"
}

failed=()
passed=0
cut=0
# When a lane has to end, as the shell's SECONDS count; none where it may take its time.
deadline=""
# What runs now, which ends with the lane.
process=""
trap '[ -z "$process" ] || kill -TERM -- "-$process" 2> /dev/null || true' EXIT

# A part of a lane, whose output goes to a file. What fails is told at the end, the other parts run all the same; what is not done at the deadline is
# ended: part NAME COMMAND...
part() {
  local name=$1 log=$work/$lane/$1.out begin=$SECONDS result status=0
  shift
  mkdir -p "$work/$lane"
  if [ -n "$deadline" ] && [ "$SECONDS" -ge "$deadline" ]; then
    status=124
  else
    limited "$@" > "$log" 2>&1 || status=$?
  fi
  case $status in
    0) result=ok passed=$((passed + 1)) ;;
    124) result="no time" cut=$((cut + 1)) ;;
    *)
      result="FAILED, see $log"
      failed+=("$lane/$name")
      tail -n 5 "$log" >&2
      ;;
  esac
  printf '%s\t%s\t%s\t%s\n' "$lane" "$name" "$result" "$((SECONDS - begin)) s" | tee -a "${parts:-/dev/null}"
}

# A command in a shell of its own, with all that it starts, until the deadline; its status is 124 then.
limited() {
  local status=0
  set -m
  ("$@") &
  process=$!
  set +m
  while kill -0 "$process" 2> /dev/null; do
    if [ -n "$deadline" ] && [ "$SECONDS" -ge "$deadline" ]; then
      kill -TERM -- "-$process" 2> /dev/null || true
      wait "$process" || true
      status=124
      break
    fi
    sleep 0.2
  done
  [ "$status" != 0 ] || wait "$process" || status=$?
  process=""
  return "$status"
}

# The end of a lane that is made of parts.
finish() {
  [ ${#failed[@]} = 0 ] || fail "${#failed[@]} of $((passed + ${#failed[@]})) parts failed: ${failed[*]}"
  if [ "$cut" = 0 ]; then
    echo "$lane: all $passed parts right"
  else
    echo "$lane: $passed parts right, no time for $cut"
  fi
}

# How exact each kernel is, in a file of this name, from which the script table makes the one in docs/tornadovm.md: errors ENGINE
errors() {
  mkdir -p "$work/errors"
  "${mla[@]}" kernels --engine "$1" ${device[@]+"${device[@]}"} --trust --errors "$work/errors/$lane.tsv"
}

# Whether devices that are named by a pattern passed the self-test: self_test PATTERN
self_test() {
  "${mla[@]}" devices > "$work/$lane.devices" || return
  cat "$work/$lane.devices"
  grep -Eq "^  $1 ${device[1]:-}.*: passed" "$work/$lane.devices"
}

# A text of tiny-kjv, with weights and cache in some formats. That of its own numbers is as transformers wrote it (models/tiny-kjv/expected.json), others
# are as the kernels for few cores write them on a bare JDK: text ENGINE TOKENS WEIGHTS CACHE
text() {
  local engine=$1 tokens=$2 weights=$3 cache=$4 found wanted words
  words=(generate --weights "$weights" --cache "$cache" --max-tokens "$tokens" --prompt "Hear the word of the LORD,")
  case $weights-$cache in
    f32-f32 | bf16-f32) wanted=$(sed -n 's/^ *"text": "\(.*\)",$/\1/p' models/tiny-kjv/expected.json | head -1) ;;
    *) wanted=$(env -u TORNADOVM_HOME -u MLA_JAVA_OPTIONS ./mla "${words[@]}" --engine jvm) || fail "no text on a bare JDK" ;;
  esac
  found=$("${mla[@]}" "${words[@]}" --engine "$engine" ${device[@]+"${device[@]}"} --trust) || fail "no text"
  [ -n "$found" ] && [ "${wanted:0:${#found}}" = "$found" ] || fail "wrote '$found', not '$wanted'"
  echo "$tokens tokens as expected: $found"
}

# Formats of weights and cache that lanes show: those of the kernels that most models use, and each kernel for further ones once, with each cache.
formats=(f32/f32 f32/bf16 bf16/f32 bf16/bf16 int8/f32 int8/bf16 fp8/f32 q8_0/bf16 q4_0/int8 nvfp4/f32 bf16/int8)

# The texts in all of these, each a part: texts ENGINE TOKENS
texts() {
  local format
  for format in "${formats[@]}"; do
    part "text-weights-${format%/*}-cache-${format#*/}" text "$1" "$2" "${format%/*}" "${format#*/}"
  done
}

# Golden cases, each folder a part: goldens ENGINE FOLDERS...
goldens() {
  local engine=$1 cases
  shift
  for cases in "$@"; do
    part "goldens-${cases//\//-}" "${mla[@]}" verify --engine "$engine" ${device[@]+"${device[@]}"} --trust "src/test/resources/goldens/$cases"
  done
}

# What a backend of TornadoVM has to show: backend [--short | TEST CLASSES]. Short is the self-test and one text.
backend() {
  part self-test self_test tornadovm
  if [ "${1:-}" = --short ]; then
    part text text tornadovm 16 f32 f32
    finish
    return
  fi
  part kernels errors tornadovm
  goldens tornadovm "${more_goldens[@]}"
  texts tornadovm 16
  part contracts "${mla[@]}" test --engine tornadovm "-Dtest=${1:-$many_contracts}"
  finish
}
