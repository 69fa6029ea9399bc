"""A small off-screen renderer (EGL): flat or smooth shading, wireframe, and the index of the triangle seen."""

import moderngl
import numpy as np

VERTEX = """#version 330
in vec3 p; in vec3 n; in vec3 c; flat out int id; out vec3 nn; out vec3 cc; uniform mat3 r; uniform vec4 box;
void main() { vec3 q = r * p; nn = r * n; cc = c; id = gl_VertexID / 3;
  gl_Position = vec4((q.xy - box.xy) / box.zw, -q.z / 40.0, 1.0); }"""
FRAGMENT = """#version 330
flat in int id; in vec3 nn; in vec3 cc; out vec4 o; uniform int mode;
void main() {
  if (mode == 1) { int i = id + 1; o = vec4(float(i & 255), float((i >> 8) & 255), float(i >> 16), 255.0) / 255.0; return; }
  vec3 n = normalize(nn); if (!gl_FrontFacing) { n = -n; }
  float d = 0.30 + 0.62 * max(dot(n, normalize(vec3(-0.35, 0.45, 0.9))), 0.0) + 0.12 * max(dot(n, vec3(0.9, 0.0, 0.3)), 0.0);
  o = vec4(cc * d * (gl_FrontFacing ? vec3(1.0) : vec3(0.55, 0.6, 1.0)), 1.0); }"""


class Raster:
    def __init__(self, size=512):
        self.size = size
        self.context = moderngl.create_context(standalone=True, backend="egl")
        self.program = self.context.program(vertex_shader=VERTEX, fragment_shader=FRAGMENT)
        make = lambda s: self.context.framebuffer(
            [self.context.renderbuffer((size, size), 4, samples=s)],
            self.context.depth_renderbuffer((size, size), samples=s),
        )
        self.smooth, self.plain = make(4), make(0)

    def draw(self, parts, yaw=0.0, pitch=0.0, centre=(0, -1, 0), half=12.0, ids=False, wire=False, background=0.92):
        """Picture (size, size, 3) of `parts`, a list of (positions, triangles, colour); angles in degrees."""
        y, p = np.radians([yaw, pitch])
        ry = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
        rx = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
        r = ry @ rx
        c = r @ np.asarray(centre, float)
        rows = []
        for positions, triangles, colour in parts:
            corner = positions[triangles].reshape(-1, 3)
            normal = vertex_normals(positions, triangles)[triangles].reshape(-1, 3)
            colour = np.broadcast_to(np.asarray(colour, float), (len(positions), 3))[triangles].reshape(-1, 3)
            rows.append(np.concatenate([corner, normal, colour], 1))
        data = np.concatenate(rows).astype("f4")
        buffer = self.context.buffer(data.tobytes())
        array = self.context.vertex_array(self.program, [(buffer, "3f 3f 3f", "p", "n", "c")])
        self.program["r"].write(np.ascontiguousarray(r.T, "f4").tobytes())
        self.program["box"].value = (c[0], c[1], half, half)
        self.program["mode"].value = int(ids)
        target = self.plain if ids else self.smooth
        target.use()
        self.context.enable(moderngl.DEPTH_TEST)
        target.clear(*([0.0] * 4 if ids else [background] * 3 + [1.0]))
        self.context.wireframe = wire
        array.render(moderngl.TRIANGLES)
        self.context.wireframe = False
        if not ids:
            self.context.copy_framebuffer(self.plain, self.smooth)
        image = np.frombuffer(self.plain.read(components=4), np.uint8).reshape(self.size, self.size, 4)[::-1]
        array.release()
        buffer.release()
        if ids:
            return image[..., 0].astype(int) + (image[..., 1].astype(int) << 8) + (image[..., 2].astype(int) << 16) - 1
        return image[..., :3].copy()


def vertex_normals(positions, triangles):
    n = np.zeros_like(positions)
    f = np.cross(
        positions[triangles[:, 1]] - positions[triangles[:, 0]], positions[triangles[:, 2]] - positions[triangles[:, 0]]
    )
    for k in range(3):
        np.add.at(n, triangles[:, k], f)
    return n / np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-12)
