/* words.h - a text in both languages. */
#ifndef WORDS_H
#define WORDS_H

struct words {
	const char *en, *ko;
};

#endif
