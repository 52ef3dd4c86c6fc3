# source.awk - sources as pages of the book: a number before each line, which is a
# link to it, and comments in another colour.
#
#     -v out=FOLDER
#     -v pages='FILE PAGE ...'   the pages of the files

function escaped(text)
{
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	return text
}

function comment(text) { return text == "" ? "" : "<i>" escaped(text) "</i>" }

# Returns a line of C or JavaScript. A comment may go on from the line before it;
# what looks like one in a string is taken for one.
function coloured(line, at, done)
{
	for (; line != ""; line = substr(line, at + 2)) {
		at = index(line, inside ? "*/" : "/*")
		if (!at)
			return done (inside ? comment(line) : escaped(line))
		done = done (inside ? comment(substr(line, 1, at + 1)) : \
			escaped(substr(line, 1, at - 1)))
		if (!inside && substr(line, at, 3) == "/*/")
			return done escaped(substr(line, at))
		if (!inside) {
			line = substr(line, at)
			at = index(substr(line, 3), "*/")
			done = done comment(at ? substr(line, 1, at + 3) : line)
			inside = !at
			at = at ? at + 2 : length(line)
		} else {
			inside = 0
		}
	}
	return done
}

function top()
{
	print "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">" >to
	print "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">" >to
	print "<meta name=\"color-scheme\" content=\"light dark\">" >to
	print "<title>" FILENAME "</title>" >to
	print "<link rel=\"stylesheet\" href=\"book.css\">\n</head>" >to
	print "<body class=\"source\">\n<nav><a href=\"../\">The page</a>" >to
	print "<a href=\"index.html\">Contents</a></nav>\n<main>" >to
	print "<h1>" FILENAME "</h1>" >to
	printf "<pre tabindex=\"0\">" >to
}

function bottom()
{
	if (to) {
		print "</pre>\n</main>\n</body>\n</html>" >to
		close(to)
	}
}

BEGIN {
	n = split(pages, words, " ")
	for (i = 1; i < n; i += 2)
		page[words[i]] = words[i + 1]
}

FNR == 1 {
	bottom()
	to = out "/" page[FILENAME]
	has_comments = FILENAME ~ /\.(c|h|js|css)$/
	inside = 0
	top()
}

{
	printf "<span id=\"L%d\"><a href=\"#L%d\">%d</a>%s</span>\n", FNR, FNR, FNR, \
		has_comments ? coloured($0) : escaped($0) >to
}

END { bottom() }
