/*
 * ISO 4217, list one, as of June 2025: that of Debian's iso-codes 4.15 and what
 * changed since (ANG is XCG, ZWL is ZWG, XAD came; CUC, HRK and SLL ended), and
 * without BGN, which ended with 2025. Codes without minor units are left out.
 */
#include "core/currency.h"

#include <string.h>

enum { CODE = 3 };

static const char codes[] =
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB "
    "BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC "
    "CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD "
    "GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS "
    "KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK "
    "MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB "
    "PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP "
    "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH "
    "UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XCD XCG XOF XPF "
    "YER ZAR ZMW ZWG";

bool
currency_known(const char *code)
{
	size_t i;

	if (strlen(code) != CODE)
		return false;
	for (i = 0; i < sizeof(codes); i += CODE + 1)
		if (memcmp(codes + i, code, CODE) == 0)
			return true;
	return false;
}
