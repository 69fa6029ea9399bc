#!/usr/bin/env python3
"""Reference for NeuralTests: runs a .tflite file on the stock interpreter.

    run_tflite.py MODEL INPUTS OUTPUTS      INPUTS: float32, one model input after another; OUTPUTS: likewise
    run_tflite.py --check                   exit 0 if an interpreter is installed
"""
import sys

import numpy as np

try:
    from ai_edge_litert.interpreter import Interpreter
except ImportError:
    from tflite_runtime.interpreter import Interpreter

if sys.argv[1] == "--check":
    sys.exit(0)
net = Interpreter(sys.argv[1], num_threads=1)
net.allocate_tensors()
shape = net.get_input_details()[0]["shape"]
with open(sys.argv[3], "wb") as out:
    for x in np.fromfile(sys.argv[2], np.float32).reshape(-1, *shape):
        net.set_tensor(net.get_input_details()[0]["index"], x)
        net.invoke()
        for o in net.get_output_details():
            out.write(net.get_tensor(o["index"]).astype(np.float32).tobytes())
