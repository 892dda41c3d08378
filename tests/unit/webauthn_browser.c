/* What Chromium and its virtual authenticator made (toJSON() as it is), so that
 * the tests' own device is not the only witness. */
#include "core/webauthn.h"
#include "passkeying.h"
#include "unit.h"

static const char create[] =
    "{\"authenticatorAttachment\":\"platform\",\"clientExtensionResults\""
    ":{},\"id\":\"q7hnHyM_jF0bLUilXB8jy_JJ9R9SrVniX3fqgHKD-WY\",\"rawId\""
    ":\"q7hnHyM_jF0bLUilXB8jy_JJ9R9SrVniX3fqgHKD-WY\",\"response\":{\"att"
    "estationObject\":\"o2NmbXRkbm9uZWdhdHRTdG10oGhhdXRoRGF0YVikSZYN5YgOj"
    "Gh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2NFAAAAAQECAwQFBgcIAQIDBAUGBwgAIKu4Z"
    "x8jP4xdGy1IpVwfI8vySfUfUq1Z4l936oByg_lmpQECAyYgASFYIL-3G6hH6Kxi_2j8A"
    "Su7Mjx-EpFaLVyewfB7d0VAoPhpIlgg3ZZnkv2myJCnrgzPdU1M_gy09l7a8FnMsxYJH"
    "pNrYr0\",\"authenticatorData\":\"SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVz"
    "zuoMdl2NFAAAAAQECAwQFBgcIAQIDBAUGBwgAIKu4Zx8jP4xdGy1IpVwfI8vySfUfUq1"
    "Z4l936oByg_lmpQECAyYgASFYIL-3G6hH6Kxi_2j8ASu7Mjx-EpFaLVyewfB7d0VAoPh"
    "pIlgg3ZZnkv2myJCnrgzPdU1M_gy09l7a8FnMsxYJHpNrYr0\",\"clientDataJSON"
    "\":\"eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIiwiY2hhbGxlbmdlIjoiQUFFQ0F3UUZ"
    "CZ2NJQ1FvTERBME9EeEFSRWhNVUZSWVhHQmthR3h3ZEhoOCIsIm9yaWdpbiI6Imh0dHA"
    "6Ly9sb2NhbGhvc3Q6NDA4OTMiLCJjcm9zc09yaWdpbiI6ZmFsc2V9\",\"publicKey"
    "\":\"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEv7cbqEforGL_aPwBK7syPH4SkVo"
    "tXJ7B8Ht3RUCg-GndlmeS_abIkKeuDM91TUz-DLT2XtrwWcyzFgkek2tivQ\",\"publ"
    "icKeyAlgorithm\":-7,\"transports\":[\"internal\"]},\"type\":\"public"
    "-key\"}";
static const char get[] =
    "{\"authenticatorAttachment\":\"platform\",\"clientExtensionResults\""
    ":{},\"id\":\"q7hnHyM_jF0bLUilXB8jy_JJ9R9SrVniX3fqgHKD-WY\",\"rawId\""
    ":\"q7hnHyM_jF0bLUilXB8jy_JJ9R9SrVniX3fqgHKD-WY\",\"response\":{\"aut"
    "henticatorData\":\"SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAA"
    "g\",\"clientDataJSON\":\"eyJ0eXBlIjoid2ViYXV0aG4uZ2V0IiwiY2hhbGxlbmd"
    "lIjoiQUFFQ0F3UUZCZ2NJQ1FvTERBME9EeEFSRWhNVUZSWVhHQmthR3h3ZEhoOCIsIm9"
    "yaWdpbiI6Imh0dHA6Ly9sb2NhbGhvc3Q6NDA4OTMiLCJjcm9zc09yaWdpbiI6ZmFsc2V"
    "9\",\"signature\":\"MEUCIQDLIskBtiMgJEcczwIcnz6A3yLVcXnM_OfXrMbaZhbK"
    "CAIgasKZGNRbXTiLrn1J7xO2OCk3CuPgjWxY8vJhXxJ8cRw\",\"userHandle\":\"A"
    "QID\"},\"type\":\"public-key\"}";

static void
chromium(void)
{
	struct arena *mem = arena_new(1 << 20);
	struct webauthn_site site =
	    webauthn_site(mem, "http://localhost:40893");
	struct passkey_key key;
	const char *why = "";
	int64_t count = 0;

	CU_ASSERT_EQUAL_FATAL(webauthn_register(mem, &site, PASSKEY_CHALLENGE,
				  create, &key, &why),
	    OK);
	CU_ASSERT_STRING_EQUAL(
	    key.credential_id, "q7hnHyM_jF0bLUilXB8jy_JJ9R9SrVniX3fqgHKD-WY");
	CU_ASSERT_EQUAL(key.algorithm, -7);
	CU_ASSERT_EQUAL(key.sign_count, 1);
	CU_ASSERT_EQUAL(webauthn_verify(mem, &site, PASSKEY_CHALLENGE, &key,
			    get, &count, &why),
	    OK);
	CU_ASSERT_EQUAL(count, 2);
	/* Once more: the count is that of before. */
	key.sign_count = count;
	CU_ASSERT_EQUAL(webauthn_verify(mem, &site, PASSKEY_CHALLENGE, &key,
			    get, &count, &why),
	    ERR_INVALID);
	arena_free(mem);
}

CU_TestInfo webauthn_browser_tests[] = {
    {"a browser's registration and assertion", chromium},
    CU_TEST_INFO_NULL,
};
