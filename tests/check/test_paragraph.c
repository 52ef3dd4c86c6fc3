/* test_paragraph.c - text in lines, for a terminal. */
#include "tests/lib/support.h"

#include "check/paragraph.h"

#include <criterion/redirect.h>
#include <stdio.h>

Test(paragraph, a_character_takes_its_columns, .init = cr_redirect_stdout)
{
	cr_expect_eq(paragraph("", 0, 80, "ab"), 2);
	cr_expect_eq(paragraph("", 0, 80, "\xea\xb0\x80"), 2);
	cr_expect_eq(paragraph("", 0, 80, "\xea\xb0\x80\x01z"), 7);
	cr_expect_eq(paragraph("12  ", 4, 80, "\\r"), 6);
	fflush(stdout);
	cr_expect_stdout_eq_str("ab\xea\xb0\x80\xea\xb0\x80\\x01z12  \\r");
}

Test(paragraph, lines_end_before_the_column, .init = cr_redirect_stdout)
{
	cr_expect_eq(paragraph("> ", 2, 9, "one two three"), 7);
	fflush(stdout);
	cr_expect_stdout_eq_str("> one two\n  three");
}

Test(paragraph, a_word_longer_than_a_line_is_cut, .init = cr_redirect_stdout)
{
	cr_expect_eq(paragraph("> ", 2, 8, "a 123456789\x01"), 6);
	cr_expect_eq(
		paragraph("", 0, 5, "\xea\xb0\x80\xea\xb0\x80\xea\xb0\x80"), 2);
	fflush(stdout);
	cr_expect_stdout_eq_str("> a\n  123456\n  789\n  \\x01"
				"\xea\xb0\x80\xea\xb0\x80\n\xea\xb0\x80");
}
