# What makes a fault harder to use, as far as the compiler knows it: addresses that
# nobody can guess, checked calls, canaries, probes of large frames, landing pads
# and shadow stacks, tables that the start makes read-only. With one partition only
# functions whose address is taken begin with a landing pad. How calls are checked
# is left to CFLAGS where they say so.
FORTIFY = $(if $(findstring _FORTIFY_SOURCE,$(CFLAGS)),, \
	-D_FORTIFY_SOURCE=2 "-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3")
TRY = "-fPIE -pie" $(FORTIFY) -fstack-protector-strong -fstack-clash-protection \
	-fcf-protection -flto-partition=one -Wl,-z,relro,-z,now,-z,noexecstack
HARDEN = $(eval HARDEN := -U_FORTIFY_SOURCE $(shell mkdir -p $(BUILD); \
	for flags in $(TRY); do \
	printf '\043include <string.h>\nint main(void) { return 0; }\n' | \
	$(CC) $(filter -O%,$(CFLAGS)) -Werror -U_FORTIFY_SOURCE $$flags -x c - \
		-o $(BUILD)/knows 2>$(BUILD)/why && echo "$$flags"; done; \
	printf 'char c, *volatile p = &c; int main(void) { return p != &c; }' | \
	$(CC) -fPIE -pie $(PACK) -x c - -o $(BUILD)/knows 2>$(BUILD)/why && \
		$(BUILD)/knows 2>$(BUILD)/why && echo "$(PACK)"))$(HARDEN)
# A program that can lie anywhere lists the addresses that its start has to correct:
# a tenth of its bytes, unless they are packed. The trial is run, since a loader that
# does not know packed ones starts the program all the same.
PACK = -Wl,-z,pack-relative-relocs
HARDEN_CC = -DHARDENED $(filter-out -pie -Wl%,$(HARDEN))
# What is fast has a canary where it has an array of 16 bytes or more: one in each
# function with any array costs 4 % of the instructions of an echo.
FAST_CFLAGS += -fstack-protector --param=ssp-buffer-size=16
$(SOURCES:%.c=$(BUILD)/%.o): serve/hardening.mk
