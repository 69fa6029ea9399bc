#pragma once
// libvips' operations take variable arguments, which Swift cannot call: each one that is needed has a plain function here.
// Every function returns NULL or a negative number on failure; the caller owns what it gets (cvips_release, g_free).
#include <vips/vips.h>

/// Starts the library once: no operation cache (it is keyed on buffers that Swift reuses), few threads, no warnings on
/// the terminal. Returns 0 when it is usable.
static inline int cvips_start(int threads) {
  if (vips_init("flexatar") != 0) return -1;
  vips_cache_set_max(0);
  vips_concurrency_set(threads);
  return 0;
}

static inline void cvips_release(VipsImage *image) { g_object_unref(image); }

/// Opens one complete file in memory with the named loader ("jpegload_buffer"); only the header is read.
/// `shrink` > 1 is for JPEG only. The bytes must outlive the image.
static inline VipsImage *cvips_load(const char *loader, const void *bytes, size_t count, int shrink, int failOn) {
  VipsBlob *blob = vips_blob_new(NULL, bytes, count);
  VipsImage *image = NULL;
  int failed = shrink > 1
    ? vips_call(loader, blob, &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", failOn, "shrink", shrink, NULL)
    : vips_call(loader, blob, &image, "access", VIPS_ACCESS_SEQUENTIAL, "fail_on", failOn, NULL);
  vips_area_unref(VIPS_AREA(blob));
  return failed ? NULL : image;
}

/// Unpacks the codings that some files' rows come in (LABQ).
static inline VipsImage *cvips_decode(VipsImage *in) {
  VipsImage *out = NULL;
  return vips_image_decode(in, &out) ? NULL : out;
}

/// Lays the picture over one colour, given in the picture's own bands.
static inline VipsImage *cvips_flatten(VipsImage *in, double background) {
  VipsArrayDouble *colour = vips_array_double_newv(1, background);
  VipsImage *out = NULL;
  int failed = vips_flatten(in, &out, "background", colour, NULL);
  vips_area_unref(VIPS_AREA(colour));
  return failed ? NULL : out;
}

static inline VipsImage *cvips_resize(VipsImage *in, double horizontal, double vertical) {
  VipsImage *out = NULL;
  return vips_resize(in, &out, horizontal, "vscale", vertical, NULL) ? NULL : out;
}

static inline VipsImage *cvips_premultiply(VipsImage *in) {
  VipsImage *out = NULL;
  return vips_premultiply(in, &out, NULL) ? NULL : out;
}

static inline VipsImage *cvips_unpremultiply(VipsImage *in) {
  VipsImage *out = NULL;
  return vips_unpremultiply(in, &out, NULL) ? NULL : out;
}

/// Through the embedded profile (or the library's CMYK one) to 8-bit sRGB.
static inline VipsImage *cvips_icc_to_srgb(VipsImage *in) {
  VipsImage *out = NULL;
  return vips_icc_transform(in, &out, "srgb", "embedded", TRUE, "depth", 8, "input_profile",
                            in->Type == VIPS_INTERPRETATION_CMYK ? "cmyk" : "srgb", NULL)
    ? NULL : out;
}

static inline VipsImage *cvips_to_srgb(VipsImage *in) {
  VipsImage *out = NULL;
  return vips_colourspace(in, &out, VIPS_INTERPRETATION_sRGB, NULL) ? NULL : out;
}

static inline VipsImage *cvips_autorotate(VipsImage *in) {
  VipsImage *out = NULL;
  return vips_autorot(in, &out, NULL) ? NULL : out;
}

static inline VipsImage *cvips_to_bytes(VipsImage *in) {
  VipsImage *out = NULL;
  return vips_cast_uchar(in, &out, NULL) ? NULL : out;
}

static inline VipsImage *cvips_bands(VipsImage *in, int first, int count) {
  VipsImage *out = NULL;
  return vips_extract_band(in, &out, first, "n", count, NULL) ? NULL : out;
}

/// One band, three times.
static inline VipsImage *cvips_grey_to_rgb(VipsImage *in) {
  VipsImage *bands[3] = {in, in, in}, *out = NULL;
  return vips_bandjoin(bands, &out, 3, NULL) ? NULL : out;
}

static inline VipsImage *cvips_in_memory(VipsImage *in) { return vips_image_copy_memory(in); }

static inline int cvips_has_profile(VipsImage *in) { return vips_image_get_typeof(in, VIPS_META_ICC_NAME) != 0; }

/// A view on interleaved bytes, which must outlive it.
static inline VipsImage *cvips_wrap(const void *bytes, size_t count, int width, int height, int bands) {
  VipsImage *raw = vips_image_new_from_memory(bytes, count, width, height, bands, VIPS_FORMAT_UCHAR), *out = NULL;
  if (raw == NULL) return NULL;
  int failed = vips_copy(
    raw, &out, "interpretation", bands < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB, NULL);
  g_object_unref(raw);
  return failed ? NULL : out;
}

static inline void *cvips_save_jpeg(VipsImage *in, int quality, size_t *count) {
  void *bytes = NULL;
  return vips_jpegsave_buffer(in, &bytes, count, "Q", quality, "optimize_coding", TRUE, "strip", TRUE, NULL)
    ? NULL : bytes;
}

static inline void *cvips_save_png(VipsImage *in, int compression, size_t *count) {
  void *bytes = NULL;
  return vips_pngsave_buffer(in, &bytes, count, "compression", compression, "strip", TRUE, NULL) ? NULL : bytes;
}

static inline void cvips_ignore_log(
  const gchar *domain, GLogLevelFlags level, const gchar *message, gpointer data) {}

/// Keeps the library's warnings about odd files off the user's terminal.
static inline void cvips_be_quiet(void) {
  g_log_set_handler("VIPS", G_LOG_LEVEL_WARNING | G_LOG_LEVEL_INFO, cvips_ignore_log, NULL);
  g_log_set_handler("GLib-GObject", G_LOG_LEVEL_WARNING, cvips_ignore_log, NULL);
}

/// Coverage of centred lines of text (Pango's markup), one band; sizes in the font's name are pixels.
static inline VipsImage *cvips_text(const char *text, const char *font, int width) {
  VipsImage *out = NULL;
  return vips_text(&out, text, "font", font, "width", width, "dpi", 72, "align", VIPS_ALIGN_CENTRE, NULL) ? NULL : out;
}
