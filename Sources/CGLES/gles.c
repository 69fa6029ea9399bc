#include "gles.h"

#ifndef __wasm__
#include <GLES3/gl3.h>

uint32_t glesGetError(void) { return glGetError(); }

int32_t glesGetInteger(uint32_t name) {
  GLint value = 0;
  glGetIntegerv(name, &value);
  return value;
}

void glesEnable(uint32_t capability) { glEnable(capability); }
void glesDisable(uint32_t capability) { glDisable(capability); }
void glesViewport(int32_t x, int32_t y, int32_t width, int32_t height) { glViewport(x, y, width, height); }
void glesScissor(int32_t x, int32_t y, int32_t width, int32_t height) { glScissor(x, y, width, height); }
void glesClearColor(float red, float green, float blue, float alpha) { glClearColor(red, green, blue, alpha); }
void glesClear(uint32_t mask) { glClear(mask); }
void glesBlendFunc(uint32_t source, uint32_t destination) { glBlendFunc(source, destination); }
void glesDepthFunc(uint32_t function) { glDepthFunc(function); }
void glesDepthMask(uint32_t on) { glDepthMask(on != 0); }
void glesCullFace(uint32_t face) { glCullFace(face); }
void glesPixelStorei(uint32_t name, int32_t value) { glPixelStorei(name, value); }
void glesFinish(void) { glFinish(); }

uint32_t glesCreateShader(uint32_t kind) { return glCreateShader(kind); }

void glesShaderSource(uint32_t shader, const uint8_t *text, int32_t length) {
  const GLchar *texts[] = {(const GLchar *)text};
  glShaderSource(shader, 1, texts, &length);
}

void glesCompileShader(uint32_t shader) { glCompileShader(shader); }

int32_t glesGetShaderParameter(uint32_t shader, uint32_t name) {
  GLint value = 0;
  glGetShaderiv(shader, name, &value);
  return value;
}

int32_t glesGetShaderInfoLog(uint32_t shader, uint8_t *text, int32_t capacity) {
  GLsizei length = 0;
  glGetShaderInfoLog(shader, capacity, &length, (GLchar *)text);
  return length;
}

void glesDeleteShader(uint32_t shader) { glDeleteShader(shader); }
uint32_t glesCreateProgram(void) { return glCreateProgram(); }
void glesAttachShader(uint32_t program, uint32_t shader) { glAttachShader(program, shader); }
void glesLinkProgram(uint32_t program) { glLinkProgram(program); }

int32_t glesGetProgramParameter(uint32_t program, uint32_t name) {
  GLint value = 0;
  glGetProgramiv(program, name, &value);
  return value;
}

void glesUseProgram(uint32_t program) { glUseProgram(program); }
void glesDeleteProgram(uint32_t program) { glDeleteProgram(program); }

int32_t glesGetUniformLocation(uint32_t program, const uint8_t *name, int32_t length) {
  GLchar text[64];
  if (length < 0 || length >= (int32_t)sizeof text) return -1;
  for (int32_t i = 0; i < length; i++) text[i] = (GLchar)name[i];
  text[length] = 0;
  return glGetUniformLocation(program, text);
}

void glesUniform1i(int32_t location, int32_t value) { glUniform1i(location, value); }
void glesUniform4fv(int32_t location, int32_t count, const float *values) { glUniform4fv(location, count, values); }

uint32_t glesCreateBuffer(void) {
  GLuint name = 0;
  glGenBuffers(1, &name);
  return name;
}

void glesBindBuffer(uint32_t target, uint32_t buffer) { glBindBuffer(target, buffer); }

void glesBufferData(uint32_t target, int32_t size, const void *data, uint32_t usage) {
  glBufferData(target, size, data, usage);
}

void glesBufferSubData(uint32_t target, int32_t offset, int32_t size, const void *data) {
  glBufferSubData(target, offset, size, data);
}

void glesDeleteBuffer(uint32_t buffer) { glDeleteBuffers(1, &buffer); }

uint32_t glesCreateVertexArray(void) {
  GLuint name = 0;
  glGenVertexArrays(1, &name);
  return name;
}

void glesBindVertexArray(uint32_t array) { glBindVertexArray(array); }
void glesDeleteVertexArray(uint32_t array) { glDeleteVertexArrays(1, &array); }
void glesEnableVertexAttribArray(uint32_t index) { glEnableVertexAttribArray(index); }

void glesVertexAttribPointer(
    uint32_t index, int32_t size, uint32_t type, uint32_t normalized, int32_t stride, int32_t offset) {
  glVertexAttribPointer(index, size, type, normalized != 0, stride, (const void *)(intptr_t)offset);
}

void glesDrawArrays(uint32_t mode, int32_t first, int32_t count) { glDrawArrays(mode, first, count); }

void glesDrawElements(uint32_t mode, int32_t count, uint32_t type, int32_t offset) {
  glDrawElements(mode, count, type, (const void *)(intptr_t)offset);
}

uint32_t glesCreateTexture(void) {
  GLuint name = 0;
  glGenTextures(1, &name);
  return name;
}

void glesActiveTexture(uint32_t unit) { glActiveTexture(unit); }
void glesBindTexture(uint32_t target, uint32_t texture) { glBindTexture(target, texture); }
void glesTexParameteri(uint32_t target, uint32_t name, int32_t value) { glTexParameteri(target, name, value); }

void glesTexImage2D(
    uint32_t target, int32_t level, int32_t internalFormat, int32_t width, int32_t height, uint32_t format,
    uint32_t type, const void *data, int32_t size) {
  (void)size;
  glTexImage2D(target, level, internalFormat, width, height, 0, format, type, data);
}

void glesGenerateMipmap(uint32_t target) { glGenerateMipmap(target); }
void glesDeleteTexture(uint32_t texture) { glDeleteTextures(1, &texture); }

uint32_t glesCreateFramebuffer(void) {
  GLuint name = 0;
  glGenFramebuffers(1, &name);
  return name;
}

void glesBindFramebuffer(uint32_t target, uint32_t framebuffer) { glBindFramebuffer(target, framebuffer); }

void glesFramebufferTexture2D(
    uint32_t target, uint32_t attachment, uint32_t textureTarget, uint32_t texture, int32_t level) {
  glFramebufferTexture2D(target, attachment, textureTarget, texture, level);
}

void glesFramebufferRenderbuffer(
    uint32_t target, uint32_t attachment, uint32_t renderbufferTarget, uint32_t renderbuffer) {
  glFramebufferRenderbuffer(target, attachment, renderbufferTarget, renderbuffer);
}

uint32_t glesCheckFramebufferStatus(uint32_t target) { return glCheckFramebufferStatus(target); }

void glesBlitFramebuffer(
    int32_t sourceX0, int32_t sourceY0, int32_t sourceX1, int32_t sourceY1, int32_t x0, int32_t y0, int32_t x1,
    int32_t y1, uint32_t mask, uint32_t filter) {
  glBlitFramebuffer(sourceX0, sourceY0, sourceX1, sourceY1, x0, y0, x1, y1, mask, filter);
}

void glesInvalidateFramebuffer(uint32_t target, uint32_t attachment) {
  glInvalidateFramebuffer(target, 1, &attachment);
}

void glesDeleteFramebuffer(uint32_t framebuffer) { glDeleteFramebuffers(1, &framebuffer); }

uint32_t glesCreateRenderbuffer(void) {
  GLuint name = 0;
  glGenRenderbuffers(1, &name);
  return name;
}

void glesBindRenderbuffer(uint32_t target, uint32_t renderbuffer) { glBindRenderbuffer(target, renderbuffer); }

void glesRenderbufferStorageMultisample(
    uint32_t target, int32_t samples, uint32_t internalFormat, int32_t width, int32_t height) {
  glRenderbufferStorageMultisample(target, samples, internalFormat, width, height);
}

void glesDeleteRenderbuffer(uint32_t renderbuffer) { glDeleteRenderbuffers(1, &renderbuffer); }

void glesReadPixels(
    int32_t x, int32_t y, int32_t width, int32_t height, uint32_t format, uint32_t type, void *data, int32_t size) {
  (void)size;
  glReadPixels(x, y, width, height, format, type, data);
}
#endif
