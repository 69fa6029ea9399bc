#!/usr/bin/env python3
"""Reference for FaceTests: MediaPipe's own landmarks and mattes.

    run_mediapipe.py OUTPUT CONFIDENCE WIDTHxHEIGHT=RGB_FILE...
    run_mediapipe.py --check                     exit 0 if mediapipe is installed

For every picture (raw RGB, rows from the top) OUTPUT gets float32: 1 or 0 (face found), 478 x, y, z in pixels, then
the matte of 256x256, made by MediaPipe at the picture's size and averaged down.
"""
import os
import sys

os.environ.setdefault("GLOG_minloglevel", "3")
import cv2  # noqa: E402
import mediapipe as mp  # noqa: E402
import numpy as np  # noqa: E402

if sys.argv[1] == "--check":
    sys.exit(0)
confidence = float(sys.argv[2])
mesh = mp.solutions.face_mesh.FaceMesh(
    static_image_mode=True, refine_landmarks=True, max_num_faces=1,
    min_detection_confidence=confidence, min_tracking_confidence=confidence)
selfie = mp.solutions.selfie_segmentation.SelfieSegmentation(model_selection=0)
with open(sys.argv[1], "wb") as out:
    for argument in sys.argv[3:]:
        size, path = argument.split("=", 1)
        w, h = map(int, size.split("x"))
        rgb = np.fromfile(path, np.uint8).reshape(h, w, 3)
        side = max(w, h)
        y, x = (side - h) // 2, (side - w) // 2
        square = cv2.copyMakeBorder(rgb, y, side - h - y, x, side - w - x, cv2.BORDER_CONSTANT, value=(127, 127, 127))
        found = mesh.process(square).multi_face_landmarks
        points = np.zeros((478, 3), np.float32)
        if found:
            points = np.array([(p.x, p.y, p.z) for p in found[0].landmark], np.float32) * side - [x, y, 0]
        matte = cv2.resize(selfie.process(rgb).segmentation_mask, (256, 256), interpolation=cv2.INTER_AREA)
        np.concatenate([[bool(found)], points.ravel(), matte.ravel()]).astype(np.float32).tofile(out)
