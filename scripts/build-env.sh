# Sourced by the scripts beside it: finds the repository, builds Release when the sources are newer than the program.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
program="$root/artifacts/bin/VolMgr.Cli/release/volmgr"

if ! command -v dotnet >/dev/null 2>&1; then
    echo "volmgr: the .NET 10 SDK is needed (command 'dotnet' not found on PATH)" >&2
    exit 2
fi

# Builds the program unless it is up to date; the build's own words go to stderr and only when it fails.
build_program() {
    if [ -x "$program" ] && [ -z "$(find "$root/src" "$root"/*.props "$root"/global.json -newer "$program" \
        \( -name '*.cs' -o -name '*.csproj' -o -name '*.props' -o -name '*.json' \) -print -quit)" ]; then
        return 0
    fi
    (
        flock 9
        log=$(mktemp)
        echo "Building VolMgr (first use or changed sources) ..." >&2
        if ! dotnet build "$root/src/VolMgr.Cli/VolMgr.Cli.csproj" -c Release -v quiet >"$log" 2>&1; then
            cat "$log" >&2
            rm -f "$log"
            exit 2
        fi
        rm -f "$log"
        touch "$program"
    ) 9>"${TMPDIR:-/tmp}/volmgr-build-$(id -u).lock"
}
