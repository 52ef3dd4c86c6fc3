# markdown.awk - one file of Markdown as a page of the book: headings, paragraphs,
# lists, tables, fenced code, links, `code`, **strong** and *emphasis*, as far as
# these documents use them.
#
#     -v file=docs/protocol.md   its path
#     -v pages='FILE PAGE ...'   the files that are in the book
#     -v twin=docs/protocol.ko.md   the same in the other language, or ""

function escaped(text)
{
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	gsub(/"/, "\\&quot;", text)
	return text
}

# The name of a heading, as docs/check has it.
function slug(heading)
{
	heading = tolower(heading)
	gsub(/[^a-z0-9_ \200-\377-]/, "", heading)
	gsub(/ /, "-", heading)
	return heading
}

# The path of a file that is named from this file's folder.
function resolved(path, base)
{
	base = file
	sub(/[^\/]*$/, "", base)
	while (sub(/^\.\.\//, "", path))
		sub(/[^\/]*\/$/, "", base)
	return base path
}

# The address of a link, or "" when it leads to a file that is not in the book.
function address(link, path, part)
{
	if (link ~ /^(https?|mailto):/ || link ~ /^#/)
		return link
	path = part = link
	sub(/#.*/, "", path)
	if (!sub(/^[^#]*/, "", part))
		part = ""
	path = resolved(path)
	return path in page ? page[path] part : ""
}

function linked(mark, text, link, to)
{
	text = link = mark
	sub(/\]\([^()]*\)$/, "", text)
	sub(/^\[/, "", text)
	sub(/.*\]\(/, "", link)
	sub(/\)$/, "", link)
	to = address(link)
	return to ? "<a href=\"" escaped(to) "\">" inline(text) "</a>" : inline(text)
}

function marked(mark)
{
	if (mark ~ /^`/)
		return "<code>" escaped(substr(mark, 2, length(mark) - 2)) "</code>"
	if (mark ~ /^\[/)
		return linked(mark)
	if (mark ~ /^\*\*/)
		return "<strong>" inline(substr(mark, 3, length(mark) - 4)) "</strong>"
	if (mark ~ /^\*/)
		return "<em>" inline(substr(mark, 2, length(mark) - 2)) "</em>"
	return escaped(substr(mark, 2)) # after a backslash
}

function inline(text, before, mark, rest)
{
	if (!match(text, /`[^`]+`|\[[^][]*\]\([^()]*\)|\*\*[^*]+\*\*|\*[^* ][^*]*\*|\\[\\`*_|]/))
		return escaped(text)
	before = substr(text, 1, RSTART - 1)
	mark = substr(text, RSTART, RLENGTH)
	rest = substr(text, RSTART + RLENGTH)
	return escaped(before) marked(mark) inline(rest)
}

# Writes the paragraph or item that has been gathered.
function flush()
{
	if (text != "")
		print list ? "<li>" inline(text) "</li>" : "<p>" inline(text) "</p>"
	text = ""
}

function end_list()
{
	flush()
	if (list)
		print "</" list ">"
	list = ""
}

function item(kind, content)
{
	flush()
	if (list != kind) {
		end_list()
		print "<" kind ">"
	}
	list = kind
	text = content
}

# "## 5. The mask" also has the short name s5, which is the same in each language.
function heading(line, level, number)
{
	end_list()
	match(line, /^#+/)
	level = RLENGTH
	sub(/^#+ */, "", line)
	number = line
	if (level == 2 && number ~ /^[0-9]+\. /) {
		sub(/\..*/, "", number)
		printf "<span id=\"s%s\"></span>\n", number
	}
	printf "<h%d id=\"%s\">%s</h%d>\n", level, slug(line), inline(line), level
}

# A head that says nothing is no head of its column.
function cells(line, kind, n, i, cell, tag, parts)
{
	gsub(/\\\|/, "\001", line)
	gsub(/^\||\| *$/, "", line)
	n = split(line, parts, /\|/)
	printf "<tr>"
	for (i = 1; i <= n; i++) {
		cell = parts[i]
		gsub(/\001/, "|", cell)
		gsub(/^ +| +$/, "", cell)
		tag = cell == "" ? "td" : kind
		printf "<%s%s>%s</%s>", tag, right[i] ? " class=\"right\"" : "", \
			inline(cell), tag
	}
	print "</tr>"
}

function alignments(line, n, i, parts)
{
	split("", right)
	gsub(/^\||\| *$/, "", line)
	n = split(line, parts, /\|/)
	for (i = 1; i <= n; i++)
		right[i] = parts[i] ~ /: *$/
}

# The line after the head says how the columns are laid out.
function table(head, more)
{
	end_list()
	print "<div class=\"scroll\" tabindex=\"0\"><table>"
	getline
	alignments($0)
	cells(head, "th")
	while ((more = (getline) > 0) && /^\|/)
		cells($0, "td")
	if (!more)
		$0 = ""
	print "</table></div>"
}

# `./server explain 81 85` can be opened on the page that this server serves: the
# part of its address after "#hex=".
function explained(line, bytes, coded)
{
	bytes = line
	if (!sub(/^\$ \.\/server explain /, "", bytes))
		return ""
	coded = sub(/^--with permessage-deflate /, "", bytes) ? "&amp;deflate" : ""
	sub(/ *\|.*/, "", bytes)
	gsub(/ /, "", bytes)
	return bytes ~ /^[0-9a-f]+$/ ? bytes coded : ""
}

function code(bytes)
{
	end_list()
	printf "<pre tabindex=\"0\"><code>"
	while ((getline) > 0 && !/^ *```/) {
		bytes = bytes explained($0)
		print escaped($0)
	}
	print "</code></pre>"
	if (bytes)
		printf "<p class=\"try\"><a href=\"../%s#hex=%s\">%s</a></p>\n", \
			korean ? "?lang=ko" : "", bytes, korean ? "이 바이트를 페이지에서 열기" : "Open these bytes on the page"
}

function link_to(target, label, is_here)
{
	printf "<a href=\"%s\"%s>%s</a>\n", target, is_here ? " aria-current=\"page\"" : "", label
}

# A link in each language, and English first.
function languages()
{
	link_to(page[korean ? twin : file], "<span lang=\"en\">English</span>", !korean)
	link_to(page[korean ? file : twin], "<span lang=\"ko\">한국어</span>", korean)
}

function top(title)
{
	gsub(/[`*]/, "", title)
	printf "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n", korean ? "ko" : "en"
	print "<meta charset=\"utf-8\">"
	print "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	print "<meta name=\"color-scheme\" content=\"light dark\">"
	print "<title>" escaped(title) "</title>"
	print "<link rel=\"stylesheet\" href=\"book.css\">\n</head>"
	name = page[file]
	sub(/(\.ko)?\.html$/, "", name)
	print "<body class=\"" name "\">\n<nav>"
	link_to("../" (korean ? "?lang=ko" : ""), korean ? "페이지" : "The page", 0)
	link_to(korean ? "index.ko.html" : "index.html", korean ? "차례" : "Contents", 0)
	if (twin)
		languages()
	print "</nav>\n<main>"
}

BEGIN {
	n = split(pages, words, " ")
	for (i = 1; i < n; i += 2)
		page[words[i]] = words[i + 1]
	korean = file ~ /\.ko\.md$/
}

FNR == 1 {
	title = $0
	sub(/^#+ */, "", title)
	top(title)
}

twin && /^(English|\[English\]\([^)]*\)) · / { next } # the navigation has both
/^ *```/ { code(); next }
/^#+ / { heading($0); next }
/^\|/ { table($0) } # it has read on, to the line below
/^<!--.*-->$/ { end_list(); next }
/^ *- / { sub(/^ *- /, ""); item("ul", $0); next }
/^[0-9]+\. / { sub(/^[0-9]+\. /, ""); item("ol", $0); next }
/^ *$/ { flush(); next }
{
	if (list && text == "" && !/^ /)
		end_list()
	sub(/^ +/, "")
	text = text (text == "" ? "" : "\n") $0
}

END {
	end_list()
	print "</main>\n</body>\n</html>"
}
