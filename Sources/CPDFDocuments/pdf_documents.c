#include "pdf_documents.h"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Points: 72 an inch.
static const double page_width = 595, page_height = 842, margin = 62, foot = 52, gap = 10, column = 130, hatch = 4;
static const double ink[] = {0.09, 0.125, 0.11}, seal[] = {0.043, 0.353, 0.282}, quiet[] = {0.29, 0.337, 0.314};

struct comitia_pdf {
  cairo_surface_t *surface;
  cairo_t *cairo;
  PangoLanguage *language;
  char *footer;
  uint8_t *bytes;
  size_t count, room;
  double y;
  int page;
};

static cairo_status_t keep(void *context, const unsigned char *bytes, unsigned int count) {
  comitia_pdf *pdf = context;
  if (pdf->count + count > pdf->room) {
    size_t room = (pdf->count + count) * 2;
    uint8_t *grown = realloc(pdf->bytes, room);
    if (grown == NULL) return CAIRO_STATUS_WRITE_ERROR;
    pdf->bytes = grown;
    pdf->room = room;
  }
  memcpy(pdf->bytes + pdf->count, bytes, count);
  pdf->count += count;
  return CAIRO_STATUS_SUCCESS;
}

static void colour(comitia_pdf *pdf, const double *rgb) { cairo_set_source_rgb(pdf->cairo, rgb[0], rgb[1], rgb[2]); }

static PangoLayout *layout(comitia_pdf *pdf, const char *text, const char *font, double width) {
  PangoLayout *layout = pango_cairo_create_layout(pdf->cairo);
  pango_context_set_language(pango_layout_get_context(layout), pdf->language);
  PangoFontDescription *description = pango_font_description_from_string(font);
  pango_layout_set_font_description(layout, description);
  pango_font_description_free(description);
  pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
  pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text(layout, text, -1);
  return layout;
}

static double height(PangoLayout *layout) {
  int height = 0;
  pango_layout_get_size(layout, NULL, &height);
  return (double)height / PANGO_SCALE;
}

static void show(comitia_pdf *pdf, PangoLayout *layout, double x, double y) {
  cairo_move_to(pdf->cairo, x, y);
  pango_cairo_show_layout(pdf->cairo, layout);
}

static void begin_page(comitia_pdf *pdf) {
  pdf->page += 1;
  pdf->y = margin;
  colour(pdf, seal);
  cairo_set_line_width(pdf->cairo, 1.5);
  cairo_rectangle(pdf->cairo, 24, 24, page_width - 48, page_height - 48);
  cairo_stroke(pdf->cairo);
  cairo_set_line_width(pdf->cairo, 0.5);
  cairo_rectangle(pdf->cairo, 28, 28, page_width - 56, page_height - 56);
  cairo_stroke(pdf->cairo);
  char number[16];
  snprintf(number, sizeof number, "%d", pdf->page);
  colour(pdf, quiet);
  PangoLayout *left = layout(pdf, pdf->footer, "Inter, Sans 8", page_width - 2 * margin - 30);
  pango_layout_set_ellipsize(left, PANGO_ELLIPSIZE_END);
  PangoLayout *right = layout(pdf, number, "Inter, Sans 8", 30);
  pango_layout_set_alignment(right, PANGO_ALIGN_RIGHT);
  show(pdf, left, margin, page_height - foot);
  show(pdf, right, page_width - margin - 30, page_height - foot);
  g_object_unref(left);
  g_object_unref(right);
}

/// Makes room for something of a height, on the next page where there is none.
static void need(comitia_pdf *pdf, double room) {
  if (pdf->y + room <= page_height - foot - gap || pdf->y <= margin) return;
  cairo_show_page(pdf->cairo);
  begin_page(pdf);
}

comitia_pdf *comitia_pdf_new(const char *title, const char *language, const char *created, const char *footer) {
  comitia_pdf *pdf = calloc(1, sizeof *pdf);
  if (pdf == NULL) return NULL;
  pdf->footer = strdup(footer);
  pdf->surface = cairo_pdf_surface_create_for_stream(keep, pdf, page_width, page_height);
  cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_TITLE, title);
  cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATOR, "Comitia");
  cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATE_DATE, created);
  pdf->cairo = cairo_create(pdf->surface);
  pdf->language = pango_language_from_string(language);
  if (pdf->footer == NULL || cairo_status(pdf->cairo) != CAIRO_STATUS_SUCCESS) {
    comitia_pdf_free(pdf);
    return NULL;
  }
  begin_page(pdf);
  return pdf;
}

void comitia_pdf_text(comitia_pdf *pdf, const char *text, comitia_pdf_style style) {
  static const char *const fonts[] = {"Inter, Sans Bold 22", "Inter, Sans Bold 13", "Inter, Sans 10.5", "Inter, Sans 8.5"};
  static const char *const tags[] = {"H1", "H2", "P", "P"};
  PangoLayout *paragraph = layout(pdf, text, fonts[style], page_width - 2 * margin);
  // A heading does not stand alone at the foot of a page.
  if (style == COMITIA_PDF_HEADING) {
    pdf->y += gap;
    need(pdf, height(paragraph) + 60);
  }
  cairo_tag_begin(pdf->cairo, tags[style], NULL);
  PangoLayoutIter *lines = pango_layout_get_iter(paragraph);
  double top = 0;
  do {
    PangoRectangle line;
    pango_layout_iter_get_line_extents(lines, NULL, &line);
    double tall = (double)line.height / PANGO_SCALE;
    if (pdf->y + tall > page_height - foot - gap) {
      cairo_tag_end(pdf->cairo, tags[style]);
      need(pdf, tall);
      cairo_tag_begin(pdf->cairo, tags[style], NULL);
    }
    top = (double)pango_layout_iter_get_baseline(lines) / PANGO_SCALE - (double)line.y / PANGO_SCALE;
    colour(pdf, style == COMITIA_PDF_SMALL ? quiet : ink);
    cairo_move_to(pdf->cairo, margin + (double)line.x / PANGO_SCALE, pdf->y + top);
    pango_cairo_show_layout_line(pdf->cairo, pango_layout_iter_get_line_readonly(lines));
    pdf->y += tall;
  } while (pango_layout_iter_next_line(lines));
  pango_layout_iter_free(lines);
  cairo_tag_end(pdf->cairo, tags[style]);
  pdf->y += gap / 2;
  g_object_unref(paragraph);
}

void comitia_pdf_pair(comitia_pdf *pdf, const char *name, const char *value, bool is_code) {
  PangoLayout *left = layout(pdf, name, "Inter, Sans 9", column - gap);
  PangoLayout *right = layout(pdf, value, is_code ? "Monospace 8.5" : "Inter, Sans 9.5", page_width - 2 * margin - column);
  double tall = height(left) > height(right) ? height(left) : height(right);
  need(pdf, tall);
  cairo_tag_begin(pdf->cairo, "P", NULL);
  colour(pdf, quiet);
  show(pdf, left, margin, pdf->y);
  colour(pdf, ink);
  show(pdf, right, margin + column, pdf->y);
  cairo_tag_end(pdf->cairo, "P");
  pdf->y += tall + gap / 2;
  g_object_unref(left);
  g_object_unref(right);
}

static void hatched(comitia_pdf *pdf, double width, double tall) {
  cairo_save(pdf->cairo);
  cairo_rectangle(pdf->cairo, margin, pdf->y, width, tall);
  cairo_clip(pdf->cairo);
  cairo_set_line_width(pdf->cairo, 0.7);
  for (double x = -tall; x < width; x += hatch) {
    cairo_move_to(pdf->cairo, margin + x, pdf->y + tall);
    cairo_line_to(pdf->cairo, margin + x + tall, pdf->y);
  }
  cairo_stroke(pdf->cairo);
  cairo_restore(pdf->cairo);
}

void comitia_pdf_bar(comitia_pdf *pdf, const char *name, const char *value, double fraction, bool is_filled) {
  const double full = page_width - 2 * margin, tall = 8;
  PangoLayout *left = layout(pdf, name, is_filled ? "Inter, Sans Bold 9.5" : "Inter, Sans 9.5", full * 0.68);
  PangoLayout *right = layout(pdf, value, "Inter, Sans 9.5", full * 0.3);
  pango_layout_set_alignment(right, PANGO_ALIGN_RIGHT);
  double text = height(left) > height(right) ? height(left) : height(right);
  need(pdf, text + tall + gap);
  cairo_tag_begin(pdf->cairo, "P", NULL);
  colour(pdf, ink);
  show(pdf, left, margin, pdf->y);
  show(pdf, right, margin + full * 0.7, pdf->y);
  cairo_tag_end(pdf->cairo, "P");
  pdf->y += text + 2;
  double width = full * (fraction < 0 ? 0 : fraction > 1 ? 1 : fraction);
  colour(pdf, seal);
  if (!is_filled) hatched(pdf, width, tall);
  cairo_set_line_width(pdf->cairo, 0.8);
  cairo_rectangle(pdf->cairo, margin, pdf->y, width, tall);
  if (is_filled) cairo_fill_preserve(pdf->cairo);
  cairo_stroke(pdf->cairo);
  pdf->y += tall + gap * 0.8;
  g_object_unref(left);
  g_object_unref(right);
}

void comitia_pdf_squares(comitia_pdf *pdf, const uint8_t *dark, size_t side) {
  const double one = 72 / 25.4, whole = (side + 8) * one;
  need(pdf, whole);
  colour(pdf, ink);
  // All squares are one path, so that no line shows between them.
  for (size_t y = 0; y < side; y++) {
    for (size_t x = 0; x < side; x++) {
      if (dark[y * side + x]) cairo_rectangle(pdf->cairo, margin + (x + 4) * one, pdf->y + (y + 4) * one, one, one);
    }
  }
  cairo_set_antialias(pdf->cairo, CAIRO_ANTIALIAS_NONE);
  cairo_fill(pdf->cairo);
  cairo_set_antialias(pdf->cairo, CAIRO_ANTIALIAS_DEFAULT);
  pdf->y += whole;
}

void comitia_pdf_rule(comitia_pdf *pdf) {
  need(pdf, 2 * gap);
  pdf->y += gap / 2;
  colour(pdf, seal);
  cairo_set_line_width(pdf->cairo, 0.8);
  cairo_move_to(pdf->cairo, margin, pdf->y);
  cairo_line_to(pdf->cairo, page_width - margin, pdf->y);
  cairo_stroke(pdf->cairo);
  pdf->y += gap;
}

bool comitia_pdf_finish(comitia_pdf *pdf, const uint8_t **bytes, size_t *count) {
  cairo_show_page(pdf->cairo);
  bool is_made = cairo_status(pdf->cairo) == CAIRO_STATUS_SUCCESS;
  cairo_surface_finish(pdf->surface);
  is_made = is_made && cairo_surface_status(pdf->surface) == CAIRO_STATUS_SUCCESS;
  *bytes = pdf->bytes;
  *count = pdf->count;
  return is_made;
}

void comitia_pdf_free(comitia_pdf *pdf) {
  if (pdf == NULL) return;
  cairo_destroy(pdf->cairo);
  cairo_surface_destroy(pdf->surface);
  free(pdf->footer);
  free(pdf->bytes);
  free(pdf);
}
