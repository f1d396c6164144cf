#include "catalogues.h"

#include <string.h>

// Written as literals in Swift, one a byte, these files would take longer to compile than all pages.

static const unsigned char access_en[] = {
#embed "../WebPages/Text/Catalogues/access-en.json"
};
static const unsigned char account_de[] = {
#embed "../WebPages/Text/Catalogues/account-de.json"
};
static const unsigned char account_en[] = {
#embed "../WebPages/Text/Catalogues/account-en.json"
};
static const unsigned char account_es[] = {
#embed "../WebPages/Text/Catalogues/account-es.json"
};
static const unsigned char account_fr[] = {
#embed "../WebPages/Text/Catalogues/account-fr.json"
};
static const unsigned char administration_en[] = {
#embed "../WebPages/Text/Catalogues/administration-en.json"
};
static const unsigned char common_en[] = {
#embed "../WebPages/Text/Catalogues/common-en.json"
};
static const unsigned char conduct_de[] = {
#embed "../WebPages/Text/Catalogues/conduct-de.json"
};
static const unsigned char conduct_en[] = {
#embed "../WebPages/Text/Catalogues/conduct-en.json"
};
static const unsigned char conduct_es[] = {
#embed "../WebPages/Text/Catalogues/conduct-es.json"
};
static const unsigned char conduct_fr[] = {
#embed "../WebPages/Text/Catalogues/conduct-fr.json"
};
static const unsigned char feedback_de[] = {
#embed "../WebPages/Text/Catalogues/feedback-de.json"
};
static const unsigned char feedback_en[] = {
#embed "../WebPages/Text/Catalogues/feedback-en.json"
};
static const unsigned char feedback_es[] = {
#embed "../WebPages/Text/Catalogues/feedback-es.json"
};
static const unsigned char feedback_fr[] = {
#embed "../WebPages/Text/Catalogues/feedback-fr.json"
};
static const unsigned char mails_en[] = {
#embed "../WebPages/Text/Catalogues/mails-en.json"
};
static const unsigned char organise_en[] = {
#embed "../WebPages/Text/Catalogues/organise-en.json"
};
static const unsigned char public_de[] = {
#embed "../WebPages/Text/Catalogues/public-de.json"
};
static const unsigned char public_en[] = {
#embed "../WebPages/Text/Catalogues/public-en.json"
};
static const unsigned char public_es[] = {
#embed "../WebPages/Text/Catalogues/public-es.json"
};
static const unsigned char public_fr[] = {
#embed "../WebPages/Text/Catalogues/public-fr.json"
};

#define CATALOGUE(name, bytes) {name, {bytes, sizeof bytes}}

static const struct {
  const char *name;
  catalogue_text text;
} catalogues[] = {
    CATALOGUE("access-en", access_en),
    CATALOGUE("account-de", account_de),
    CATALOGUE("account-en", account_en),
    CATALOGUE("account-es", account_es),
    CATALOGUE("account-fr", account_fr),
    CATALOGUE("administration-en", administration_en),
    CATALOGUE("common-en", common_en),
    CATALOGUE("conduct-de", conduct_de),
    CATALOGUE("conduct-en", conduct_en),
    CATALOGUE("conduct-es", conduct_es),
    CATALOGUE("conduct-fr", conduct_fr),
    CATALOGUE("feedback-de", feedback_de),
    CATALOGUE("feedback-en", feedback_en),
    CATALOGUE("feedback-es", feedback_es),
    CATALOGUE("feedback-fr", feedback_fr),
    CATALOGUE("mails-en", mails_en),
    CATALOGUE("organise-en", organise_en),
    CATALOGUE("public-de", public_de),
    CATALOGUE("public-en", public_en),
    CATALOGUE("public-es", public_es),
    CATALOGUE("public-fr", public_fr),
};

catalogue_text catalogue_named(const char *name) {
  for (size_t i = 0; i < sizeof catalogues / sizeof *catalogues; i++) {
    if (strcmp(catalogues[i].name, name) == 0) return catalogues[i].text;
  }
  return (catalogue_text){NULL, 0};
}
