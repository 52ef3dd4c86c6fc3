# packaging.mk - the program for others to use: the Makefile includes it.
PREFIX ?= /usr/local
share = $(DESTDIR)$(PREFIX)/share/hello-socket

## install: as hello-socket, with page, book, manual, units (PREFIX, DESTDIR)
## uninstall: remove that again, with the same PREFIX and DESTDIR
## static: one file that runs on any Linux, by musl; Containerfile takes it
## lib: a library of all but the wings; WINGS="deflate ..." adds those
## dist: a tar.gz of the last commit
## deb: a Debian package of the last commit
install: server
install uninstall static lib dist deb: ; @packaging/$@
.PHONY: install uninstall static lib dist deb
