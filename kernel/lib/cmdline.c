/* SPDX-License-Identifier: MIT */
/* The kernel command line, read in place.
 *
 *	 test=a* "message=two words"
 *	 ^^^^^^^ ^^^^^^^^^^^^^^^^^^^
 *	    |             the next word: find_word() goes from word to word
 *	    read_char() takes quotes and backslashes away on the fly
 *
 * So there is no buffer to overflow and no limit on the number or the length
 * of words. Look-ups are linear; a command line has a dozen words. */
#include "kernel/cmdline.h"

#include "kernel/compiler.h"
#include "kernel/errno.h"
#include "kernel/printk.h"
#include "kernel/string.h"

#define END (-1)

/* Room for the text of a number or a range, two of 64 bits and some zeros; and
 * for the list of unknown words. */
#define NUMBER_MAX 64
#define REPORT_MAX 160

/* The one word that may come several times. */
#define REPEATABLE "nomap"

/* Every word that some part of the kernel looks up, and the only place to add
 * one to: the rest are reported as unknown. */
static const char *const known_words[] = {
	"bench",      /* [=PATTERN,...]: run the benchmarks, or some of them */
	"force_kmap", /* map pages of lowmem in the window, too */
	"loglevel",   /* =N: lines more urgent than level N are shown */
	"lowmem",     /* =SIZE: the direct map ends here */
	"maxcpus",    /* =N: start no more CPUs than that */
	REPEATABLE,   /* =SIZE@BASE: RAM that the direct map leaves out */
	"seed",	      /* =N: the seed of tests with random choices */
	"test",	      /* [=PATTERN,...]: run the suites, or those that match */
	"torture",    /* =N: the length of torture suites */
};

static const char *cmdline = "";

/* A place in a word. */
struct reader {
	const char *at;
	bool quoted;
};

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The next character of the word, without quoting, or END behind the last. */
static int read_char(struct reader *r)
{
	while (*r->at == '"') {
		r->quoted = !r->quoted;
		r->at++;
	}
	if (!*r->at || (!r->quoted && is_blank(*r->at)))
		return END;
	if (*r->at == '\\' && r->at[1] && strchr("\\\"'", r->at[1]))
		r->at++;
	return (unsigned char)*r->at++;
}

/* Moves `r`, which has read a word to its end and so is not within quotes, to
 * the next word; false when there is none. */
static bool next_word(struct reader *r)
{
	while (is_blank(*r->at))
		r->at++;
	return *r->at != '\0';
}

static void skip_word(struct reader *r)
{
	while (read_char(r) != END)
		;
}

/* Reads the name of the word at `*r` and compares it with `name`. If they are
 * equal, returns true, sets `*has_value` if a '=' follows, and moves `*r`
 * there. */
static bool match_name(struct reader *r, const char *name, bool *has_value)
{
	int c = read_char(r);

	while (*name && c == (unsigned char)*name && c != '=') {
		name++;
		c = read_char(r);
	}
	*has_value = c == '=';
	return !*name && (c == '=' || c == END);
}

/* A number for find_word(): the last word of a name. */
#define LAST ~0u

/* Finds word number `i` called `name`, from 0 up, or the last one; `*value` is
 * where its value begins, if `*has_value`. Returns how many of that name were
 * passed, that one included, or 0 if it is not there. */
static unsigned find_word(const char *name, unsigned i, struct reader *value,
			  bool *has_value)
{
	struct reader r = {cmdline, false};
	unsigned passed = 0;

	while (next_word(&r)) {
		struct reader word = r;
		bool equals;

		if (match_name(&word, name, &equals)) {
			*value = word;
			*has_value = equals;
			if (passed++ == i)
				return passed;
		}
		skip_word(&r);
	}
	return i == LAST ? passed : 0;
}

static bool is_known(struct reader word)
{
	for (size_t i = 0; i < ARRAY_SIZE(known_words); i++) {
		struct reader r = word;
		bool has_value;

		if (match_name(&r, known_words[i], &has_value))
			return true;
	}
	return false;
}

/* The digit that `c` is in base 10 or 16, or -1. */
static int digit_value(char c, unsigned base)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 'a' - 'A';
	if (base == 16 && c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Reads digits, hexadecimal ones after 0x, and moves `*text` behind them.
 * False if there are none or 64 bits do not hold the number. */
static bool parse_digits(const char **text, uint64_t *out)
{
	const char *p = *text;
	bool hex = p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
	unsigned base = hex ? 16 : 10;
	uint64_t value = 0;
	int digit;

	if (hex)
		p += 2;
	*text = p;
	for (; (digit = digit_value(*p, base)) >= 0; p++) {
		if (value > (hex ? UINT64_MAX / 16 : UINT64_MAX / 10))
			return false;
		value *= base;
		if (value > UINT64_MAX - (unsigned)digit)
			return false;
		value += (unsigned)digit;
	}
	*out = value;
	if (p == *text)
		return false;
	*text = p;
	return true;
}

/* The power of two that a unit stands for; 0 if `c` is no unit. */
static unsigned unit_shift(char c)
{
	switch (c) {
	case 'K':
	case 'k':
		return 10;
	case 'M':
	case 'm':
		return 20;
	case 'G':
	case 'g':
		return 30;
	default:
		return 0;
	}
}

/* Reads a size, and moves `*text` behind it; false if there is none. */
static bool parse_unit(const char **text, uint64_t *out)
{
	uint64_t value;
	unsigned shift;

	if (!parse_digits(text, &value))
		return false;
	shift = unit_shift(**text);
	if (shift)
		++*text;
	if (value > UINT64_MAX >> shift)
		return false;
	*out = value << shift;
	return true;
}

/* Reads a whole text as a size; false if it is not one. */
static bool parse_size(const char *text, uint64_t *out)
{
	uint64_t value;

	if (!parse_unit(&text, &value) || *text)
		return false;
	*out = value;
	return true;
}

/* Reads a whole text as SIZE@BASE; false if it is none, or passes 2^64. */
static bool parse_range(const char *text, uint64_t *base, uint64_t *size)
{
	uint64_t from, length;

	if (!parse_unit(&text, &length) || *text++ != '@' ||
	    !parse_size(text, &from) || length > UINT64_MAX - from)
		return false;
	*base = from;
	*size = length;
	return true;
}

/* Reads a whole text as an int; false if it is none. */
static bool parse_int(const char *text, int *out)
{
	bool negative = *text == '-';
	uint64_t value;

	text += negative;
	if (!parse_digits(&text, &value) || *text ||
	    value > (uint64_t)INT_MAX + negative)
		return false;
	*out = negative ? (int)-(int64_t)value : (int)value;
	return true;
}

/* Copies a value to `buf`, without its quotes; see cmdline_value(). */
static int copy_value(struct reader value, char *buf, size_t size)
{
	size_t len = 0;
	int c;

	while ((c = read_char(&value)) != END) {
		if (len + 1 < size)
			buf[len] = (char)c;
		len++;
	}
	if (size)
		buf[min(len, size - 1)] = '\0';
	return (int)len;
}

/* Copies the value of word number `i` called `name`, which ought to be a
 * number, to `text`. Returns 0, -ENOENT without the word, or -EINVAL if it is
 * longer than any number. A word without a value has an empty one. */
static int number_text(const char *name, unsigned i, char text[NUMBER_MAX])
{
	struct reader value;
	bool has_value;

	text[0] = '\0';
	if (!find_word(name, i, &value, &has_value))
		return -ENOENT;
	if (!has_value)
		return 0;
	if (copy_value(value, text, NUMBER_MAX) < NUMBER_MAX)
		return 0;
	memcpy(text + NUMBER_MAX - sizeof("..."), "...", sizeof("..."));
	return -EINVAL;
}

void cmdline_init(const char *text)
{
	struct reader r = {text, false};

	cmdline = text;
	while (next_word(&r)) {
		const char *start = r.at;

		skip_word(&r);
		if (r.quoted)
			pr_warn("cmdline: a quote has no end: %s\n", start);
	}
}

bool cmdline_has(const char *name)
{
	struct reader value;
	bool has_value;

	return find_word(name, 0, &value, &has_value);
}

int cmdline_value(const char *name, char *buf, size_t size)
{
	struct reader value;
	bool has_value;

	if (!find_word(name, LAST, &value, &has_value) || !has_value)
		return -ENOENT;
	return copy_value(value, buf, size);
}

int cmdline_size(const char *name, phys_addr_t *out)
{
	char text[NUMBER_MAX];
	int ret = number_text(name, LAST, text);

	if (ret == -ENOENT)
		return ret;
	if (!ret && parse_size(text, out))
		return 0;
	pr_err("cmdline: %s=%s is no size: write it like 64M, 1G or 0x1000\n",
	       name, text);
	return -EINVAL;
}

int cmdline_range(const char *name, unsigned i, phys_addr_t *base,
		  phys_addr_t *size)
{
	char text[NUMBER_MAX];
	int ret = number_text(name, i, text);

	if (ret == -ENOENT)
		return ret;
	if (!ret && parse_range(text, base, size))
		return 0;
	pr_err("cmdline: %s=%s is no range: write it like 2M@64M\n", name,
	       text);
	return -EINVAL;
}

int cmdline_int(const char *name, int *out)
{
	char text[NUMBER_MAX];
	int ret = number_text(name, LAST, text);

	if (ret == -ENOENT)
		return ret;
	if (!ret && parse_int(text, out))
		return 0;
	pr_err("cmdline: %s=%s is no number: write it like 7, -1 or 0x10\n",
	       name, text);
	return -EINVAL;
}

void cmdline_report_unknown(void)
{
	struct reader r = {cmdline, false};
	char line[REPORT_MAX];
	size_t len = 0;

	line[0] = '\0';
	while (next_word(&r)) {
		struct reader word = r;
		int length;

		skip_word(&r);
		length = (int)(r.at - word.at);
		if (!is_known(word) && len < sizeof(line))
			len += (size_t)snprintf(line + len, sizeof(line) - len,
						" %.*s", length, word.at);
	}
	if (len)
		pr_warn("cmdline: unknown words, ignored:%s%s\n", line,
			len < sizeof(line) ? "" : " ...");
}

void cmdline_report_repeated(void)
{
	struct reader value;
	bool has_value;

	for (size_t i = 0; i < ARRAY_SIZE(known_words); i++) {
		const char *name = known_words[i];
		unsigned n = find_word(name, LAST, &value, &has_value);

		if (n > 1 && strcmp(name, REPEATABLE))
			pr_warn("cmdline: %s is there %u times; the last one "
				"counts\n",
				name, n);
	}
}
