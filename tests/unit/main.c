/*
 * Runs every suite. The exit status is ours to make: CUnit's run summary does
 * not count a suite that failed to start.
 */
#include <stdio.h>

#include "unit.h"

static CU_SuiteInfo suites[] = {
    {"arena", NULL, NULL, NULL, NULL, arena_tests},
    {"buf", NULL, NULL, NULL, NULL, buf_tests},
    {"utf8", NULL, NULL, NULL, NULL, utf8_tests},
    {"json", NULL, NULL, NULL, NULL, json_tests},
    {"json_scan", NULL, NULL, NULL, NULL, json_scan_tests},
    {"encode", NULL, NULL, NULL, NULL, encode_tests},
    {"uuid", NULL, NULL, NULL, NULL, uuid_tests},
    {"time", NULL, NULL, NULL, NULL, time_tests},
    {"email", NULL, NULL, NULL, NULL, email_tests},
    {"decode", NULL, NULL, NULL, NULL, decode_tests},
    {"values", NULL, NULL, NULL, NULL, values_tests},
    {"form", NULL, NULL, NULL, NULL, form_tests},
    {"log", NULL, NULL, NULL, NULL, log_tests},
    {"crypto", NULL, NULL, NULL, NULL, crypto_tests},
    {"password", NULL, NULL, NULL, NULL, password_tests},
    {"token", NULL, NULL, NULL, NULL, token_tests},
    {"token_cache", NULL, NULL, NULL, NULL, token_cache_tests},
    {"base64url", NULL, NULL, NULL, NULL, base64url_tests},
    {"totp", NULL, NULL, NULL, NULL, totp_tests},
    {"qr", NULL, NULL, NULL, NULL, qr_tests},
    {"seal", NULL, NULL, NULL, NULL, seal_tests},
    {"webauthn", NULL, NULL, NULL, NULL, webauthn_tests},
    {"webauthn_attestation", NULL, NULL, NULL, NULL,
	webauthn_attestation_tests},
    {"webauthn_browser", NULL, NULL, NULL, NULL, webauthn_browser_tests},
    {"webauthn_hostile", NULL, NULL, NULL, NULL, webauthn_hostile_tests},
    {"webauthn_message", NULL, NULL, NULL, NULL, webauthn_message_tests},
    {"config", NULL, NULL, NULL, NULL, config_tests},
    {"settings", NULL, NULL, NULL, NULL, settings_tests},
    {"jobs", NULL, NULL, NULL, NULL, jobs_tests},
    {"siphash", NULL, NULL, NULL, NULL, siphash_tests},
    {"search", NULL, NULL, NULL, NULL, search_tests},
    {"lines", NULL, NULL, NULL, NULL, lines_tests},
    {"words", NULL, NULL, NULL, NULL, words_tests},
    {"maps", NULL, NULL, NULL, NULL, maps_tests},
    {"found", NULL, NULL, NULL, NULL, found_tests},
    {"etag", NULL, NULL, NULL, NULL, etag_tests},
    {"csv", NULL, NULL, NULL, NULL, csv_tests},
    {"env_file", NULL, NULL, NULL, NULL, env_file_tests},
    {"mustache", NULL, NULL, NULL, NULL, mustache_tests},
    {"mustache_spec", NULL, NULL, NULL, NULL, mustache_spec_tests},
    {"template", NULL, NULL, NULL, NULL, template_tests},
    {"languages", NULL, NULL, NULL, NULL, languages_tests},
    {"languages_accept", NULL, NULL, NULL, NULL, languages_accept_tests},
    {"mails", NULL, NULL, NULL, NULL, mails_tests},
    {"message", NULL, NULL, NULL, NULL, message_tests},
    {"message_part", NULL, NULL, NULL, NULL, message_part_tests},
    {"router", NULL, NULL, NULL, NULL, router_tests},
    {"openapi", NULL, NULL, NULL, NULL, openapi_tests},
    {"lanes", NULL, NULL, NULL, NULL, lanes_tests},
    {"texts", NULL, NULL, NULL, NULL, texts_tests},
    {"recovery_codes", NULL, NULL, NULL, NULL, recovery_codes_tests},
    {"password_policy", NULL, NULL, NULL, NULL, password_policy_tests},
    {"token_hostile", NULL, NULL, NULL, NULL, token_hostile_tests},
    {"keys", NULL, NULL, NULL, NULL, keys_tests},
    {"keys_index", NULL, NULL, NULL, NULL, keys_index_tests},
    {"keys_folder", NULL, NULL, NULL, NULL, keys_folder_tests},
    {"jws", NULL, NULL, NULL, NULL, jws_tests},
    {"webauthn_attestation", NULL, NULL, NULL, NULL,
	webauthn_attestation_tests},
    {"trail", NULL, NULL, NULL, NULL, trail_tests},
    {"traffic", NULL, NULL, NULL, NULL, traffic_tests},
    CU_SUITE_INFO_NULL,
};

int
main(void)
{
	unsigned failed;

	if (CU_initialize_registry() != CUE_SUCCESS ||
	    CU_register_suites(suites) != CUE_SUCCESS)
		return 2;
	CU_basic_set_mode(CU_BRM_VERBOSE);
	CU_basic_run_tests();
	failed =
	    CU_get_number_of_tests_failed() + CU_get_number_of_suites_failed();
	printf("unit: %u passed, %u failed\n",
	    CU_get_number_of_tests_run() - CU_get_number_of_tests_failed(),
	    failed);
	if (CU_get_number_of_tests_run() == 0)
		failed++;
	CU_cleanup_registry();
	return failed != 0;
}
