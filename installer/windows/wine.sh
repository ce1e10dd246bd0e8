# For the trials under Wine, to be sourced: a private Windows, a cloud on loopback, and lines of `ok` and `FAILED`.
#
# Not here: what is tried (`check`: the packages; `check-programs`: the programs themselves; `cargo xtask windows`: tests).
work=$(mktemp -d)
passed=0 failed=0 helpers=()
export WINEDEBUG=-all WINEDLLOVERRIDES='winemenubuilder.exe=d;mscoree=;mshtml=' WINEARCH=win64
wine=/usr/lib/wine/wine64 server=/usr/lib/wine/wineserver64

cleanup() {
  for prefix in "$work"/prefix*; do WINEPREFIX=$prefix $server -k 2>/dev/null; done
  for process in "${helpers[@]}"; do kill "$process" 2>/dev/null; done
  rm -rf "$work"
}
trap cleanup EXIT

# check WORDS COMMAND…: one line, and the command's words only if it failed.
check() {
  local words=$1
  shift
  if "$@" >"$work/said" 2>&1; then
    passed=$((passed + 1))
    echo "ok      $words"
  else
    failed=$((failed + 1))
    echo "FAILED  $words"
    sed 's/^/        /' "$work/said" | tail -n 30
  fi
}
finish() {
  echo "$passed passed, $failed failed"
  [ "$failed" = 0 ]
  exit
}
ends_with() { local wanted=$1; shift; "$@"; local code=$?; [ $code = "$wanted" ] || { echo "exit code $code, not $wanted"; return 1; }; }
run() { timeout 180 $wine "$@" </dev/null; }
settled() { timeout 60 $server -w; }
holds() { grep -qiF -- "$2" "$1" || { echo "no $2 in $1:"; cat "$1"; return 1; }; }
lacks() { ! grep -qiF -- "$2" "$1"; }
says() { local wanted=$1; shift; "$@" 2>&1 | tr -d '\r' >"$work/heard"; grep -qF -- "$wanted" "$work/heard" || { echo "it does not say $wanted but:"; cat "$work/heard"; return 1; }; }
# Tries for half a minute.
soon() { for _ in $(seq 60); do "$@" >/dev/null 2>&1 && return; sleep 0.5; done; "$@"; }
windows_path() { $wine winepath -w "$1" 2>/dev/null | tr -d '\r'; }

# A Windows of its own for what follows.
fresh() {
  export WINEPREFIX=$work/prefix-$1
  $wine wineboot --init >/dev/null 2>&1
  settled
  cp "$work/bcryptprimitives.dll" "$WINEPREFIX/drive_c/windows/system32/"
  $wine reg add 'HKCU\Software\Wine' /v Version /d win10 /f >/dev/null 2>&1
  settled
  user=$WINEPREFIX/drive_c/users/$(id -un)
}

# A screen that nobody sees, for which Xvfb looks up a free number.
screen() {
  Xvfb -displayfd 3 -screen 0 1024x768x24 -nolisten unix 3>"$work/display" >/dev/null 2>&1 &
  helpers+=($!)
  for _ in $(seq 100); do [ -s "$work/display" ] && break; sleep 0.1; done
  export DISPLAY=:$(cat "$work/display")
}

# Serves the other side; its address is in `api`, its process in `cloud_process`, its last words in $work/cloud.
cloud() {
  "$1" cloud >"$work/cloud" 2>/dev/null &
  cloud_process=$!
  helpers+=($cloud_process)
  for _ in $(seq 100); do grep -q http "$work/cloud" && break; sleep 0.1; done
  api=$(grep -om1 'http://[^ "]*' "$work/cloud")
}

x86_64-w64-mingw32-gcc -shared -o "$work/bcryptprimitives.dll" "$(dirname "${BASH_SOURCE[0]}")/prng-for-wine.c" -ladvapi32
