package quantity

import (
	"regexp"
	"strings"
	"unicode"
)

// The words people put around or instead of a number. They belong to the
// language, not to one office, so they stand in code.
var (
	emptyMarks = map[string]bool{"": true, "/": true, "//": true, "-": true, "--": true, "—": true, "——": true, "\\": true, "无": true, "暂无": true, "空": true}

	noNumbers = []string{"若干", "大量", "适量", "少许", "少量", "充足", "足量", "一批", "一些", "一堆", "一部分", "部分", "数十", "数百", "数千", "几", "多少", "不定", "不详", "未知", "待定", "暂不", "满足", "尽可能", "越多", "按需"}

	noteApproximate = []string{"约", "估", "左右", "上下", "以上", "大概", "余"}

	approxBefore = []string{"大约", "大概", "估计", "预计", "约计", "约为", "约", "将近", "接近", "近", "不少于", "不低于", "不足", "超过", "超", "至少", "最多", "≈", "~", "≥", "≤", ">", "<"}
	approxBehind = []string{"左右", "上下", "以上", "以下", "以内", "多", "余", "+", "来"}
)

var (
	digitPair    = `\d[\d,.]*(?:[万千百亿])?[^\d\s]{0,4}`
	rangeForm    = regexp.MustCompile(`^\d[\d,.]*[万千百]?\p{Han}{0,2}(?:-+|~+|—+|–|至|到)\d[\d,.]*`)
	severalFor   = regexp.MustCompile(`^[+-]?` + digitPair + `[+、;/×*xX&和及与]` + `\s*\d`)
	exponentForm = regexp.MustCompile(`^[+-]?[\d.,]+(?:[eE][+-]?|\^)\d`)
	packForm     = regexp.MustCompile(`\d.*(?:每|/|×|\*|x|X|装|计)|(?:每|/|×|\*|内装|内含).*\d|每.*[一二三四五六七八九十百]`)
)

// brokenFigure is a figure with a line's end, a tab or an invisible mark inside:
// two cells, or two lines of one, that were pasted into each other.
var brokenFigure = regexp.MustCompile(`[0-9０-９.,．，+-][\s\p{Cf}]*[\t\n\r\p{Cf}][\s\p{Cf}]*[0-9０-９.,．，]`)

// Bare gives a typed number without what nobody sees: white space around it, a
// BOM, the marks a calculator puts around what it copies. Control characters
// are refused, and so is anything hidden inside a figure (plain is false then):
// 1 and 2 with something invisible between them may be 12 or two numbers.
func Bare(text string) (bare string, plain bool) {
	mark := func(c rune) bool { return unicode.Is(unicode.Cf, c) }
	bare = strings.TrimFunc(text, func(c rune) bool { return unicode.IsSpace(c) || mark(c) })
	control := func(c rune) bool { return unicode.IsControl(c) && !strings.ContainsRune("\t\n\r", c) }
	plain = !strings.ContainsFunc(bare, control) && !brokenFigure.MatchString(bare)
	return strings.Map(func(c rune) rune {
		if mark(c) {
			return -1
		}
		return c
	}, bare), plain
}

// fold makes half-width what was typed full-width and drops line breaks, so
// that one grammar reads all. Only the forms a quantity can hold are folded.
func fold(text string) string {
	var b strings.Builder
	for _, c := range text {
		switch {
		case c >= 0xFF01 && c <= 0xFF5E:
			c -= 0xFEE0
		case c == '\u3000' || c == '\u00a0' || c == '\t' || c == '\n' || c == '\r':
			c = ' '
		case c == '−' || c == '﹣' || c == '‐' || c == '‑':
			c = '-'
		case c == '〔' || c == '【' || c == '[':
			c = '('
		case c == '〕' || c == '】' || c == ']':
			c = ')'
		}
		b.WriteRune(c)
	}
	return strings.TrimRight(strings.TrimSpace(b.String()), "。;,、 ")
}

func hasWord(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// cutNote takes the text in brackets at the end: 一台(借给水利站). A bracket at
// the front that says 约 or 估 stays part of the number's doubt.
func cutNote(s string) (body, note string) {
	open := strings.IndexByte(s, '(')
	if open < 0 {
		return s, ""
	}
	end := strings.LastIndexByte(s, ')')
	if end < open {
		return s, ""
	}
	note = strings.TrimSpace(s[open+1 : end])
	body = strings.TrimSpace(s[:open]) + strings.TrimSpace(s[end+1:])
	return body, note
}

func cutApproximate(s string) (string, bool) {
	for _, w := range approxBefore {
		if rest, ok := strings.CutPrefix(s, w); ok && strings.TrimSpace(rest) != "" {
			return strings.TrimSpace(rest), true
		}
	}
	for _, w := range approxBehind[:5] {
		if rest, ok := strings.CutSuffix(s, w); ok && rest != "" {
			return strings.TrimSpace(rest), true
		}
	}
	return s, false
}

// cutMore takes 余, 多 or + directly behind the number: 40余个, 200+.
func cutMore(s string) (string, bool) {
	for _, w := range approxBehind {
		if rest, ok := strings.CutPrefix(s, w); ok {
			return rest, true
		}
		if rest, ok := strings.CutSuffix(s, w); ok {
			return rest, true
		}
	}
	return s, false
}

func isRange(s string) bool { return rangeForm.MatchString(s) }

func isSeveral(s string) bool { return severalFor.MatchString(s) }

func isPack(note string) bool { return note != "" && packForm.MatchString(note) }

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }
