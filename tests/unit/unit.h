/* The suites of the unit tests; each file defines one, main.c runs all. */
#ifndef UNIT_H
#define UNIT_H

#include <CUnit/Basic.h>
#include <stdbool.h>

/* Whether the function ends the process by abort(); it runs in a child. */
bool unit_aborts(void (*)(void));

extern CU_TestInfo arena_tests[];
extern CU_TestInfo buf_tests[];
extern CU_TestInfo csv_tests[];
extern CU_TestInfo utf8_tests[];
extern CU_TestInfo json_tests[];
extern CU_TestInfo json_scan_tests[];
extern CU_TestInfo encode_tests[];
extern CU_TestInfo router_tests[];
extern CU_TestInfo openapi_tests[];
extern CU_TestInfo etag_tests[];
extern CU_TestInfo lanes_tests[];
extern CU_TestInfo found_tests[];
extern CU_TestInfo search_tests[];
extern CU_TestInfo words_tests[];
extern CU_TestInfo trail_tests[];
extern CU_TestInfo uuid_tests[];
extern CU_TestInfo time_tests[];
extern CU_TestInfo email_tests[];
extern CU_TestInfo message_tests[];
extern CU_TestInfo message_part_tests[];
extern CU_TestInfo decode_tests[];
extern CU_TestInfo values_tests[];
extern CU_TestInfo form_tests[];
extern CU_TestInfo texts_tests[];
extern CU_TestInfo maps_tests[];
extern CU_TestInfo recovery_codes_tests[];

extern CU_TestInfo log_tests[];
extern CU_TestInfo crypto_tests[];
extern CU_TestInfo siphash_tests[];
extern CU_TestInfo password_tests[];
extern CU_TestInfo password_policy_tests[];
extern CU_TestInfo token_tests[];
extern CU_TestInfo token_hostile_tests[];
extern CU_TestInfo token_cache_tests[];
extern CU_TestInfo keys_tests[];
extern CU_TestInfo keys_index_tests[];
extern CU_TestInfo keys_folder_tests[];
extern CU_TestInfo jws_tests[];
extern CU_TestInfo base64url_tests[];
extern CU_TestInfo totp_tests[];
extern CU_TestInfo qr_tests[];
extern CU_TestInfo seal_tests[];
extern CU_TestInfo webauthn_tests[];
extern CU_TestInfo webauthn_attestation_tests[];
extern CU_TestInfo webauthn_browser_tests[];
extern CU_TestInfo webauthn_hostile_tests[];
extern CU_TestInfo webauthn_message_tests[];
extern CU_TestInfo config_tests[];
extern CU_TestInfo settings_tests[];
extern CU_TestInfo jobs_tests[];
extern CU_TestInfo env_file_tests[];

extern CU_TestInfo lines_tests[];
extern CU_TestInfo traffic_tests[];
extern CU_TestInfo mustache_tests[];
extern CU_TestInfo mustache_spec_tests[];
extern CU_TestInfo template_tests[];
extern CU_TestInfo mails_tests[];
extern CU_TestInfo languages_tests[];
extern CU_TestInfo languages_accept_tests[];

#endif
