# contents.awk - the first page of the book: its documents by their titles, then
# its sources by their folders, with what each says that it does.
#
#     -v pages='FILE PAGE ...'   the pages of the files
#     -v korean=1                in Korean, where a document is in Korean

function escaped(text)
{
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	return text
}

function folder_of(file)
{
	return sub(/[^\/]*$/, "", file) && file != "" ? file : "./"
}

function document(title, twin)
{
	twin = FILENAME
	sub(korean ? "[.]md$" : "[.]ko[.]md$", korean ? ".ko.md" : ".md", twin)
	if (twin != FILENAME && twin in page)
		return
	sub(/^#+ */, "", title)
	gsub(/[`*]/, "", title)
	printf "<li%s><a href=\"%s\">%s</a></li>\n", \
		korean && FILENAME !~ /\.ko\.md$/ ? english : "", page[FILENAME], escaped(title)
}

# The first line of a file names it and says its purpose: "/* ws.c - ... */"
function purpose(line)
{
	if (!sub(/^(\/\*|<!--|#) *[^ ]+ - /, "", line))
		return ""
	sub(/ *(\*\/|-->)? *$/, "", line)
	sub(/:$/, "", line)
	return escaped(line)
}

function source(folder)
{
	folder = folder_of(FILENAME)
	if (folder != before)
		printf "%s<h2>%s</h2>\n<ul%s>\n", before ? "</ul>\n" : "", \
			folder != "./" ? folder : korean ? "이야기" : "The story", \
			korean ? english : ""
	before = folder
	printf "<li><a href=\"%s\"><code>%s</code></a> %s</li>\n", page[FILENAME], FILENAME, \
		purpose($0)
}

BEGIN {
	n = split(pages, words, " ")
	for (i = 1; i < n; i += 2)
		page[words[i]] = words[i + 1]
	english = " lang=\"en\""
	title = korean ? "Hello Socket의 책" : "The book of Hello Socket"
	printf "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n", korean ? "ko" : "en"
	print "<meta charset=\"utf-8\">"
	print "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	print "<meta name=\"color-scheme\" content=\"light dark\">"
	print "<title>" title "</title>"
	print "<link rel=\"stylesheet\" href=\"book.css\">\n</head>\n<body class=\"contents\">"
	printf "<nav><a href=\"../%s\">%s</a>\n", korean ? "?lang=ko" : "", \
		korean ? "페이지" : "The page"
	here = " aria-current=\"page\""
	printf "<a href=\"index.html\"%s><span lang=\"en\">English</span></a>\n", korean ? "" : here
	printf "<a href=\"index.ko.html\"%s><span lang=\"ko\">한국어</span></a></nav>\n<main>\n", \
		korean ? here : ""
	print "<h1>" title "</h1>\n<ul>"
}

FNR > 1 { next } # nextfile is not in every awk
FILENAME ~ /\.md$/ { document($0); next }
!are_sources { print "</ul>"; are_sources = 1 }
{ source() }
END { print "</ul>\n</main>\n</body>\n</html>" }
