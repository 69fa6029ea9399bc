// The part of OpenGL ES 3.0 that the stage draws with, in a shape that WebGL2 can implement one to one.
//
// Natively (gles.c) each function forwards to libGLESv2. In WebAssembly each one is imported from the module "gl" under
// the name without the prefix: glesDrawElements is `imports.gl.drawElements`. Rules for the JavaScript side:
//
// - Objects (shaders, programs, buffers, textures, ...) are positive integers that JavaScript maps to WebGL objects;
//   0 is null (bindFramebuffer(target, 0) binds the canvas). Each kind may number its objects on its own; texture
//   numbers are also what the page uses to upload decoded pictures itself.
// - Pointers are byte offsets into the exported memory (`new Uint8Array(memory.buffer, pointer, size)`: make views
//   anew for every call, the memory may have grown). A null pointer (0) means "allocate, contents undefined".
// - Strings are UTF-8 bytes and a length, without a terminating zero.
// - getUniformLocation gives an integer >= 0 that JavaScript maps to the WebGLUniformLocation, or -1 when there is none;
//   uniform* with -1 does nothing.
// - Booleans are 0 or 1. Constants have their usual values, so they pass through.
// - The context: { alpha: true, premultipliedAlpha: true, antialias: false, depth: false, stencil: false,
//   preserveDrawingBuffer: as the page needs }. Decoded pictures are uploaded with UNPACK_FLIP_Y_WEBGL false,
//   UNPACK_PREMULTIPLY_ALPHA_WEBGL false, UNPACK_COLORSPACE_CONVERSION_WEBGL NONE, as RGBA / RGBA / UNSIGNED_BYTE
//   (a grey JPEG too), UNPACK_ALIGNMENT as left by the stage (1).
#pragma once

#include <stdint.h>

#ifdef __wasm__
#define GLES(name) __attribute__((import_module("gl"), import_name(#name))) extern
#else
#define GLES(name) extern
#endif

// State and queries.
GLES(getError) uint32_t glesGetError(void);
// Of an integer parameter with one value (MAX_SAMPLES, MAX_TEXTURE_SIZE).
GLES(getInteger) int32_t glesGetInteger(uint32_t name);
GLES(enable) void glesEnable(uint32_t capability);
GLES(disable) void glesDisable(uint32_t capability);
GLES(viewport) void glesViewport(int32_t x, int32_t y, int32_t width, int32_t height);
GLES(scissor) void glesScissor(int32_t x, int32_t y, int32_t width, int32_t height);
GLES(clearColor) void glesClearColor(float red, float green, float blue, float alpha);
GLES(clear) void glesClear(uint32_t mask);
GLES(blendFunc) void glesBlendFunc(uint32_t source, uint32_t destination);
GLES(depthFunc) void glesDepthFunc(uint32_t function);
GLES(depthMask) void glesDepthMask(uint32_t on);
GLES(cullFace) void glesCullFace(uint32_t face);
GLES(pixelStorei) void glesPixelStorei(uint32_t name, int32_t value);
GLES(finish) void glesFinish(void);

// Shaders and programs.
GLES(createShader) uint32_t glesCreateShader(uint32_t kind);
GLES(shaderSource) void glesShaderSource(uint32_t shader, const uint8_t *_Nonnull text, int32_t length);
GLES(compileShader) void glesCompileShader(uint32_t shader);
// COMPILE_STATUS: 0 or 1.
GLES(getShaderParameter) int32_t glesGetShaderParameter(uint32_t shader, uint32_t name);
// Writes at most `capacity` bytes of UTF-8 and returns how many.
GLES(getShaderInfoLog)
int32_t glesGetShaderInfoLog(uint32_t shader, uint8_t *_Nonnull text, int32_t capacity);
GLES(deleteShader) void glesDeleteShader(uint32_t shader);
GLES(createProgram) uint32_t glesCreateProgram(void);
GLES(attachShader) void glesAttachShader(uint32_t program, uint32_t shader);
GLES(linkProgram) void glesLinkProgram(uint32_t program);
// LINK_STATUS: 0 or 1.
GLES(getProgramParameter) int32_t glesGetProgramParameter(uint32_t program, uint32_t name);
GLES(useProgram) void glesUseProgram(uint32_t program);
GLES(deleteProgram) void glesDeleteProgram(uint32_t program);
GLES(getUniformLocation)
int32_t glesGetUniformLocation(uint32_t program, const uint8_t *_Nonnull name, int32_t length);
GLES(uniform1i) void glesUniform1i(int32_t location, int32_t value);
// `count` vectors of four floats.
GLES(uniform4fv) void glesUniform4fv(int32_t location, int32_t count, const float *_Nonnull values);

// Buffers and vertex arrays.
GLES(createBuffer) uint32_t glesCreateBuffer(void);
GLES(bindBuffer) void glesBindBuffer(uint32_t target, uint32_t buffer);
GLES(bufferData) void glesBufferData(uint32_t target, int32_t size, const void *_Nullable data, uint32_t usage);
GLES(bufferSubData)
void glesBufferSubData(uint32_t target, int32_t offset, int32_t size, const void *_Nonnull data);
GLES(deleteBuffer) void glesDeleteBuffer(uint32_t buffer);
GLES(createVertexArray) uint32_t glesCreateVertexArray(void);
GLES(bindVertexArray) void glesBindVertexArray(uint32_t array);
GLES(deleteVertexArray) void glesDeleteVertexArray(uint32_t array);
GLES(enableVertexAttribArray) void glesEnableVertexAttribArray(uint32_t index);
// `offset` bytes into the bound ARRAY_BUFFER.
GLES(vertexAttribPointer)
void glesVertexAttribPointer(
    uint32_t index, int32_t size, uint32_t type, uint32_t normalized, int32_t stride, int32_t offset);
GLES(drawArrays) void glesDrawArrays(uint32_t mode, int32_t first, int32_t count);
// `offset` bytes into the bound ELEMENT_ARRAY_BUFFER.
GLES(drawElements) void glesDrawElements(uint32_t mode, int32_t count, uint32_t type, int32_t offset);

// Textures.
GLES(createTexture) uint32_t glesCreateTexture(void);
GLES(activeTexture) void glesActiveTexture(uint32_t unit);
GLES(bindTexture) void glesBindTexture(uint32_t target, uint32_t texture);
GLES(texParameteri) void glesTexParameteri(uint32_t target, uint32_t name, int32_t value);
// `size` bytes at `data`, or null to allocate only.
GLES(texImage2D)
void glesTexImage2D(
    uint32_t target, int32_t level, int32_t internalFormat, int32_t width, int32_t height, uint32_t format,
    uint32_t type, const void *_Nullable data, int32_t size);
GLES(generateMipmap) void glesGenerateMipmap(uint32_t target);
GLES(deleteTexture) void glesDeleteTexture(uint32_t texture);

// Framebuffers.
GLES(createFramebuffer) uint32_t glesCreateFramebuffer(void);
GLES(bindFramebuffer) void glesBindFramebuffer(uint32_t target, uint32_t framebuffer);
GLES(framebufferTexture2D)
void glesFramebufferTexture2D(
    uint32_t target, uint32_t attachment, uint32_t textureTarget, uint32_t texture, int32_t level);
GLES(framebufferRenderbuffer)
void glesFramebufferRenderbuffer(
    uint32_t target, uint32_t attachment, uint32_t renderbufferTarget, uint32_t renderbuffer);
GLES(checkFramebufferStatus) uint32_t glesCheckFramebufferStatus(uint32_t target);
GLES(blitFramebuffer)
void glesBlitFramebuffer(
    int32_t sourceX0, int32_t sourceY0, int32_t sourceX1, int32_t sourceY1, int32_t x0, int32_t y0, int32_t x1,
    int32_t y1, uint32_t mask, uint32_t filter);
// The contents of one attachment are no longer needed: invalidateFramebuffer(target, [attachment]).
GLES(invalidateFramebuffer) void glesInvalidateFramebuffer(uint32_t target, uint32_t attachment);
GLES(deleteFramebuffer) void glesDeleteFramebuffer(uint32_t framebuffer);
GLES(createRenderbuffer) uint32_t glesCreateRenderbuffer(void);
GLES(bindRenderbuffer) void glesBindRenderbuffer(uint32_t target, uint32_t renderbuffer);
GLES(renderbufferStorageMultisample)
void glesRenderbufferStorageMultisample(
    uint32_t target, int32_t samples, uint32_t internalFormat, int32_t width, int32_t height);
GLES(deleteRenderbuffer) void glesDeleteRenderbuffer(uint32_t renderbuffer);
// RGBA bytes of the bound READ_FRAMEBUFFER, bottom row first, `size` bytes of room at `data`.
GLES(readPixels)
void glesReadPixels(
    int32_t x, int32_t y, int32_t width, int32_t height, uint32_t format, uint32_t type, void *_Nonnull data,
    int32_t size);

#undef GLES

static const uint32_t GLES_NO_ERROR = 0;
static const uint32_t GLES_ZERO = 0, GLES_ONE = 1;
static const uint32_t GLES_TRIANGLES = 0x0004;
static const uint32_t GLES_TRIANGLE_STRIP = 0x0005;
static const uint32_t GLES_DEPTH_BUFFER_BIT = 0x0100, GLES_COLOR_BUFFER_BIT = 0x4000;
static const uint32_t GLES_LESS = 0x0201, GLES_LEQUAL = 0x0203;
static const uint32_t GLES_SRC_ALPHA = 0x0302, GLES_ONE_MINUS_SRC_ALPHA = 0x0303;
static const uint32_t GLES_FRONT = 0x0404, GLES_BACK = 0x0405;
static const uint32_t GLES_CULL_FACE = 0x0B44, GLES_DEPTH_TEST = 0x0B71, GLES_BLEND = 0x0BE2,
  GLES_SCISSOR_TEST = 0x0C11;
static const uint32_t GLES_UNPACK_ALIGNMENT = 0x0CF5, GLES_PACK_ALIGNMENT = 0x0D05,
  GLES_PACK_ROW_LENGTH = 0x0D02;
static const uint32_t GLES_MAX_TEXTURE_SIZE = 0x0D33;
static const uint32_t GLES_TEXTURE_2D = 0x0DE1;
static const uint32_t GLES_UNSIGNED_BYTE = 0x1401, GLES_UNSIGNED_SHORT = 0x1403, GLES_UNSIGNED_INT = 0x1405;
static const uint32_t GLES_FLOAT = 0x1406;
static const uint32_t GLES_RED = 0x1903, GLES_RGB = 0x1907, GLES_RGBA = 0x1908;
static const int32_t GLES_NEAREST = 0x2600, GLES_LINEAR = 0x2601, GLES_LINEAR_MIPMAP_LINEAR = 0x2703;
static const uint32_t GLES_TEXTURE_MAG_FILTER = 0x2800, GLES_TEXTURE_MIN_FILTER = 0x2801;
static const uint32_t GLES_TEXTURE_BASE_LEVEL = 0x813C;
static const uint32_t GLES_TEXTURE_MAX_LEVEL = 0x813D;
static const uint32_t GLES_TEXTURE_WRAP_S = 0x2802, GLES_TEXTURE_WRAP_T = 0x2803;
static const int32_t GLES_CLAMP_TO_EDGE = 0x812F, GLES_MIRRORED_REPEAT = 0x8370;
static const uint32_t GLES_TEXTURE0 = 0x84C0;
static const uint32_t GLES_RGB8 = 0x8051, GLES_RGBA8 = 0x8058, GLES_R8 = 0x8229;
static const uint32_t GLES_DEPTH_COMPONENT16 = 0x81A5, GLES_DEPTH_COMPONENT24 = 0x81A6;
static const uint32_t GLES_ARRAY_BUFFER = 0x8892, GLES_ELEMENT_ARRAY_BUFFER = 0x8893;
static const uint32_t GLES_STATIC_DRAW = 0x88E4, GLES_DYNAMIC_DRAW = 0x88E8, GLES_STREAM_DRAW = 0x88E0;
static const uint32_t GLES_FRAGMENT_SHADER = 0x8B30, GLES_VERTEX_SHADER = 0x8B31;
static const uint32_t GLES_COMPILE_STATUS = 0x8B81, GLES_LINK_STATUS = 0x8B82;
static const uint32_t GLES_READ_FRAMEBUFFER = 0x8CA8, GLES_DRAW_FRAMEBUFFER = 0x8CA9, GLES_FRAMEBUFFER = 0x8D40;
static const uint32_t GLES_FRAMEBUFFER_COMPLETE = 0x8CD5;
static const uint32_t GLES_COLOR_ATTACHMENT0 = 0x8CE0, GLES_DEPTH_ATTACHMENT = 0x8D00;
static const uint32_t GLES_RENDERBUFFER = 0x8D41, GLES_MAX_SAMPLES = 0x8D57;
