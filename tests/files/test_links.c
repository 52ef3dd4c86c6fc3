/* test_links.c - symbolic links, where they are followed: openat2(2), and the
 * walk that does the same. */
#include "tests/files/share.h"
#include "tests/lib/failing.h"

#include "files/beneath.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

static void links_setup(void)
{
	setup();
	files.folder.follows_links = true;
}

TestSuite(links, .init = links_setup, .fini = teardown);

/* Calls a test twice: with openat2, and on a kernel that has none. */
static void both_ways(void (*test)(void))
{
	test();
	failing = (struct failing){"openat2", ENOSYS, 1 << 30};
	test();
	cr_expect_lt(failing.times, 1 << 30);
	failing.times = 0;
}

static void expect_config_map(void)
{
	expect_body("", "", 200, "one");
	expect_body("index.html", "", 200, "one");
	expect_body("css/site.css", "", 200, "style");
	expect_redirect("css", "/public/css/");
	expect_body("index.html", "Accept-Encoding: br\r\n", 200, "coded");
	expect_none("..data/index.html");
	expect_none("..1/index.html");
	expect_none("..data");
}

/* Kubernetes shows a ConfigMap like this, and switches to its next state by
 * renaming one link. */
Test(links, a_volume_of_a_config_map)
{
	make_dir("public/..1");
	make_dir("public/..1/css");
	write_text("public/..1/index.html", "one");
	write_text("public/..1/index.html.br", "coded");
	write_text("public/..1/css/site.css", "style");
	make_link("..1", "public/..data");
	cr_assert_eq(unlink(at("public/index.html")), 0);
	make_link("..data/index.html", "public/index.html");
	make_link("..data/index.html.br", "public/index.html.br");
	make_link("..data/css", "public/css");
	both_ways(expect_config_map);
	make_dir("public/..2");
	write_text("public/..2/index.html", "two");
	make_link("..2", "public/..data_tmp");
	cr_assert_eq(rename(at("public/..data_tmp"), at("public/..data")), 0);
	expect_body("", "", 200, "two");
	expect_none("css/site.css");
}

static void expect_inner_links(void)
{
	static const char *const inner[] = {"in.txt", "chain", "sub/up.txt",
		"door/up.txt", "self/self/plain.txt", "sub/far/in.txt",
		"slashes", "dots", "back/plain.txt", "sub/round"};

	for (size_t i = 0; i < sizeof inner / sizeof *inner; i++)
		expect_body(inner[i], "", 200, "0123456789");
	expect_body("door/", "", 200, "<p>sub</p>");
	expect_redirect("door", "/public/door/");
}

Test(links, those_that_stay_beneath_the_folder)
{
	make_link("plain.txt", "public/in.txt");
	make_link("in.txt", "public/chain");
	make_link("sub", "public/door");
	make_link(".", "public/self");
	make_link("../plain.txt", "public/sub/up.txt");
	make_link("..", "public/sub/far");
	make_link(".//sub/.././plain.txt", "public/slashes");
	make_link("./door/../in.txt", "public/dots");
	make_link("sub/..", "public/back");
	make_link("../sub/../door/up.txt", "public/sub/round");
	both_ways(expect_inner_links);
}

static void expect_no_way_out(void)
{
	static const char *const outer[] = {"out.txt", "absolute", "within",
		"gate", "gate/", "gate/secret.txt", "sub/up.txt", "round",
		"through", "dangling", "loop", "ping", "lured/", "high", "top",
		"nothing", "proc", "proc/environ", "file/"};

	for (size_t i = 0; i < sizeof outer / sizeof *outer; i++)
		expect_none(outer[i]);
	expect_body(
		"plain.txt", "Accept-Encoding: gzip\r\n", 200, "0123456789");
}

/* Even if it comes back, as `round` does. */
Test(links, those_that_leave_the_folder)
{
	make_link("../outside/secret.txt", "public/out.txt");
	make_link("/etc/passwd", "public/absolute");
	make_link(at("public/plain.txt"), "public/within");
	make_link("../outside", "public/gate");
	make_link("../../outside/secret.txt", "public/sub/up.txt");
	make_link("../public/plain.txt", "public/round");
	make_link("sub/../../outside/secret.txt", "public/through");
	make_link("none", "public/dangling");
	make_link("loop", "public/loop");
	make_link("pong", "public/ping");
	make_link("ping", "public/pong");
	make_dir("public/lured");
	make_link("../../outside/index.html", "public/lured/index.html");
	make_link("../outside/secret.txt", "public/plain.txt.gz");
	make_link("../../../../../../../../etc/passwd", "public/high");
	make_link("..", "public/top");
	make_link("/", "public/nothing");
	make_link("/proc/self", "public/proc");
	make_link("plain.txt/", "public/file");
	both_ways(expect_no_way_out);
}

/* As many links as the kernel follows, and one more. */
static void expect_chain(void)
{
	expect_body("l39", "", 200, "0123456789");
	expect_none("l40");
}

Test(links, a_chain_of_links)
{
	char name[32], to[32] = "plain.txt";

	for (int i = 0; i < 41; i++) {
		snprintf(name, sizeof name, "public/l%d", i);
		make_link(to, name);
		snprintf(to, sizeof to, "l%d", i);
	}
	both_ways(expect_chain);
}

/* What the kernel says, the walk says too. */
static void expect_alike(const char *path)
{
	int root = files.folder.fd, flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
	int a = beneath_open(root, path, flags), error = errno;
	int b = beneath_walk(root, path, flags);
	struct stat x, y;

	cr_expect_eq(a < 0, b < 0, "%s: %d, %d", path, a, b);
	if (a < 0) {
		cr_expect_eq(errno, error, "%s: %s, not %s", path,
			strerror(errno), strerror(error));
		return;
	}
	cr_expect(!fstat(a, &x) && !fstat(b, &y) && x.st_ino == y.st_ino,
		"%s is another file", path);
	close(a);
	close(b);
}

/* Every link leads to every other name, in several ways. */
Test(links, the_walk_goes_where_the_kernel_goes)
{
	static const char *const targets[] = {"plain.txt", "sub", "sub/", ".",
		"./", "..", "../", "sub/..", "sub/../plain.txt", "x", "sub/y",
		"../plain.txt", "../sub/y", "/", "", "sub//index.html",
		"./sub/./index.html", "../..", "../../public/plain.txt",
		"sub/../../public/plain.txt", "plain.txt/", "plain.txt/..",
		"none", "none/..", "x/..", "../x/y"};
	static const char *const asked[] = {"x", "x/", "x/index.html",
		"x/plain.txt", "sub/y", "sub/y/", "sub/y/plain.txt",
		"sub/y/index.html", "x/y", "x/x", "x/sub/y", "plain.txt",
		"none", "plain.txt/x", "sub/../x", "./x", ".", "sub/.."};
	size_t n = sizeof targets / sizeof *targets;
	int before = count_descriptors();

	for (size_t i = 0; i < n * n; i++) {
		if (!*targets[i / n] || !*targets[i % n])
			continue;
		make_link(targets[i / n], "public/x");
		make_link(targets[i % n], "public/sub/y");
		for (size_t k = 0; k < sizeof asked / sizeof *asked; k++)
			expect_alike(asked[k]);
		unlink(at("public/x"));
		unlink(at("public/sub/y"));
	}
	cr_expect_eq(count_descriptors(), before);
}

Test(links, what_is_too_long)
{
	char name[300], path[5000];

	memset(name, 'n', 256);
	name[256] = 0;
	expect_alike(name);
	memset(path, 'p', sizeof path);
	for (size_t i = 200; i < sizeof path; i += 200)
		path[i] = '/';
	path[4095] = 0;
	expect_alike(path);
	path[4095] = 'p';
	path[sizeof path - 1] = 0;
	expect_alike(path);
	expect_none(path);
	/* two halves that are short enough, but not together */
	path[3000] = 0;
	make_link(path, "public/long");
	path[3000] = 'p';
	expect_alike("long");
	path[2000] = 0;
	memcpy(path, "long/", 5);
	expect_none(path);
}

static void must(int result)
{
	if (result)
		_exit(1);
}

/* Puts links to the outside in place of those to the inside, and puts these
 * back; and moves a folder on the way to and fro. */
static void swap(void)
{
	must(rename(at("out"), at("public/door")));
	must(symlink("inside", at("in")));
	must(rename(at("public/gate"), at("public/sub/gate")));
	must(rename(at("in"), at("public/door")));
	must(symlink("../outside/secret.txt", at("out")));
	must(rename(at("public/sub/gate"), at("public/gate")));
}

static pid_t start_swapping(void)
{
	pid_t pid = fork();

	cr_assert_geq(pid, 0);
	while (pid == 0)
		swap();
	return pid;
}

static void expect_inside(const char *path, int found[2])
{
	struct answer a = get(path, "");

	cr_expect(a.status != 200 || !strcmp(a.body, "inside"), "%s: %s", path,
		a.body);
	cr_expect(a.status == 200 || a.status == 404 || a.status == 503, "%d",
		a.status);
	found[a.status == 200]++;
	drop(&a);
}

static void race(void)
{
	int found[2] = {0};
	pid_t pid = start_swapping();

	for (int i = 0; i < 100000 && (i < 2000 || !found[0] || !found[1]);
		i++) {
		expect_inside("door", found);
		expect_inside("gate/up", found);
		expect_inside("gate/file", found);
	}
	kill(pid, SIGKILL);
	cr_assert_eq(waitpid(pid, NULL, 0), pid);
	cr_expect(found[0] && found[1], "%d and %d", found[0], found[1]);
}

static void prepare_race(void)
{
	write_text("public/inside", "inside");
	make_link("inside", "public/door");
	make_link("../outside/secret.txt", "out");
	make_dir("public/gate");
	write_text("public/gate/file", "inside");
	/* from beneath sub/ it leads nowhere, and never to what lies above */
	make_link("../inside", "public/gate/up");
}

Test(links, names_that_change_while_they_are_opened)
{
	prepare_race();
	race();
}

Test(links, names_that_change_during_the_walk)
{
	prepare_race();
	failing = (struct failing){"openat2", ENOSYS, 1 << 30};
	race();
}
