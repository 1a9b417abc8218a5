"""PyTorch's side of the comparison: reads commands as lines of JSON, one case at a time, and answers each with a line."""

import json
import os
import sys
import time

try:
    import numpy
    import torch
except ImportError:
    sys.exit(1)

import functions
import models

KINDS = functions.KINDS | models.KINDS


def described():
    threads = torch.get_num_threads()
    build = torch.__config__.show()
    capability = next((line.split()[-1] for line in build.splitlines() if "CPU capability" in line), "unknown")
    return f"PyTorch {torch.__version__}, {threads} thread{'s' if threads > 1 else ''}, {capability}"


def timed(run, seconds):
    """Seconds per call, over as many calls as fill the time asked for."""
    while True:
        calls = timed.calls
        start = time.perf_counter()
        for _ in range(calls):
            run()
        taken = time.perf_counter() - start
        if taken >= 0.4 * seconds:
            timed.calls = max(1, int(calls * seconds / taken))
            return taken / calls
        timed.calls = calls * (8 if taken < 0.1 * seconds else 2)


def main():
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    print(described(), flush=True)
    case = None
    for line in sys.stdin:
        command = json.loads(line)
        answer = {}
        if command["do"] == "make":
            inputs = {name: torch.from_numpy(numpy.load(path)) for name, path in command["files"].items()}
            case = KINDS[command["kind"]](inputs, **command["parameters"])
            timed.calls = 1
        elif command["do"] == "outputs":
            answer["files"] = {}
            for name, value in case.outputs().items():
                path = os.path.join(command["folder"], f"output-{len(answer['files'])}.npy")
                numpy.save(path, numpy.ascontiguousarray(value.detach().numpy(), dtype=numpy.float32))
                answer["files"][name] = path
        elif command["do"] == "time":
            answer["seconds"] = timed(case.run, command["seconds"])
        print(json.dumps(answer), flush=True)


main()
