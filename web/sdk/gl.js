/**
 * The engine's OpenGL ES 3 calls (Sources/CGLES/include/gles.h) over a WebGL2 context: objects become integers, pointers
 * become views of the engine's memory.
 */

/**
 * WebGL objects by number; 0 is null.
 * @template {object} T
 */
class Names {
  constructor() {
    /** @type {(T | null)[]} */
    this.objects = [null]
    /** @type {number[]} */
    this.free = []
  }

  /** @param {T | null} object */
  add(object) {
    if (!object) return 0
    const name = this.free.pop() ?? this.objects.length
    this.objects[name] = object
    return name
  }

  /**
   * @param {number} name
   * @returns {T | null}
   */
  get(name) {
    return this.objects[name] ?? null
  }

  /**
   * @param {number} name
   * @returns {T | null}
   */
  remove(name) {
    const object = this.get(name)
    if (object) {
      this.objects[name] = null
      this.free.push(name)
    }
    return object
  }
}

/** The context that the stage expects. */
export const contextAttributes = {
  alpha: true, premultipliedAlpha: true, antialias: false, depth: false, stencil: false,
}

/**
 * How the stage wants decoded pictures: as the JPEG has them.
 * @type {ImageBitmapOptions}
 */
export const pictureOptions = { premultiplyAlpha: 'none', colorSpaceConversion: 'none', imageOrientation: 'none' }

/** Stands for a context where there is none: every call does nothing and answers 0. */
const nowhere = /** @type {WebGL2RenderingContext} */ (new Proxy({}, { get: () => () => 0 }))

export class GL {
  context = nowhere
  /** @type {Names<WebGLShader>} */ shaders = new Names()
  /** @type {Names<WebGLProgram>} */ programs = new Names()
  /** @type {Names<WebGLBuffer>} */ buffers = new Names()
  /** @type {Names<WebGLVertexArrayObject>} */ arrays = new Names()
  /** @type {Names<WebGLTexture>} */ textures = new Names()
  /** @type {Names<WebGLFramebuffer>} */ framebuffers = new Names()
  /** @type {Names<WebGLRenderbuffer>} */ renderbuffers = new Names()
  /** @type {WebGLUniformLocation[]} */ locations = []
  u8 = new Uint8Array(0)
  f32 = new Float32Array(0)

  /** @param {() => ArrayBuffer} memory the engine's memory as it is now: it moves when it grows */
  constructor(memory) {
    this.memory = memory
  }

  /** Begins anew on a context that has no objects (yet, or any more). */
  reset(context = nowhere) {
    this.context = context
    this.shaders = new Names()
    this.programs = new Names()
    this.buffers = new Names()
    this.arrays = new Names()
    this.textures = new Names()
    this.framebuffers = new Names()
    this.renderbuffers = new Names()
    this.locations = []
  }

  /**
   * Puts a decoded picture into a texture of the stage.
   * @param {number} name
   * @param {ImageBitmap | ImageData} picture decoded with `pictureOptions`
   */
  upload(name, picture) {
    const gl = this.context
    const texture = this.textures.get(name)
    if (!texture) return
    gl.bindTexture(gl.TEXTURE_2D, texture)
    gl.pixelStorei(gl.UNPACK_FLIP_Y_WEBGL, false)
    gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, false)
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE)
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, picture)
  }

  /** The engine's memory as bytes. The memory moves when it grows, and only then is a new view needed. */
  bytes() {
    const buffer = this.memory()
    if (this.u8.buffer !== buffer) this.u8 = new Uint8Array(buffer)
    return this.u8
  }

  /** The same as floats. */
  floats() {
    const buffer = this.memory()
    if (this.f32.buffer !== buffer) this.f32 = new Float32Array(buffer)
    return this.f32
  }

  /**
   * @param {number} pointer
   * @param {number} size
   */
  text(pointer, size) {
    return new TextDecoder().decode(this.bytes().subarray(pointer, pointer + size))
  }

  /**
   * The import module "gl". A lost context answers with zeros and swallows the rest, as WebGL itself does.
   * Calls made every frame allocate nothing.
   * @returns {Record<string, (...values: number[]) => number | void>}
   */
  imports() {
    const self = this
    const gl = () => self.context
    return {
      getError: () => gl().getError(),
      getInteger: (name) => gl().getParameter(name) ?? 0,
      enable: (capability) => gl().enable(capability),
      disable: (capability) => gl().disable(capability),
      viewport: (x, y, width, height) => gl().viewport(x, y, width, height),
      scissor: (x, y, width, height) => gl().scissor(x, y, width, height),
      clearColor: (red, green, blue, alpha) => gl().clearColor(red, green, blue, alpha),
      clear: (mask) => gl().clear(mask),
      blendFunc: (source, destination) => gl().blendFunc(source, destination),
      depthFunc: (name) => gl().depthFunc(name),
      depthMask: (on) => gl().depthMask(on !== 0),
      cullFace: (face) => gl().cullFace(face),
      pixelStorei: (name, value) => gl().pixelStorei(name, value),
      finish: () => gl().finish(),

      createShader: (kind) => self.shaders.add(gl().createShader(kind)),
      shaderSource: (shader, pointer, length) => {
        const object = self.shaders.get(shader)
        if (object) gl().shaderSource(object, self.text(pointer, length))
      },
      compileShader: (shader) => {
        const object = self.shaders.get(shader)
        if (object) gl().compileShader(object)
      },
      getShaderParameter: (shader, name) => {
        const object = self.shaders.get(shader)
        return object ? Number(gl().getShaderParameter(object, name)) : 0
      },
      getShaderInfoLog: (shader, pointer, capacity) => {
        const object = self.shaders.get(shader)
        const log = object ? gl().getShaderInfoLog(object) ?? '' : ''
        return new TextEncoder().encodeInto(log, self.bytes().subarray(pointer, pointer + capacity)).written
      },
      deleteShader: (shader) => gl().deleteShader(self.shaders.remove(shader)),
      createProgram: () => self.programs.add(gl().createProgram()),
      attachShader: (program, shader) => {
        const [owner, part] = [self.programs.get(program), self.shaders.get(shader)]
        if (owner && part) gl().attachShader(owner, part)
      },
      linkProgram: (program) => {
        const object = self.programs.get(program)
        if (object) gl().linkProgram(object)
      },
      getProgramParameter: (program, name) => {
        const object = self.programs.get(program)
        return object ? Number(gl().getProgramParameter(object, name)) : 0
      },
      useProgram: (program) => gl().useProgram(self.programs.get(program)),
      deleteProgram: (program) => gl().deleteProgram(self.programs.remove(program)),
      getUniformLocation: (program, pointer, length) => {
        const object = self.programs.get(program)
        const location = object ? gl().getUniformLocation(object, self.text(pointer, length)) : null
        return location ? self.locations.push(location) - 1 : -1
      },
      uniform1i: (location, value) => gl().uniform1i(self.locations[location] ?? null, value),
      uniform4fv: (location, count, pointer) =>
        gl().uniform4fv(self.locations[location] ?? null, self.floats(), pointer >> 2, count * 4),

      createBuffer: () => self.buffers.add(gl().createBuffer()),
      bindBuffer: (target, buffer) => gl().bindBuffer(target, self.buffers.get(buffer)),
      bufferData: (target, size, pointer, usage) =>
        pointer === 0
          ? gl().bufferData(target, size, usage)
          : gl().bufferData(target, self.bytes(), usage, pointer, size),
      bufferSubData: (target, offset, size, pointer) => gl().bufferSubData(target, offset, self.bytes(), pointer, size),
      deleteBuffer: (buffer) => gl().deleteBuffer(self.buffers.remove(buffer)),
      createVertexArray: () => self.arrays.add(gl().createVertexArray()),
      bindVertexArray: (array) => gl().bindVertexArray(self.arrays.get(array)),
      deleteVertexArray: (array) => gl().deleteVertexArray(self.arrays.remove(array)),
      enableVertexAttribArray: (index) => gl().enableVertexAttribArray(index),
      vertexAttribPointer: (index, size, type, normalized, stride, offset) =>
        gl().vertexAttribPointer(index, size, type, normalized !== 0, stride, offset),
      drawArrays: (mode, first, count) => gl().drawArrays(mode, first, count),
      drawElements: (mode, count, type, offset) => gl().drawElements(mode, count, type, offset),

      createTexture: () => self.textures.add(gl().createTexture()),
      activeTexture: (unit) => gl().activeTexture(unit),
      bindTexture: (target, texture) => gl().bindTexture(target, self.textures.get(texture)),
      texParameteri: (target, name, value) => gl().texParameteri(target, name, value),
      texImage2D: (target, level, internalFormat, width, height, format, type, pointer, size) => {
        // Pictures that the page uploads itself leave these as they are for every other upload.
        gl().pixelStorei(gl().UNPACK_FLIP_Y_WEBGL, false)
        gl().pixelStorei(gl().UNPACK_PREMULTIPLY_ALPHA_WEBGL, false)
        const pixels = pointer === 0 ? null : self.bytes().subarray(pointer, pointer + size)
        gl().texImage2D(target, level, internalFormat, width, height, 0, format, type, pixels)
      },
      generateMipmap: (target) => gl().generateMipmap(target),
      deleteTexture: (texture) => gl().deleteTexture(self.textures.remove(texture)),

      createFramebuffer: () => self.framebuffers.add(gl().createFramebuffer()),
      bindFramebuffer: (target, framebuffer) => gl().bindFramebuffer(target, self.framebuffers.get(framebuffer)),
      framebufferTexture2D: (target, attachment, textureTarget, texture, level) =>
        gl().framebufferTexture2D(target, attachment, textureTarget, self.textures.get(texture), level),
      framebufferRenderbuffer: (target, attachment, renderbufferTarget, renderbuffer) =>
        gl().framebufferRenderbuffer(target, attachment, renderbufferTarget, self.renderbuffers.get(renderbuffer)),
      checkFramebufferStatus: (target) => gl().checkFramebufferStatus(target),
      blitFramebuffer: (sx0, sy0, sx1, sy1, x0, y0, x1, y1, mask, filter) =>
        gl().blitFramebuffer(sx0, sy0, sx1, sy1, x0, y0, x1, y1, mask, filter),
      invalidateFramebuffer: (target, attachment) => gl().invalidateFramebuffer(target, [attachment]),
      deleteFramebuffer: (framebuffer) => gl().deleteFramebuffer(self.framebuffers.remove(framebuffer)),
      createRenderbuffer: () => self.renderbuffers.add(gl().createRenderbuffer()),
      bindRenderbuffer: (target, renderbuffer) => gl().bindRenderbuffer(target, self.renderbuffers.get(renderbuffer)),
      renderbufferStorageMultisample: (target, samples, internalFormat, width, height) =>
        gl().renderbufferStorageMultisample(target, samples, internalFormat, width, height),
      deleteRenderbuffer: (renderbuffer) => gl().deleteRenderbuffer(self.renderbuffers.remove(renderbuffer)),
      readPixels: (x, y, width, height, format, type, pointer, size) =>
        gl().readPixels(x, y, width, height, format, type, self.bytes().subarray(pointer, pointer + size)),
    }
  }
}
