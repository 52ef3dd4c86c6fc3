/* test_folder.c - the folder that is served is removed, made anew, replaced. */
#include "tests/files/share.h"

#include <errno.h>

TestSuite(folder, .init = setup, .fini = teardown);

/* As if a second had passed. */
static void let_look(void)
{
	files.folder.looked_at--;
}

static void expect_soon(const char *path, const char *body)
{
	let_look();
	expect_body(path, "", 200, body);
}

static void remove_folder(const char *name)
{
	cr_assert_eq(nftw(at(name), remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

Test(folder, removed_and_made_anew)
{
	struct answer a;

	expect_body("plain.txt", "", 200, "0123456789");
	remove_folder("public");
	let_look();
	expect_none("plain.txt");
	expect_none("");
	make_dir("public");
	write_text("public/plain.txt", "anew");
	/* while there is none, each request looks */
	expect_body("plain.txt", "", 200, "anew");
	remove_folder("public");
	make_dir("public");
	write_text("public/plain.txt", "again");
	expect_soon("plain.txt", "again");
	a = get("index.html", "");
	cr_expect_not(a.found);
	drop(&a);
}

/* The cache has the same name of the other folder, in the same state. */
Test(folder, a_link_that_is_switched_to_the_next_release)
{
	make_dir("one");
	make_dir("two");
	write_text("one/page.txt", "release 1");
	write_text("two/page.txt", "release 2");
	set_modified("one/page.txt", 784111777);
	set_modified("two/page.txt", 784111777);
	make_link("one", "current");
	let_settle();
	files_close(&files);
	open_files((struct files){.folder.path = at("current")});
	expect_body("page.txt", "", 200, "release 1");
	expect_body("page.txt", "", 200, "release 1");
	for (int i = 0; i < 4; i++) {
		make_link(i % 2 ? "one" : "two", "next");
		cr_assert_eq(rename(at("next"), at("current")), 0);
		expect_soon("page.txt", i % 2 ? "release 1" : "release 2");
		expect_body(
			"page.txt", "", 200, i % 2 ? "release 1" : "release 2");
	}
}

/* What is renamed is not what the name stands for any more. */
Test(folder, moved_away)
{
	expect_body("plain.txt", "", 200, "0123456789");
	cr_assert_eq(rename(at("public"), at("moved")), 0);
	let_look();
	expect_none("plain.txt");
	write_text("public", "a file");
	expect_none("plain.txt");
	cr_assert_eq(unlink(at("public")), 0);
	cr_assert_eq(rename(at("moved"), at("public")), 0);
	expect_body("plain.txt", "", 200, "0123456789");
}

/* What cannot be looked up now may be there: the folder that is open stays. */
Test(folder, not_to_be_looked_up)
{
	files.folder.path = "/dev/null/none";
	expect_none("none");
	files_close(&files);
	open_files((struct files){.folder.path = at("public")});
	make_link("endless", "endless");
	files.folder.path = at("endless");
	let_look();
	expect_body("plain.txt", "", 200, "0123456789");
}

/* It takes a second at most, and no longer than that. */
Test(folder, in_real_time)
{
	struct answer a = {.fd = -1};
	double end = seconds() + 10;

	expect_body("plain.txt", "", 200, "0123456789");
	remove_folder("public");
	make_dir("public");
	write_text("public/plain.txt", "anew");
	do {
		drop(&a);
		a = get("plain.txt", "");
	} while (a.status != 200 && seconds() < end);
	cr_expect(a.status == 200 && !strcmp(a.body, "anew"));
	drop(&a);
}

Test(folder, no_descriptor_is_left_open)
{
	int before = count_descriptors();

	for (int i = 0; i < 50; i++) {
		let_look();
		expect_body("plain.txt", "", 200, "0123456789");
		remove_folder("public");
		let_look();
		expect_none("plain.txt");
		cr_expect_eq(count_descriptors(), before - 1);
		make_dir("public");
		write_text("public/plain.txt", "0123456789");
		expect_body("plain.txt", "", 200, "0123456789");
		cr_expect_eq(count_descriptors(), before);
	}
}
