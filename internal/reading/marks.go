package reading

import (
	"regexp"
	"strings"
)

var (
	totalForm     = regexp.MustCompile(`^(.{0,12}?)(小计|合计|总计|累计|共计)$`)
	totalLead     = regexp.MustCompile(`^(合计|总计|共计|小计)([:(]|(品种|件数|数量|金额|种类).{0,4}$)`)
	openingForm   = regexp.MustCompile(`^(上年|上月|上期|年初|期初|月初)(度|末)?(结转|结存|余额|库存|数)?(数|数量)?$`)
	signatureForm = regexp.MustCompile(`(制表|审核|复核|审批|负责人|填表|填报人|填报日期|经办|经手|保管|记账|会计|出纳|主管|监盘|盘点人|统计人|分管|领导|签字|签名|盖章|签章|联系人|联系电话|报送|验收人|领用人)[^:]{0,8}:`)
	noteForm      = regexp.MustCompile(`^(注|备注|说明|附注|附件|附|填表说明|填报说明|编制说明|特别说明|其他说明|温馨提示|※|\*+)\s*[:：\d一(（、.，,]|^注意|^注$|^以下(为|是)|^(以下|此页|本页)?空白$`)
	pointForm     = regexp.MustCompile(`^[(（]?\d+[)）.、．]`)
	numberingForm = regexp.MustCompile(`^(?:[（(][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+[、.．:：)）]|第[一二三四五六七八九十]+(?:部分|类|章)[、:：]?|[（(]?\d+[)）、.．])\s*`)
	chineseSeq    = regexp.MustCompile(`^[（(]?[一二三四五六七八九十]+[)）]?[、.．]?$`)
	categoryForm  = regexp.MustCompile(`(类|物资|装备|器材|用品|设备|工具|药品|食品|其他|其它|部分)$`)
)

// maxBand and longNote bound a band's title; longer texts are notes.
const (
	maxBand  = 30
	longNote = 25
)

// totalLabel reports whether a text labels a total row, and of which sort.
func (l *Lexicon) totalLabel(text string) (Reason, bool) {
	if runeCount(text) > maxBand {
		return "", false
	}
	base, _ := cutBrackets(fold(text))
	base = strings.TrimRight(base, ":")
	if canonical, ok := l.totals[base]; ok {
		if canonical == "小计" || canonical == "月结" && strings.HasSuffix(base, "月合计") {
			return SkipSubtotal, true
		}
		return SkipTotal, true
	}
	if totalLead.MatchString(fold(text)) {
		return SkipTotal, true
	}
	m := totalForm.FindStringSubmatch(base)
	if m == nil {
		return "", false
	}
	if m[2] == "小计" || m[2] == "合计" && m[1] != "" {
		return SkipSubtotal, true
	}
	return SkipTotal, true
}

// carryLabel reports 承前页 and the like: not data.
func (l *Lexicon) carryLabel(text string) bool {
	base, _ := cutBrackets(fold(text))
	return l.carries[base] == "承前页"
}

// openingLabel reports 上年结转, 期初余额: the balance a journal begins with.
func (l *Lexicon) openingLabel(text string) bool {
	base, _ := cutBrackets(fold(text))
	return base != "" && (l.carries[base] == "上年结转" || openingForm.MatchString(base))
}

// bandTitle takes the numbering off a band: 一、帐篷类.
func bandTitle(text string) (title string, numbered bool) {
	title = numberingForm.ReplaceAllString(text, "")
	if title == "" {
		return text, false
	}
	if _, value, ok := strings.Cut(strings.NewReplacer("：", ":").Replace(title), ":"); ok && clean(value) != "" {
		return clean(value), true
	}
	return strings.TrimRight(title, "：: "), title != text
}

// bandMeaning tells what a band names, "" when its own words do not say.
func bandMeaning(text string) Field {
	title, numbered := bandTitle(text)
	switch {
	case placeName(title):
		return Depot
	case roomForm.MatchString(title):
		return Location
	case numbered || categoryForm.MatchString(title):
		return Category
	}
	return ""
}
