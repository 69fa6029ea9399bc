#pragma once
// Pango's objects, as Swift needs them.
#include <pango/pangoft2.h>

/// A paragraph that is set in the named font, and in others where that lacks a letter; the caller owns it (cpango_release).
static inline PangoLayout *cpango_layout(const char *font) {
  PangoFontMap *map = pango_ft2_font_map_new();
  PangoContext *context = pango_font_map_create_context(map);
  PangoLayout *layout = pango_layout_new(context);
  PangoFontDescription *description = pango_font_description_from_string(font);
  pango_layout_set_font_description(layout, description);
  pango_font_description_free(description);
  g_object_unref(context);
  g_object_unref(map);
  return layout;
}

static inline void cpango_release(PangoLayout *layout) { g_object_unref(layout); }

/// How many letters of the text no font has.
static inline int cpango_unknown(PangoLayout *layout, const char *text) {
  pango_layout_set_text(layout, text, -1);
  return pango_layout_get_unknown_glyphs_count(layout);
}
