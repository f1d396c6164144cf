#include "embedded_files.h"

#include <string.h>

// Written as literals in Swift, one a byte, these files would take longer to compile than all that uses them.

static const unsigned char catalogues_access_en_json[] = {
#embed "../WebPages/Text/Catalogues/access-en.json"
};
static const unsigned char catalogues_account_de_json[] = {
#embed "../WebPages/Text/Catalogues/account-de.json"
};
static const unsigned char catalogues_account_en_json[] = {
#embed "../WebPages/Text/Catalogues/account-en.json"
};
static const unsigned char catalogues_account_es_json[] = {
#embed "../WebPages/Text/Catalogues/account-es.json"
};
static const unsigned char catalogues_account_fr_json[] = {
#embed "../WebPages/Text/Catalogues/account-fr.json"
};
static const unsigned char catalogues_administration_en_json[] = {
#embed "../WebPages/Text/Catalogues/administration-en.json"
};
static const unsigned char catalogues_common_en_json[] = {
#embed "../WebPages/Text/Catalogues/common-en.json"
};
static const unsigned char catalogues_conduct_de_json[] = {
#embed "../WebPages/Text/Catalogues/conduct-de.json"
};
static const unsigned char catalogues_conduct_en_json[] = {
#embed "../WebPages/Text/Catalogues/conduct-en.json"
};
static const unsigned char catalogues_conduct_es_json[] = {
#embed "../WebPages/Text/Catalogues/conduct-es.json"
};
static const unsigned char catalogues_conduct_fr_json[] = {
#embed "../WebPages/Text/Catalogues/conduct-fr.json"
};
static const unsigned char catalogues_feedback_de_json[] = {
#embed "../WebPages/Text/Catalogues/feedback-de.json"
};
static const unsigned char catalogues_feedback_en_json[] = {
#embed "../WebPages/Text/Catalogues/feedback-en.json"
};
static const unsigned char catalogues_feedback_es_json[] = {
#embed "../WebPages/Text/Catalogues/feedback-es.json"
};
static const unsigned char catalogues_feedback_fr_json[] = {
#embed "../WebPages/Text/Catalogues/feedback-fr.json"
};
static const unsigned char catalogues_mails_en_json[] = {
#embed "../WebPages/Text/Catalogues/mails-en.json"
};
static const unsigned char catalogues_organise_en_json[] = {
#embed "../WebPages/Text/Catalogues/organise-en.json"
};
static const unsigned char catalogues_public_de_json[] = {
#embed "../WebPages/Text/Catalogues/public-de.json"
};
static const unsigned char catalogues_public_en_json[] = {
#embed "../WebPages/Text/Catalogues/public-en.json"
};
static const unsigned char catalogues_public_es_json[] = {
#embed "../WebPages/Text/Catalogues/public-es.json"
};
static const unsigned char catalogues_public_fr_json[] = {
#embed "../WebPages/Text/Catalogues/public-fr.json"
};
static const unsigned char mails_de_json[] = {
#embed "../VotingService/Mails/Text/de.json"
};
static const unsigned char mails_en_json[] = {
#embed "../VotingService/Mails/Text/en.json"
};
static const unsigned char mails_es_json[] = {
#embed "../VotingService/Mails/Text/es.json"
};
static const unsigned char mails_fr_json[] = {
#embed "../VotingService/Mails/Text/fr.json"
};
static const unsigned char migrations_0001_jobs_sql[] = {
#embed "../VotingService/Migrations/0001-jobs.sql"
};
static const unsigned char migrations_0002_access_sql[] = {
#embed "../VotingService/Migrations/0002-access.sql"
};
static const unsigned char migrations_0003_audit_sql[] = {
#embed "../VotingService/Migrations/0003-audit.sql"
};
static const unsigned char migrations_0004_elections_sql[] = {
#embed "../VotingService/Migrations/0004-elections.sql"
};
static const unsigned char migrations_0005_boards_sql[] = {
#embed "../VotingService/Migrations/0005-boards.sql"
};
static const unsigned char migrations_0006_ceremonies_sql[] = {
#embed "../VotingService/Migrations/0006-ceremonies.sql"
};
static const unsigned char migrations_0007_voter_search_sql[] = {
#embed "../VotingService/Migrations/0007-voter-search.sql"
};
static const unsigned char migrations_0008_people_sql[] = {
#embed "../VotingService/Migrations/0008-people.sql"
};
static const unsigned char migrations_0009_mails_sql[] = {
#embed "../VotingService/Migrations/0009-mails.sql"
};
static const unsigned char migrations_0010_answers_sql[] = {
#embed "../VotingService/Migrations/0010-answers.sql"
};
static const unsigned char migrations_0011_witnesses_sql[] = {
#embed "../VotingService/Migrations/0011-witnesses.sql"
};
static const unsigned char migrations_0012_signing_sql[] = {
#embed "../VotingService/Migrations/0012-signing.sql"
};
static const unsigned char migrations_0013_refusals_sql[] = {
#embed "../VotingService/Migrations/0013-refusals.sql"
};
static const unsigned char migrations_0014_handovers_sql[] = {
#embed "../VotingService/Migrations/0014-handovers.sql"
};
static const unsigned char migrations_0015_former_trustees_sql[] = {
#embed "../VotingService/Migrations/0015-former-trustees.sql"
};
static const unsigned char migrations_0016_chain_sql[] = {
#embed "../VotingService/Migrations/0016-chain.sql"
};
static const unsigned char migrations_0017_renewals_in_force_sql[] = {
#embed "../VotingService/Migrations/0017-renewals-in-force.sql"
};
static const unsigned char migrations_0018_anchors_sql[] = {
#embed "../VotingService/Migrations/0018-anchors.sql"
};
static const unsigned char migrations_0019_marks_sql[] = {
#embed "../VotingService/Migrations/0019-marks.sql"
};
static const unsigned char migrations_0020_chain_places_sql[] = {
#embed "../VotingService/Migrations/0020-chain-places.sql"
};
static const unsigned char migrations_0021_check_rest_sql[] = {
#embed "../VotingService/Migrations/0021-check-rest.sql"
};
static const unsigned char migrations_0022_refused_requests_sql[] = {
#embed "../VotingService/Migrations/0022-refused-requests.sql"
};
static const unsigned char migrations_0023_signing_times_sql[] = {
#embed "../VotingService/Migrations/0023-signing-times.sql"
};
static const unsigned char tracker_words_txt[] = {
#embed "../TrackerWords/tracker-words.txt"
};
static const unsigned char contracts_ElectionManager_input_json[] = {
#embed "../../contracts/artefacts/ElectionManager.input.json"
};
static const unsigned char contracts_ElectionManager_json[] = {
#embed "../../contracts/artefacts/ElectionManager.json"
};
static const unsigned char contracts_VoteRegistry_input_json[] = {
#embed "../../contracts/artefacts/VoteRegistry.input.json"
};
static const unsigned char contracts_VoteRegistry_json[] = {
#embed "../../contracts/artefacts/VoteRegistry.json"
};
static const unsigned char contracts_VoterRegistry_input_json[] = {
#embed "../../contracts/artefacts/VoterRegistry.input.json"
};
static const unsigned char contracts_VoterRegistry_json[] = {
#embed "../../contracts/artefacts/VoterRegistry.json"
};

#define FILE_NAMED(name, bytes) {name, {bytes, sizeof bytes}}

static const struct {
  const char *name;
  embedded_bytes bytes;
} files[] = {
    FILE_NAMED("catalogues/access-en.json", catalogues_access_en_json),
    FILE_NAMED("catalogues/account-de.json", catalogues_account_de_json),
    FILE_NAMED("catalogues/account-en.json", catalogues_account_en_json),
    FILE_NAMED("catalogues/account-es.json", catalogues_account_es_json),
    FILE_NAMED("catalogues/account-fr.json", catalogues_account_fr_json),
    FILE_NAMED("catalogues/administration-en.json", catalogues_administration_en_json),
    FILE_NAMED("catalogues/common-en.json", catalogues_common_en_json),
    FILE_NAMED("catalogues/conduct-de.json", catalogues_conduct_de_json),
    FILE_NAMED("catalogues/conduct-en.json", catalogues_conduct_en_json),
    FILE_NAMED("catalogues/conduct-es.json", catalogues_conduct_es_json),
    FILE_NAMED("catalogues/conduct-fr.json", catalogues_conduct_fr_json),
    FILE_NAMED("catalogues/feedback-de.json", catalogues_feedback_de_json),
    FILE_NAMED("catalogues/feedback-en.json", catalogues_feedback_en_json),
    FILE_NAMED("catalogues/feedback-es.json", catalogues_feedback_es_json),
    FILE_NAMED("catalogues/feedback-fr.json", catalogues_feedback_fr_json),
    FILE_NAMED("catalogues/mails-en.json", catalogues_mails_en_json),
    FILE_NAMED("catalogues/organise-en.json", catalogues_organise_en_json),
    FILE_NAMED("catalogues/public-de.json", catalogues_public_de_json),
    FILE_NAMED("catalogues/public-en.json", catalogues_public_en_json),
    FILE_NAMED("catalogues/public-es.json", catalogues_public_es_json),
    FILE_NAMED("catalogues/public-fr.json", catalogues_public_fr_json),
    FILE_NAMED("mails/de.json", mails_de_json),
    FILE_NAMED("mails/en.json", mails_en_json),
    FILE_NAMED("mails/es.json", mails_es_json),
    FILE_NAMED("mails/fr.json", mails_fr_json),
    FILE_NAMED("migrations/0001-jobs.sql", migrations_0001_jobs_sql),
    FILE_NAMED("migrations/0002-access.sql", migrations_0002_access_sql),
    FILE_NAMED("migrations/0003-audit.sql", migrations_0003_audit_sql),
    FILE_NAMED("migrations/0004-elections.sql", migrations_0004_elections_sql),
    FILE_NAMED("migrations/0005-boards.sql", migrations_0005_boards_sql),
    FILE_NAMED("migrations/0006-ceremonies.sql", migrations_0006_ceremonies_sql),
    FILE_NAMED("migrations/0007-voter-search.sql", migrations_0007_voter_search_sql),
    FILE_NAMED("migrations/0008-people.sql", migrations_0008_people_sql),
    FILE_NAMED("migrations/0009-mails.sql", migrations_0009_mails_sql),
    FILE_NAMED("migrations/0010-answers.sql", migrations_0010_answers_sql),
    FILE_NAMED("migrations/0011-witnesses.sql", migrations_0011_witnesses_sql),
    FILE_NAMED("migrations/0012-signing.sql", migrations_0012_signing_sql),
    FILE_NAMED("migrations/0013-refusals.sql", migrations_0013_refusals_sql),
    FILE_NAMED("migrations/0014-handovers.sql", migrations_0014_handovers_sql),
    FILE_NAMED("migrations/0015-former-trustees.sql", migrations_0015_former_trustees_sql),
    FILE_NAMED("migrations/0016-chain.sql", migrations_0016_chain_sql),
    FILE_NAMED("migrations/0017-renewals-in-force.sql", migrations_0017_renewals_in_force_sql),
    FILE_NAMED("migrations/0018-anchors.sql", migrations_0018_anchors_sql),
    FILE_NAMED("migrations/0019-marks.sql", migrations_0019_marks_sql),
    FILE_NAMED("migrations/0020-chain-places.sql", migrations_0020_chain_places_sql),
    FILE_NAMED("migrations/0021-check-rest.sql", migrations_0021_check_rest_sql),
    FILE_NAMED("migrations/0022-refused-requests.sql", migrations_0022_refused_requests_sql),
    FILE_NAMED("migrations/0023-signing-times.sql", migrations_0023_signing_times_sql),
    FILE_NAMED("tracker-words.txt", tracker_words_txt),
    FILE_NAMED("contracts/ElectionManager.input.json", contracts_ElectionManager_input_json),
    FILE_NAMED("contracts/ElectionManager.json", contracts_ElectionManager_json),
    FILE_NAMED("contracts/VoteRegistry.input.json", contracts_VoteRegistry_input_json),
    FILE_NAMED("contracts/VoteRegistry.json", contracts_VoteRegistry_json),
    FILE_NAMED("contracts/VoterRegistry.input.json", contracts_VoterRegistry_input_json),
    FILE_NAMED("contracts/VoterRegistry.json", contracts_VoterRegistry_json),
};

embedded_bytes embedded_file(const char *name) {
  for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
    if (strcmp(files[i].name, name) == 0) return files[i].bytes;
  }
  return (embedded_bytes){NULL, 0};
}
