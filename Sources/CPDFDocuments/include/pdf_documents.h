#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// PDF of text and bars, by Pango (setting of text in all scripts) and Cairo (pages). One thread at a time for each document.

#ifdef __cplusplus
extern "C" {
#endif

typedef struct comitia_pdf comitia_pdf;

/// How a paragraph is set.
typedef enum comitia_pdf_style {
  COMITIA_PDF_TITLE = 0,
  COMITIA_PDF_HEADING,
  COMITIA_PDF_BODY,
  COMITIA_PDF_SMALL,
} comitia_pdf_style;

/// Begins a document of A4 pages. All texts are UTF-8 and end with a zero byte. NULL where memory is short.
///
/// `created`: as ISO 8601. `footer`: stands at the foot of every page, before its number.
comitia_pdf *comitia_pdf_new(const char *title, const char *language, const char *created, const char *footer);

/// A paragraph; goes on to the next page where it must.
void comitia_pdf_text(comitia_pdf *pdf, const char *text, comitia_pdf_style style);

/// A term and what it is, side by side; `is_code`: in letters of one width.
void comitia_pdf_pair(comitia_pdf *pdf, const char *name, const char *value, bool is_code);

/// A name, a value and a bar of `fraction` (0 … 1) of the full width: filled, or hatched.
void comitia_pdf_bar(comitia_pdf *pdf, const char *name, const char *value, double fraction, bool is_filled);

/// A square of `side` × `side` smaller ones of a millimetre, dark where `dark` is not 0, row by row, with four of them left free around it.
void comitia_pdf_squares(comitia_pdf *pdf, const uint8_t *dark, size_t side);

/// A line across the page.
void comitia_pdf_rule(comitia_pdf *pdf);

/// Ends the document. True, and its bytes until `comitia_pdf_free`; false when it could not be made.
bool comitia_pdf_finish(comitia_pdf *pdf, const uint8_t **bytes, size_t *count);

void comitia_pdf_free(comitia_pdf *pdf);

#ifdef __cplusplus
}
#endif
