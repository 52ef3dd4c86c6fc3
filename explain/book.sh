#!/bin/sh
# book.sh - writes the book as pages: explain/book.sh FOLDER. It has the Markdown
# in docs/, and every source that the Markdown or a reader may lead to. It needs
# sh and awk, and is run by make.
set -eu
cd "$(dirname "$0")/.."
out=$1

# Pages of prose are named by the file alone, sources by their whole path.
# page_of FILE
page_of() {
	case $1 in
	docs/deploy/README.md) echo deploy.html ;;
	*.md) basename "$1" .md | sed 's/$/.html/' ;;
	*) echo "$1.html" | tr / - ;;
	esac
}

# there FILE...: those that exist, a pattern that matches nothing is none
there() {
	for file; do
		[ ! -f "$file" ] || echo "$file"
	done
}

# what is read first stands first
prose=$(there docs/protocol*.md docs/sheet*.md docs/teaching*.md docs/*.md \
	docs/deploy/*.md | awk '!seen[$0]++')
code=$(find . -mindepth 1 -maxdepth 2 \( -name '*.[ch]' -o -name '*.inc' \) |
	sed 's/^..//' | grep -vE '^(bench|build|tests)/' | LC_ALL=C sort)
# shellcheck disable=SC2046,SC2086 # a word each
sources=$(there hello.c app.h $(printf '%s\n' $code | grep -v / |
	grep -vxE 'hello.c|app.h') Makefile $(printf '%s\n' $code | grep /) \
	public/*.html public/*.js public/*.css public/*/*.* docs/hello \
	docs/lift/*.c docs/deploy/*.*[a-z] | grep -v '\.md$')

mkdir -p "$out"
rm -f "$out"/*.html
pages=$(for file in $prose $sources; do
	printf '%s %s ' "$file" "$(page_of "$file")"
done)

# twin FILE: the same text in the other language, if there is one
twin() {
	case $1 in
	*.ko.md) there "${1%.ko.md}.md" ;;
	*) there "${1%.md}.ko.md" ;;
	esac
}

for file in $prose; do
	LC_ALL=C awk -v pages="$pages" -v file="$file" \
		-v twin="$(twin "$file")" -f explain/markdown.awk "$file" \
		>"$out/$(page_of "$file")"
done
# shellcheck disable=SC2086 # a word each
LC_ALL=C awk -v pages="$pages" -v out="$out" -f explain/source.awk $sources
# shellcheck disable=SC2086
LC_ALL=C awk -v pages="$pages" -f explain/contents.awk $prose $sources \
	>"$out/index.html"
# shellcheck disable=SC2086
LC_ALL=C awk -v pages="$pages" -v korean=1 -f explain/contents.awk $prose $sources \
	>"$out/index.ko.html"
cp explain/book.css "$out/book.css"
