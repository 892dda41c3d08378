/* QR codes (ISO/IEC 18004), through libqrencode. */
#ifndef CORE_QR_H
#define CORE_QR_H

#include "core/arena.h"

/*
 * A whole <svg> element: one path of dark modules in currentColor on white,
 * a quiet zone of four modules, a viewBox, role="img" and an aria-label, no
 * style and no script; level M. NULL when the text is too long for a code.
 */
const char *qr_svg(struct arena *, const char *text, const char *label);

#endif
