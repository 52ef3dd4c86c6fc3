# contents.awk - the first page of the book: its documents by their titles, then
# its sources by their folders, with what each says that it does.
#
#     -v pages='FILE PAGE ...'   the pages of the files

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

function document(title)
{
	sub(/^#+ */, "", title)
	gsub(/[`*]/, "", title)
	printf "<li%s><a href=\"%s\">%s</a></li>\n", \
		FILENAME ~ /\.ko\.md$/ ? " lang=\"ko\"" : "", page[FILENAME], escaped(title)
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
		printf "%s<h2>%s</h2>\n<ul>\n", before ? "</ul>\n" : "", \
			folder == "./" ? "The story" : folder
	before = folder
	printf "<li><a href=\"%s\"><code>%s</code></a> %s</li>\n", page[FILENAME], FILENAME, \
		purpose($0)
}

BEGIN {
	n = split(pages, words, " ")
	for (i = 1; i < n; i += 2)
		page[words[i]] = words[i + 1]
	print "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">"
	print "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
	print "<meta name=\"color-scheme\" content=\"light dark\">"
	print "<title>The book of Hello Socket</title>"
	print "<link rel=\"stylesheet\" href=\"book.css\">\n</head>\n<body class=\"contents\">"
	print "<nav><a href=\"../\">The page</a></nav>\n<main>"
	print "<h1>The book of Hello Socket</h1>\n<ul>"
}

FNR > 1 { next } # nextfile is not in every awk
FILENAME ~ /\.md$/ { document($0); next }
!are_sources { print "</ul>"; are_sources = 1 }
{ source() }
END { print "</ul>\n</main>\n</body>\n</html>" }
