# book.mk - the book that this wing serves, made and installed with the program:
# the Makefile includes it.
server: build/book/index.html
install: install-book
install-book: server
	install -d "$(share)/book"
	install -m 644 build/book/* "$(share)/book"
build/book/index.html: $(wildcard explain/book.* explain/*.awk Makefile *.[ch] *.inc \
		*/*.[ch] docs/*.md docs/*/* public/* public/*/*)
	$(call SAY,BOOK build/book) explain/book.sh build/book
.PHONY: install-book
