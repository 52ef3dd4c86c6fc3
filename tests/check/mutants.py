#!/usr/bin/env python3
"""mutants.py - grades the grader: mutants.py SERVER [NAME...]

small.py with N steps must pass those, and fail at step N + 1. Each of its wrong
forms must be caught at one step, with one sentence, in both languages.
"""
import concurrent.futures
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CHECK = sys.argv[1]
WAIT = os.environ.get("CHECK_WAIT", "1")  # seconds: sentences have to name them
NOTHING = "Nothing came within"
ENDED = "closed the connection"

# how small.py is wrong: the step that catches it, and a part of its sentence
WRONG = {
    "hangs": (2, f"{NOTHING} {WAIT} s[.]"),
    "closes": (2, ENDED + "|reset the connection"),
    "closes after": (2, ENDED),
    "resets first": (2, "reset the connection"),
    "crashes": (2, "(reset|closed) the connection|Nobody listens"),
    "tls": (2, "This is TLS"),
    "tls alert": (2, "This is TLS"),
    "garbage": (2, "is no HTTP"),
    "ssh": (2, "is no HTTP"),
    "drip": (2, "still not complete"),
    "early": (3, "after 40 of 4. bytes|after 40 of"),
    "endless head": (4, "head without end|sends without end"),
    "endless body": (4, "longer than announced|without end"),
    "longer": (4, "shorter than announced"),
    "shorter": (4, "longer than announced"),
    "characters": (4, "longer than announced"),
    "no length": (4, "no good Content-Length"),
    "redirects": (4, "The status is 302"),
    "once": (5, ENDED + "|reset the connection"),
    "stays": (5, NOTHING),
    "no guid": (6, "The accept value is"),
    "hex": (6, "The accept value is"),
    "no upgrade": (6, "does not say Upgrade"),
    "constant": (7, "The accept value is"),
    "any key": (8, "The status is 101"),
    "any version": (8, "The status is 101"),
    "case": (9, "answered with 200"),
    "drops glued": (10, NOTHING),
    "short greeting": (11, "Byte 1 is 0c, where 0d"),
    "binary greeting": (11, "Byte 0 is 82, where 81"),
    "asked": (11, NOTHING),
    "greets twice": (11, "15 bytes came without"),
    "greets all": (10, "no frame with 5 bytes"),
    "endless frames": (10, "no frame with 5 bytes|without end"),
    "masks": (11, "Byte 1 is 8d, where 0d"),
    "rsv out": (11, "Byte 0 is c1, where 81"),
    "long form": (10, "no frame with 5 bytes"),
    "length off": (10, "no frame with 5 bytes"),
    "little endian": (13, "breaks a rule|without end|still not complete"),
    "upper": (10, "other bytes came back"),
    "echoes masked": (14, "Byte 0 of the payload is 7f"),
    "one key byte": (14, "Byte 1 of the payload"),
    "phase": (14, "Byte 0 of the payload"),
    "border": (15, "shortest form"),
    "small buffer": (15, ENDED + "|reset the connection"),
    "short read": (16, ENDED),
    "one": (17, NOTHING),
    "always text": (18, "A text of 256 bytes"),
    "waits for a byte": (19, NOTHING),
    "unmasked in": (20, "A text of 5 bytes"),
    "no close frame": (20, ENDED),
    "wrong code": (20, "A Close came, with 1000"),
    "rsv": (21, "A text of 5 bytes"),
    "opcodes": (22, "frame breaks a rule|A text of 5|came"),
    "ignores opcodes": (22, NOTHING),
    "fragmented ping": (23, "A Pong of 5 bytes|" + NOTHING),
    "long ping": (23, "control frame has at most 125|" + NOTHING),
    "any form": (24, "A text of 5 bytes"),
    "utf8": (25, NOTHING),
    "utf8 late": (25, NOTHING),
    "surrogates": (25, "A text of 3 bytes"),
    "each fragment": (26, "3 bytes of payload came, where 5|where 5 were due"),
    "ping resets": (26, "Byte 0 of the payload is 6c, where 48"),
    "continues": (26, NOTHING),
    "nested": (26, NOTHING),
    "no pong": (27, NOTHING),
    "empty pong": (27, "0 bytes of payload came, where 4"),
    "pong text": (26, "7 bytes of payload came, where 5"),
    "no close": (28, NOTHING),
    "close without code": (28, "A Close without a code"),
    "long reason": (28, "A Close came, with 1004"),
    "always 1000": (28, "A Close came, with 1000"),
    "any code": (29, "A Close came, with 0"),
    "stays open": (30, f"After {WAIT} s the connection is still open"),
    "echo behind": (30, "10 bytes came behind"),
    "resets": (30, "reset the connection"),
    "few": (31, ENDED + "|reset the connection"),
    "mixes": (31, NOTHING),
    "waits": (32, NOTHING),
    "loses": (32, "where|still not complete|rule|came"),
    "changes": (32, "Byte 65535 of the payload is 5a"),
    "breaks off": (32, "a control frame is never fragmented|breaks a rule"),
    "dies": (33, "Nobody listens any more|reset the connection|closed"),
    "endless": (33, NOTHING),
    "one file": (34, "The status is 200"),
    "never missing": (34, "The status is 200"),
    "empty file": (34, "not one byte of the file"),
    "large file": (34, "larger than 4 MiB"),
    "deep": (35, "from outside"),
    "above": (35, "from outside"),
    "decodes late": (35, "from outside"),
}

# what is unusual, and right
RIGHT = ["hints", "trailers", "pings"]

# the byte that is guilty, as the drawing shows it
DRAWN = {"changes": "5a", "masks": "8d"}

# what the hint says, too
HINTS = {"case": "blanks around a value are no part of it"}


def grade(steps, wrong, *options):
    small = subprocess.Popen(
        [sys.executable, HERE + "/small.py", str(steps), wrong],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        port = small.stdout.readline().strip()
        return subprocess.run(
            [CHECK, "check", "localhost:" + port, "--wait", WAIT, *options],
            capture_output=True, text=True, timeout=300)
    finally:
        small.kill()
        small.wait()


def is_narrow(text):
    """80 columns, where Hangul takes two."""
    return all(sum(2 if c >= "\u1000" else 1 for c in line) <= 80
               for line in text.split("\n"))


def level(steps):
    done = grade(steps, "", "--lang", "en")
    passed = done.stdout.count(" ok\n")
    if passed == steps and done.returncode == (1 if steps < 35 else 0):
        return ""
    return f"{passed} steps passed, status {done.returncode}\n" + done.stdout


def right(name):
    done = grade(35, name, "--lang", "en")
    return "" if done.returncode == 0 else done.stdout + done.stderr


def mutant(name):
    step, sentence = WRONG[name]
    for language, count in (("en", r"^(\d+) passed, 1 failed"),
                            ("ko", r"^통과 (\d+), 실패 1")):
        done = grade(35, name, "--lang", language)
        passed = re.search(count, done.stdout, re.MULTILINE)
        came = re.search("(?s)\n    (?:Instead|실제): (.*?)\n    RFC", done.stdout)
        text = " ".join(came.group(1).split()) if came else ""
        if not passed or int(passed.group(1)) != step - 1 or \
                done.returncode != 1 or not text:
            return "caught at another step\n" + done.stdout + done.stderr
        if language == "en" and not re.search(sentence, text):
            return "another sentence\n" + done.stdout
        if language == "ko" and not re.search("[가-힣]", text):
            return "no Korean\n" + done.stdout
        if DRAWN.get(name, "") not in done.stdout.split("came back:")[-1] and \
                language == "en":
            return "the guilty byte is not drawn\n" + done.stdout
        if HINTS.get(name, "") not in " ".join(done.stdout.split()) and \
                language == "en":
            return "another hint\n" + done.stdout
        if not is_narrow(done.stdout):
            return "a line has more than 80 columns\n" + done.stdout
    return ""


def main():
    names = sys.argv[2:]
    jobs = {f"wrong: {n}": (mutant, n) for n in WRONG if not names or n in names}
    if not names:
        jobs.update({f"right: {n}": (right, n) for n in RIGHT})
        jobs.update({f"{n} steps": (level, n) for n in range(1, 36)})
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        running = {pool.submit(f, n): name for name, (f, n) in jobs.items()}
        for one in concurrent.futures.as_completed(running):
            problem = one.result()
            failed += bool(problem)
            print("FAIL" if problem else "ok  ", running[one], problem,
                  flush=True)
    print(f"{len(jobs) - failed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
