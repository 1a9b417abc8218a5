#!/usr/bin/env bash
# How well models of recorded plants predict: trains and evaluates every recorded set with every seed, and prints a Markdown table.
# The recordings are not part of this repository (docs/plants.md says where they come from). Needs jq and GNU time; one thread
# unless ORRERY_THREADS says otherwise, five to ten minutes of one core for five seeds. Only sets that are there are run.
#   benchmarks/plants.sh DATA_FOLDER ["0 1 2 3 4"] [RUNS_FOLDER] [further options of orrery train ...]
#   ORRERY_SETS="cascaded-tanks exchanger" benchmarks/plants.sh DATA_FOLDER    only these sets
# With RUNS_FOLDER the runs are kept, and runs that are there already are not trained again.
set -euo pipefail
data=$(realpath "${1:?usage: benchmarks/plants.sh DATA_FOLDER [SEEDS] [RUNS_FOLDER] [OPTIONS ...]}")
read -r -a seeds <<<"${2:-0 1 2 3 4}"
runs=${3:-}
shift $(($# < 3 ? $# : 3))
further=("$@")
threads=${ORRERY_THREADS:-1}
for tool in jq /usr/bin/time; do
  command -v "$tool" >/dev/null || { echo "benchmarks/plants.sh needs $tool; install it (Debian: apt-get install jq time)." >&2; exit 2; }
done
cd "$(dirname "$0")/.."
if [[ -z $runs ]]; then
  runs=$(mktemp -d)
  trap 'rm -rf "$runs"' EXIT
fi
mkdir -p "$runs"
orrery=${ORRERY:-src/Orrery.Cli/bin/Release/net10.0/orrery}
[[ -x $orrery ]] || dotnet build -c Release src/Orrery.Cli --nologo -v quiet >&2

# NAME|FILE|OBSERVATIONS|ACTIONS|OPTIONS THAT SAY HOW IT IS READ|COLUMNS OF ANOTHER RECORD TO EVALUATE ON (observations, actions)
sets=(
  "cascaded-tanks|cascaded_tanks/dataBenchmark.csv|yEst|uEst|--sampling-time 4|yVal uVal"
  "exchanger|daisy/exchanger.dat|c3|c2||"
  "winding|daisy/winding.dat|c6,c7|c1,c2,c3,c4,c5||"
  "glass-furnace|daisy/glassfurnace.dat|c5,c6,c7,c8,c9,c10|c2,c3,c4||"
  "heating-system|daisy/heating_system.dat|c3|c2||"
  "stirred-tank|daisy/cstr.dat|c3,c4|c2||"
  "steam-generator|daisy/steamgen.dat|c6,c7,c8,c9|c2,c3,c4,c5||"
  "gas-furnace|openmv/gas-furnace.csv|CO2|InputGasRate||"
)

one() { # NAME SEED FILE OBSERVATIONS ACTIONS READ OTHER
  local run=$runs/$1-$2 read other
  read -r -a read <<<"$6"
  read -r -a other <<<"$7"
  local train=(train "$data/$3" --observations "$4" --actions "$5" "${read[@]}" --output "$run" --seed "$2" --threads "$threads" --quiet --json)
  # A record that is evaluated on whole leaves all of the other to train on.
  [[ ${#other[@]} -gt 0 ]] && train+=(--test-share 0)
  if [[ ! -f $run/train.time ]]; then
    /usr/bin/time -f '%e %U %S' -o "$runs/time" "$orrery" "${train[@]}" ${further[@]+"${further[@]}"} >"$runs/train.json"
    mv "$runs/time" "$run/train.time"
  fi
  local evaluate=(evaluate "$run" --threads "$threads" --quiet --json)
  [[ ${#other[@]} -gt 0 ]] && evaluate+=(--log "$data/$3" --observations "${other[0]}" --actions "${other[1]}" "${read[@]}")
  "$orrery" "${evaluate[@]}" >"$run/evaluation.json"
  jq -c --arg set "$1" --arg seed "$2" --arg time "$(cat "$run/train.time")" '. as $all | ($time | split(" ") | map(tonumber)) as $t
    | [.models[] | select(.name != "Persistence")] as $m | (.models[] | select(.name == "Persistence")) as $p
    | range(.columns | length) as $o | .columns[$o] as $c
    | (if ($c.trainingDeviation | type) == "number" then $c.trainingDeviation else $c.testDeviation end) as $d
    | { set: $set, seed: $seed, output: $c.name, seconds: $t[0], cpu: ($t[1] + $t[2]), windows: .windows, longest: .horizons[-1],
        model: ($m[0].freeRunRmse[$o] / $d),
        linear: ([$m[1:][] | { key: .name, value: (.freeRunRmse[$o] / $d) }] | sort_by(.key)),
        persistence: ($p.freeRunRmse[$o] / $d),
        ratios: [range($all.horizons | length) as $h | { rows: $all.horizons[$h],
          ratio: ($m[0].rmseByHorizon[$o][$h] / ([$m[1:][], $p | .rmseByHorizon[$o][$h] | select(type == "number")] | min)) }],
        coverage: [(.intervals.coverage // [])[] | select(.output == $c.name and .level == 0.9)] }' \
    "$run/evaluation.json" >>"$runs/rows.jsonl"
}

rm -f "$runs/rows.jsonl"
for entry in "${sets[@]}"; do
  IFS='|' read -r name file observations actions read other <<<"$entry"
  [[ -n ${ORRERY_SETS:-} && " $ORRERY_SETS " != *" $name "* ]] && continue
  [[ -f $data/$file ]] || { echo "$data/$file is not there; $name is left out." >&2; continue; }
  for seed in "${seeds[@]}"; do
    echo "$name, seed $seed" >&2
    one "$name" "$seed" "$file" "$observations" "$actions" "$read" "$other"
  done
done
[[ -f $runs/rows.jsonl ]] || { echo "No recorded set was found in $data." >&2; exit 1; }

echo "Free-run error over the training part's deviation (NRMSE); worst over the seeds in brackets. Seeds: ${seeds[*]}; threads: $threads."
echo
jq -rs 'def f(n): if . == null or (type != "number") then "–" else (. * pow(10; n) | round) as $v | ($v / pow(10; n)) | tostring end;
  def mean: add / length;
  "| set | output | model | best linear | which | persistence | worst ratio to the best baseline | training, s | CPU, s |",
  "| --- | --- | ---: | ---: | --- | ---: | --- | ---: | ---: |",
  (group_by([.set, .output])[] | (map(.linear[] | .name = .key) | group_by(.key) | map({ key: .[0].key, value: (map(.value | numbers) | if length == 0 then infinite else mean end) }) | min_by(.value)) as $best
   | ([range(.[0].ratios | length) as $h | { rows: .[0].ratios[$h].rows, ratio: ([.[].ratios[$h].ratio] | mean) }] | max_by(.ratio)) as $worst
   | "| \(.[0].set) | \(.[0].output) | \(map(.model) | mean | f(3)) (\(map(.model) | max | f(3))) | \($best.value | f(3)) | \($best.key) | \(map(.persistence) | mean | f(3)) | \($worst.ratio | f(2)) at \($worst.rows) of \(.[0].longest) rows, \(.[0].windows) starts | \(map(.seconds) | mean | f(1)) | \(map(.cpu) | mean | f(1)) |")' "$runs/rows.jsonl"
echo
echo "Measured coverage of nominal 90 % intervals, mean over the seeds and range; – where too few rows were held out."
echo
jq -rs 'def p: if type != "number" then "–" else (. * 1000 | round / 10 | tostring) end;
  def cell(method): [.[].coverage[] | select(.method == method) | .coverage | numbers] | if length == 0 then "–" else "\(add / length | p) (\(min | p)–\(max | p))" end;
  def whole(method): [.[].coverage[] | select(.method == method) | .simultaneous | numbers] | if length == 0 then "–" else (add / length | p) end;
  def rows(method): [.[].coverage[] | select(.method == method) | .horizon] | if length == 0 then "–" else (min | tostring) end;
  def width(method): [.[].coverage[] | select(.method == method) | .width | numbers] | if length == 0 then "–" else (add / length * 1000 | round / 1000 | tostring) end;
  "| set | output | in time | in time, adaptive | interleaved | simultaneous, interleaved | rows ahead | mean width, interleaved |",
  "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
  (group_by([.set, .output])[] | "| \(.[0].set) | \(.[0].output) | \(cell("InTime")) | \(cell("Adaptive")) | \(cell("Interleaved")) | \(whole("Interleaved")) | \(rows("Interleaved")) | \(width("Interleaved")) |")' "$runs/rows.jsonl"
