package reading

import (
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"changbei/internal/day"
)

// heads is what the lines above a table say.
type heads struct {
	title      string
	asOf       day.Day
	sureDay    bool // it is the day the figures are of, not only the day of writing
	periodFrom day.Day
	periodTo   day.Day
	depot      string
	filledIn   string
	site       string // 社区：红旗社区, for want of a depot
	item       string // a stock card names its item above the table
	spec       string
	unit       string
	location   string
	year       int
	countedOn  day.Day  // 盘点日期
	band       string   // a line right above that names a store, as the bands further down do
	lines      []string // nearest last: titles and bands right above the table
}

// readHeads reads the rows above a heading, from first to last.
func (l *Lexicon) readHeads(b *board, first, last int, today day.Day) heads {
	var h heads
	for _, row := range b.rows {
		if row < first || row > last {
			continue
		}
		cells := b.cells[row]
		for i, c := range cells {
			next := ""
			if i+1 < len(cells) {
				next = cells[i+1].text
			}
			l.readHead(&h, c, next, today)
			l.readKeyCell(&h, c, cells[i+1:], today)
		}
	}
	if h.asOf.IsZero() {
		h.asOf = h.periodTo
		if h.periodFrom.First <= today.First && today.First < h.asOf.First && !today.IsZero() {
			h.asOf = today // the month is not over; nobody knows its end
		}
	}
	return h
}

// annexForm stands in the corner above a title: 附件2.
var annexForm = regexp.MustCompile(`^附(件|表)?[一二三四五六七八九十\d-]{0,3}:?$`)

func (l *Lexicon) readHead(h *heads, c cell, next string, today day.Day) {
	raw := strings.TrimSpace(c.Raw)
	pairs := l.pairsOf(raw)
	for i, p := range pairs {
		if p.value == "" && i == len(pairs)-1 && !strings.ContainsAny(next, ":：") {
			p.value = next
		}
		l.takePair(h, p, today)
	}
	if len(pairs) == 0 && !c.numeric() {
		h.lines = append(h.lines, c.text)
	}
	ends := strings.HasSuffix(raw, "：") || strings.HasSuffix(raw, ":")
	if title, _ := bandTitle(c.text); (ends || len(pairs) == 0 && numberingForm.MatchString(c.text)) && placeName(title) {
		h.band = title
		return
	}
	if h.title == "" && len(pairs) == 0 && !c.numeric() && !annexForm.MatchString(fold(c.text)) {
		h.title = c.text
	}
	if from, to, ok := period(raw); ok {
		if h.periodTo.IsZero() {
			h.periodFrom, h.periodTo = from, to
		}
	} else if d, ok := stated(raw); ok && h.asOf.IsZero() {
		h.asOf = d
	}
	if y := yearIn.FindStringSubmatch(fold(raw)); y != nil && h.year == 0 {
		h.year, _ = strconv.Atoi(y[1])
	}
}

// readKeyCell reads a line of cells that are in turn a key and its value, as
// forms have them: 物资名称 | 棉被 | 计量单位 | 床.
func (l *Lexicon) readKeyCell(h *heads, c cell, rest []cell, today day.Day) {
	key, known := l.pairs[strings.TrimRight(fold(c.text), ":")]
	if !known || strings.ContainsAny(c.text, ":：") || len(rest) == 0 {
		return
	}
	value := rest[0].text
	if _, also := l.pairs[fold(value)]; also || strings.ContainsAny(value, ":：") {
		return
	}
	l.takePair(h, pair{key, value}, today)
}

func (l *Lexicon) takePair(h *heads, p pair, today day.Day) {
	set := func(to *string) {
		if *to == "" {
			*to = p.value
		}
	}
	switch p.key {
	case "depot":
		set(&h.depot)
	case "site":
		set(&h.site)
	case "filled_in_by":
		set(&h.filledIn)
	case "item":
		set(&h.item)
	case "spec":
		set(&h.spec)
	case "unit":
		set(&h.unit)
	case "location":
		set(&h.location)
	case "counted_on":
		h.takeDay(p.value, today)
		h.countedOn = h.asOf
	case "as_of":
		h.takeDay(p.value, today)
		h.sureDay = true
	case "filled_on":
		if !h.sureDay {
			h.takeDay(p.value, today)
		}
	case "unit_or_office":
		if l.isUnit(p.value) || l.multiple(p.value) {
			set(&h.unit)
		} else if organisation(p.value) || placeIn(p.value) != "" {
			set(&h.filledIn)
		}
	case "period":
		if from, to, ok := period(p.value); ok {
			h.periodFrom, h.periodTo = from, to
		}
	}
}

func (h *heads) takeDay(text string, today day.Day) {
	if d, ok := endOfMonth(text); ok {
		h.asOf = d
	} else if r, err := day.Parse(text, today); err == nil && !r.Day.IsZero() && r.Doubt == "" {
		h.asOf = r.Day
	} else if from, to, ok := period(text); ok {
		h.periodFrom, h.periodTo, h.asOf = from, to, to
	}
}

// pair is one 填报单位：云湖县应急管理局 of a line.
type pair struct{ key, value string }

// pairsOf cuts a line at its colons. A key is a known word before the colon; a
// value ends where the next key begins or at two blanks.
func (l *Lexicon) pairsOf(line string) []pair {
	line = strings.NewReplacer(":", "：", "\u00a0", " ", "\u3000", " ", "\n", "  ", "\t", "  ").Replace(line)
	chunks := strings.Split(line, "：")
	if len(chunks) < 2 {
		return nil
	}
	var out []pair
	key, _ := l.keyAtEnd(chunks[0])
	for i := 1; i < len(chunks); i++ {
		next, value := "", chunks[i]
		if i+1 < len(chunks) {
			next, value = l.keyAtEnd(chunks[i])
		}
		value, _, _ = strings.Cut(strings.TrimSpace(value), "  ")
		out = append(out, pair{key, clean(value)})
		key = next
	}
	return out
}

// keyAtEnd finds the key a chunk ends with: the last word when it is known,
// else the longest known ending; the rest is the value before it.
func (l *Lexicon) keyAtEnd(chunk string) (canonical, rest string) {
	trimmed := strings.TrimRight(chunk, " ")
	cut := strings.LastIndexFunc(trimmed, unicode.IsSpace) + 1
	base, _ := cutBrackets(fold(trimmed[cut:]))
	if canonical, ok := l.pairs[base]; ok {
		return canonical, trimmed[:cut]
	}
	runes := []rune(trimmed)
	for i := max(0, len(runes)-8); i < len(runes); i++ {
		if canonical, ok := l.pairs[fold(string(runes[i:]))]; ok {
			return canonical, string(runes[:i])
		}
	}
	return "", trimmed[:cut]
}

var (
	fullDay    = regexp.MustCompile(`((?:19|20)\d\d)[年.\-/](\d{1,2})[月.\-/](\d{1,2})日?`)
	dayPeriod  = regexp.MustCompile(fullDay.String() + `(?:至|到|—+|-+|~)` + fullDay.String())
	sameYear   = regexp.MustCompile(fullDay.String() + `(?:至|到|—+|-+|~)(\d{1,2})[月.\-/](\d{1,2})日?`)
	monthSpan  = regexp.MustCompile(`((?:19|20)\d\d)年(\d{1,2})月?(?:至|到|—+|-+|~)(?:((?:19|20)\d\d)年)?(\d{1,2})月`)
	monthEnd   = regexp.MustCompile(`((?:19|20)\d\d)年(\d{1,2})月(?:份)?(?:底|末)`)
	monthUntil = regexp.MustCompile(`截[至止]:?((?:19|20)\d\d)[年.](\d{1,2})月?(?:份)?$`)
	yearIn     = regexp.MustCompile(`((?:19|20)\d\d)年`)
)

// period reads 2023年1月1日至2023年12月31日 and 2024年1月—6月.
func period(text string) (from, to day.Day, ok bool) {
	s := fold(text)
	if m := dayPeriod.FindStringSubmatch(s); m != nil {
		from, ok1 := dayOf(m[1], m[2], m[3])
		to, ok2 := dayOf(m[4], m[5], m[6])
		return from, to, ok1 && ok2 && from.First <= to.First
	}
	if m := sameYear.FindStringSubmatch(s); m != nil {
		from, ok1 := dayOf(m[1], m[2], m[3])
		to, ok2 := dayOf(m[1], m[4], m[5])
		return from, to, ok1 && ok2 && from.First <= to.First
	}
	if m := monthSpan.FindStringSubmatch(s); m != nil {
		endYear := m[3]
		if endYear == "" {
			endYear = m[1]
		}
		from, ok1 := dayOf(m[1], m[2], "1")
		to, ok2 := lastOf(endYear, m[4])
		return from, to, ok1 && ok2 && from.First <= to.First
	}
	if m := wholeMonth.FindStringSubmatch(s); m != nil {
		from, ok1 := dayOf(m[1], m[2], "1")
		to, ok2 := lastOf(m[1], m[2])
		return from, to, ok1 && ok2
	}
	return day.Day{}, day.Day{}, false
}

// wholeMonth is a line that is a month and nothing else: 2026年10月.
var wholeMonth = regexp.MustCompile(`^((?:19|20)\d\d)年(\d{1,2})月(?:份)?$`)

// stated finds a day a title speaks of: a full date, or 2024年6月底.
func stated(text string) (day.Day, bool) {
	if d, ok := endOfMonth(text); ok {
		return d, true
	}
	if m := fullDay.FindStringSubmatch(fold(text)); m != nil {
		return dayOf(m[1], m[2], m[3])
	}
	return day.Day{}, false
}

func endOfMonth(text string) (day.Day, bool) {
	s := fold(text)
	for _, form := range []*regexp.Regexp{monthEnd, monthUntil} {
		if m := form.FindStringSubmatch(s); m != nil {
			return lastOf(m[1], m[2])
		}
	}
	return day.Day{}, false
}

func dayOf(y, m, d string) (day.Day, bool) {
	r, err := day.Parse(y+"-"+m+"-"+d, day.Day{})
	return r.Day, err == nil
}

func lastOf(y, m string) (day.Day, bool) {
	r, err := day.Parse(y+"-"+m, day.Day{})
	if err != nil {
		return day.Day{}, false
	}
	return day.Day{First: r.Day.Last()}, true
}

// stem gives a file's name without folder, ending and bracketed remark.
func stem(file string) string {
	name := path.Base(strings.ReplaceAll(file, "\\", "/"))
	name = strings.TrimSuffix(name, path.Ext(name))
	base, _ := cutBrackets(strings.NewReplacer("（", "(", "）", ")").Replace(name))
	return clean(base)
}
