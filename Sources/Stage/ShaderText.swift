/// The shaders, GLSL ES 3.00, the same natively and in WebGL2. Colours are sRGB-encoded and premultiplied throughout.
enum ShaderText {
  static let version: StaticString = """
    #version 300 es
    precision highp float;
    precision highp sampler2D;

    """

  /// `u` holds all uniforms; u[0] and u[1] are the lens wherever something is placed in space.
  static let common: StaticString = """
    uniform vec4 u[12];
    // From avatar space (cm) to clip space. `behind` moves the depth alone, cm away from the viewer.
    vec4 place(vec3 p, float behind) {
      float d = u[1].x - p.z;
      float w = d / u[1].x;
      return vec4(u[0].xy * w + u[0].zw * p.xy, (u[1].y - u[1].z / (d + behind)) * w, w);
    }

    """

  // MARK: Flat pictures

  /// A picture on the whole viewport. u[2]: the picture's rectangle (left, bottom, width, height), u[3].x: opacity.
  static let flatVertex: StaticString = """
    out vec2 at;
    void main() {
      vec2 p = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
      at = u[2].xy + u[2].zw * p;
      gl_Position = vec4(2.0 * p - 1.0, 0.0, 1.0);
    }
    """

  static let pictureFragment: StaticString = """
    in vec2 at;
    out vec4 colour;
    uniform sampler2D picture;
    void main() { colour = vec4(texture(picture, at).rgb, 1.0) * u[3].x; }
    """

  /// Joins a colour picture and a matte into one premultiplied picture.
  static let joinFragment: StaticString = """
    in vec2 at;
    out vec4 colour;
    uniform sampler2D picture;
    uniform sampler2D matte;
    void main() {
      float a = texture(matte, at).r;
      colour = vec4(texture(picture, at).rgb * a, a);
    }
    """

  /// A premultiplied layer as it is.
  static let layerFragment: StaticString = """
    in vec2 at;
    out vec4 colour;
    uniform sampler2D picture;
    void main() { colour = texture(picture, at); }
    """

  /// A premultiplied layer within a circle: u[3] its middle and radius, pixels.
  static let framedFragment: StaticString = """
    in vec2 at;
    out vec4 colour;
    uniform sampler2D picture;
    void main() {
      float inside = clamp(u[3].z - distance(gl_FragCoord.xy, u[3].xy) + 0.5, 0.0, 1.0);
      colour = texture(picture, at) * inside;
    }
    """

  /// Two premultiplied layers with mipmaps; u[3].x of the way from the first to the second. Where one photo ends (u[4],
  /// u[5]: their rectangles, left, bottom, right, top, 0...1 of the viewport) the other goes on alone.
  ///
  /// There is one outline in between, not two half transparent ones: `depth` says how far inside a layer a place is (one
  /// half on its outline), and the mean of both depths is one half on the outline half-way.
  static let dissolveFragment: StaticString = """
    in vec2 at;
    out vec4 colour;
    uniform sampler2D first;
    uniform sampler2D second;
    float within(vec4 r) {
      vec4 inside = smoothstep(-0.08, 0.0, vec4(at - r.xy, r.zw - at));
      return max(0.001, inside.x * inside.y * inside.z * inside.w);
    }
    float depth(sampler2D layer) {
      float sum = 0.0;
      for (float level = 2.0; level < 7.5; level += 1.0) sum += textureLod(layer, at, level).a;
      return sum / 6.0;
    }
    void main() {
      float a = (1.0 - u[3].x) * within(u[4]);
      float b = u[3].x * within(u[5]);
      float t = b / (a + b);
      vec4 one = textureLod(first, at, 0.0);
      vec4 two = textureLod(second, at, 0.0);
      float between = smoothstep(0.46, 0.54, mix(depth(first), depth(second), t));
      float nearer = t < 0.5 ? one.a : two.a;
      float alpha = mix(nearer, between, smoothstep(0.0, 0.15, min(t, 1.0 - t)));
      float part = t * two.a / max((1.0 - t) * one.a + t * two.a, 1e-4);
      vec3 c = mix(one.rgb / max(one.a, 1e-3), two.rgb / max(two.a, 1e-3), part);
      colour = vec4(c, 1.0) * (alpha * step(1e-3, max(one.a, two.a)));
    }
    """

  // MARK: Sheet

  /// `textures`: place in the head's picture (xy) and in the whole photo's (zw).
  static let sheetVertex: StaticString = """
    layout(location = 0) in vec4 position;
    layout(location = 1) in vec4 textures;
    out vec4 at;
    void main() {
      at = textures;
      gl_Position = place(position.xyz, 0.0);
    }
    """

  static let sheetInnerFragment: StaticString = """
    in vec4 at;
    out vec4 colour;
    uniform sampler2D head;
    void main() { colour = texture(head, at.xy); }
    """

  /// u[2].x: width of the transition between the two pictures.
  static let sheetOuterFragment: StaticString = """
    in vec4 at;
    out vec4 colour;
    uniform sampler2D head;
    uniform sampler2D frame;
    void main() {
      vec2 inside = smoothstep(vec2(0.0), u[2].xx, min(at.xy, 1.0 - at.xy));
      colour = mix(texture(frame, at.zw), texture(head, at.xy), inside.x * inside.y);
    }
    """

  // MARK: Face

  /// position.w: brightness. `skin`: place in the head's picture, opacity, lips' contact. `lids`: place in the eyes'
  /// atlas, share of closed lids (negative: left eye) or 2 + that of the right or 4 + that of the left side, inner lip (-1:
  /// lower lid).
  /// `skin2`, `lids2`: the second avatar's, `share`: its part, `crease`: place in the creases' picture, side. u[2]: how closed
  /// the right and the left lids look, strength of the contact line. u[3].w: how much the inner lips are in the dark. u[5],
  /// u[6]: strength of the four groups of creases on the right and the left. u[7]: how far the right and the left side have
  /// turned into view, how closed the right and the left lower lids look.
  static let faceVertex: StaticString = """
    layout(location = 0) in vec4 position;
    layout(location = 1) in vec4 skin;
    layout(location = 2) in vec4 lids;
    out vec4 at;
    out float dark;
    #ifdef LIDS
    out vec4 lid;
    vec4 shown(vec4 l) {
      float side = l.z > 3.5 ? (l.z - 4.0) * u[7].y : l.z > 1.5 ? (l.z - 2.0) * u[7].x : 0.0;
      vec2 shut = l.w < 0.0 ? u[7].zw : u[2].xy;
      return vec4(l.xy, l.z > 1.5 ? 0.0 : abs(l.z) * (l.z > 0.0 ? shut.x : shut.y), side);
    }
    #endif
    #ifdef CREASES
    layout(location = 6) in vec4 crease;
    out vec2 fold;
    out vec4 folds;
    #endif
    #ifdef MIX
    layout(location = 3) in vec4 skin2;
    layout(location = 4) in vec4 lids2;
    layout(location = 5) in vec4 share;
    out vec4 at2;
    #ifdef LIDS
    out vec4 lid2;
    #endif
    #endif
    void main() {
      at = vec4(skin.xyz, position.w);
      dark = max(lids.w, 0.0) * u[3].w + skin.w * u[2].z;
    #ifdef LIDS
      lid = shown(lids);
    #endif
    #ifdef CREASES
      fold = crease.xy;
      folds = mix(u[5], u[6], crease.z);
    #endif
    #ifdef MIX
      at2 = vec4(skin2.xyz, share.x);
    #ifdef LIDS
      lid2 = shown(lids2);
    #endif
    #endif
      gl_Position = place(position.xyz, 0.0);
    }
    """

  /// u[3].rgb: inner lip. u[4]: factor of the second avatar's skin.
  static let faceFragment: StaticString = """
    in vec4 at;
    in float dark;
    #ifdef LIDS
    in vec4 lid;
    uniform sampler2D atlas;
    #endif
    #ifdef CREASES
    in vec2 fold;
    in vec4 folds;
    uniform sampler2D creases;
    #endif
    out vec4 colour;
    uniform sampler2D head;
    #ifdef MIX
    in vec4 at2;
    uniform sampler2D head2;
    #ifdef LIDS
    in vec4 lid2;
    uniform sampler2D atlas2;
    #endif
    vec3 toned(vec4 c) { return c.rgb * u[4].w + u[4].rgb * dot(c.rgb, vec3(0.299, 0.587, 0.114)) + u[2].w * c.a; }
    #endif
    #ifdef LIDS
    // A side lies over the skin, as opaque as it is shown; a lid is as opaque as the skin that it replaces.
    vec4 covered(vec4 t, inout float opacity, sampler2D atlas, vec4 p) {
      float side = clamp(p.w, 0.0, 1.0);
      opacity += side * (1.0 - opacity);
      return mix(t, vec4(texture(atlas, p.xy).rgb, 1.0), max(clamp(p.z, 0.0, 1.0), side / max(opacity, 0.001)));
    }
    #endif
    void main() {
      vec4 t = texture(head, at.xy);
      // Pixels at the mesh's edge are extrapolated: below 0 the outline would glitter.
      float opacity = clamp(at.z, 0.0, 1.0);
    #ifdef LIDS
      t = covered(t, opacity, atlas, lid);
    #endif
    #ifdef MIX
      vec4 second = texture(head2, at2.xy);
      float opacity2 = clamp(at2.z, 0.0, 1.0);
    #ifdef LIDS
      second = covered(second, opacity2, atlas2, lid2);
    #endif
      t = mix(t, vec4(toned(second), second.a), at2.w);
      opacity = mix(opacity, opacity2, at2.w);
    #endif
      vec3 c = t.rgb;
      c *= at.w;
    #ifdef CREASES
      c *= 1.0 + dot((texture(creases, fold) * 255.0 - 128.0) / 127.0, folds);
    #endif
      c = mix(c, u[3].rgb * t.a, clamp(dark, 0.0, 0.85));
      colour = vec4(c, t.a) * opacity;
    }
    """

  // MARK: Mouth

  /// u[2]: y of the opening's middle, its half height, z of the lips, overall light. u[3]: x of its middle, half width,
  /// depth behind the lips where darkness begins, its rate a cm. u[4]: colour. u[5]: opacity, part of the
  /// second avatar, gloss, depth of a groove along the middle. u[6]: colour of the shadow, how strongly form shades.
  /// u[7]: colour of the corners, how coloured the photo is.
  static let mouthVertex: StaticString = """
    layout(location = 0) in vec4 position;
    layout(location = 1) in vec4 skin;
    out vec3 colour0;
    out vec3 shadow;
    out vec4 at;
    #ifdef MIX
    layout(location = 3) in vec4 skin2;
    out vec3 at2;
    #endif
    void main() {
      vec3 p = position.xyz;
      float deep = exp(-max(u[2].z - p.z - u[3].z, 0.0) * u[3].w);
      float hidden = 0.35 + 0.65 * exp(-max(abs(p.y - u[2].x) - u[2].y, 0.0) * 2.0);
      float x = p.x - u[3].x;
      float aside = abs(x) / u[3].y;
      float open = deep * hidden * (1.0 - 0.5 * smoothstep(0.5, 1.0, aside)) * u[2].w;
      // Light that reaches the depth of a mouth has been reflected by flesh: shadows on teeth are warm, never grey.
      shadow = mix(u[6].rgb, u[7].rgb, smoothstep(0.5, 0.95, aside));
      float form = pow(1.1 * position.w, u[6].w) * (1.0 - u[5].w * exp(-30.0 * x * x));
      vec3 part = pow(vec3(open), vec3(1.0) + vec3(-0.15, 0.05, 0.15) * u[7].w);
      colour0 = mix(shadow, u[4].rgb * form + u[5].z * smoothstep(0.84, 0.92, position.w), part);
      at = vec4(skin.xyz, clamp(0.2 + 0.8 * open, 0.2, 1.0));
    #ifdef MIX
      at2 = skin2.xyz;
    #endif
      gl_Position = place(p, 0.25);
    }
    """

  static let mouthFragment: StaticString = """
    in vec3 colour0;
    in vec3 shadow;
    in vec4 at;
    out vec4 colour;
    uniform sampler2D head;
    #ifdef MIX
    in vec3 at2;
    uniform sampler2D head2;
    #endif
    void main() {
      vec3 c = mix(colour0, mix(shadow, texture(head, at.xy).rgb, at.w), at.z);
    #ifdef MIX
      c = mix(c, mix(colour0, mix(shadow, texture(head2, at2.xy).rgb, at.w), at2.z), u[5].y);
    #endif
      colour = vec4(c, 1.0) * u[5].x;
    }
    """

  // MARK: Eyes

  /// position.w: depth below the upper lid. `places`: in the sclera square and in the head's picture. `iris`: place in
  /// iris radii from its centre, depth below the upper lid and height above the lower one in the photo. u[2]: gaze in iris
  /// radii, first square of the atlas, opacity. u[3]: iris radius in the head's picture, part of the second avatar, rows of
  /// the atlas. u[4], u[5]: the same as u[2], u[3].xyw for the second avatar. u[6]: both iris radii as depths, both
  /// lowerings of the lower lid.
  static let eyeVertex: StaticString = """
    layout(location = 0) in vec4 position;
    layout(location = 1) in vec4 places;
    layout(location = 2) in vec4 iris;
    out vec4 at;
    out vec4 around;
    out float depth;
    #ifdef MIX
    layout(location = 3) in vec4 places2;
    layout(location = 4) in vec4 iris2;
    out vec4 at2;
    out vec4 around2;
    #endif
    void main() {
      at = places;
      around = iris;
      depth = position.w;
    #ifdef MIX
      at2 = places2;
      around2 = iris2;
    #endif
      gl_Position = place(position.xyz, 0.0);
    }
    """

  static let eyeFragment: StaticString = """
    in vec4 at;
    in vec4 around;
    in float depth;
    out vec4 colour;
    uniform sampler2D head;
    uniform sampler2D atlas;
    #ifdef MIX
    in vec4 at2;
    in vec4 around2;
    uniform sampler2D head2;
    uniform sampler2D atlas2;
    #endif
    float rim(float d) { return 0.45 + 0.55 * smoothstep(-0.02, 0.22, d); }
    float shadow(float d) { return (0.6 + 0.4 * smoothstep(-0.15, 1.1, d)) * rim(d); }
    vec3 square(sampler2D t, vec2 p, float number, float rows) {
      return texture(t, vec2((number + clamp(p.x, 0.02, 0.98)) * 0.25, clamp(p.y, 0.02, 0.98) / rows)).rgb;
    }
    // What the cornea mirrors: what the photo has well between its lids and the iris has not. `move` in iris radii, `reach`
    // makes depths of them.
    vec3 mirrored(sampler2D photo, sampler2D atlas, vec4 at, vec4 around, vec2 move, float square0, vec3 radius, float reach) {
      vec2 q = around.xy - move;
      vec3 iris = square(atlas, q / 2.6 + 0.5, square0 + 1.0, radius.z);
      vec2 inside = smoothstep(vec2(0.1, 0.3), vec2(0.25, 0.5), around.zw + vec2(-move.y, move.y) * reach);
      vec3 more = texture(photo, at.zw - move * radius.xy).rgb - iris - 0.04;
      return max(more, 0.0) * inside.x * inside.y * smoothstep(1.0, 0.85, length(q));
    }
    vec3 drawn(sampler2D atlas, vec3 white, vec2 q, float number, float rows) {
      return mix(white, square(atlas, q / 2.6 + 0.5, number + 1.0, rows), smoothstep(1.12, 0.96, length(q)));
    }
    // Small turns slide the photo's own eye, larger ones move the completed iris over the completed white. Lids that are
    // a little wider open than in the photo draw its eye with them, beyond that the completed one is seen, as light as the
    // photo's beside it. Highlights stay with the light: the cornea, a smaller sphere than the eyeball, turns them by less
    // than half of the iris's way (Gullstrand's eye: 4.8 of 10.6 mm).
    vec3 eye(sampler2D photo, sampler2D atlas, vec4 at, vec4 around, vec4 gaze, vec3 radius, float reach, float lowering) {
      vec2 q = around.xy - gaze.xy;
      float r = length(q);
      float lit = shadow(depth);
      vec3 white = square(atlas, at.xy, gaze.z, radius.z);
      vec3 whole = drawn(atlas, white, q, gaze.z, radius.z);
      float shade = min(1.0, lit / shadow(around.z));
      vec2 wider = max(vec2(0.0), vec2(depth - around.z, lowering));
      vec2 drawnIn = min(wider, 0.6) * clamp(1.0 - vec2(depth, around.w + lowering) / 1.2, 0.0, 1.0);
      vec2 inside = around.zw + drawnIn - drawnIn.yx;
      vec2 shift = vec2(0.0, drawnIn.x - drawnIn.y) / reach;
      vec2 slide = gaze.xy * (1.0 - smoothstep(1.05, 2.2, r)) - shift;
      vec3 slid = texture(photo, at.zw - slide * radius.xy).rgb;
      slid = (slid - mirrored(photo, atlas, at, around, slide, gaze.z, radius, reach)) * shade;
      vec3 light = mirrored(photo, atlas, at, around, 0.45 * gaze.xy, gaze.z, radius, reach);
      float turned = smoothstep(0.2, 0.5, length(gaze.xy));
      // Where lashes and wet rims were seen that have gone with the lids, and beyond; under a lid it's never bright.
      vec2 gone = smoothstep(0.6, 0.9, wider);
      vec2 seen = 1.0 - gone + gone * smoothstep(0.1, 0.5, inside);
      vec3 c = mix(slid, whole * lit, turned);
      c = mix(whole * mix(0.75 * rim(depth), lit, turned), c, seen.x * seen.y);
      return c + light * shade * smoothstep(1.25, 1.0, r);
    }
    void main() {
      vec3 c = eye(head, atlas, at, around, u[2], u[3].xyw, u[6].x, u[6].z);
    #ifdef MIX
      c = mix(c, eye(head2, atlas2, at2, around2, u[4], u[5].xyz, u[6].y, u[6].w), u[3].z);
    #endif
      colour = vec4(c, 1.0) * u[2].w;
    }
    """
}
