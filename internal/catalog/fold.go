package catalog

import (
	"regexp"
	"strings"
)

// brackets, quotes and hyphens inside a name say nothing about what it is:
// 单帐篷（12平方米）, N-95. In a spec only brackets and quotes fall away,
// because 1-2 and 12 are two sizes.
var (
	nameNoise = strings.NewReplacer("(", "", ")", "", "[", "", "]", "", "【", "", "】", "", "〔", "", "〕", "", "\"", "", "“", "", "”", "",
		"'", "", "-", "", "—", "", "·", "", "_", "")
	specNoise = strings.NewReplacer("(", "", ")", "", "[", "", "]", "", "【", "", "】", "", "〔", "", "〕", "", "\"", "", "“", "", "”", "",
		"，", ",", "、", ",", "；", ",", ";", ",")
)

// measures are units of size behind a number, written the short way.
var measures = strings.NewReplacer("立方米", "M3", "立方", "M3", "平方米", "M2", "平米", "M2", "平方", "M2", "毫米", "MM", "厘米", "CM",
	"千米", "KM", "公里", "KM", "毫升", "ML", "公斤", "KG", "千克", "KG", "千瓦", "KW", "千伏", "KV", "米", "M", "升", "L", "克", "G", "瓦", "W")

var (
	measured = regexp.MustCompile(`[0-9](?:立方米?|平方米?|平米|毫米|厘米|千米|公里|毫升|公斤|千克|千瓦|千伏|米|升|克|瓦)`)
	times    = regexp.MustCompile(`([0-9]|[0-9][MCK]?M)X([0-9])`)
	size     = regexp.MustCompile(`[0-9]+(?:\.[0-9]+)?(?:M3|M2|MM|CM|KM|ML|KG|KW|KV|M|L|G|W)(?:[^0-9A-Z]|$)`)
)

// blankSpecs are the ways ledgers write "none".
var blankSpecs = map[string]bool{"/": true, "-": true, "--": true, "—": true, "——": true, "\\": true, "无": true, "暂无": true, "//": true, "*": true}

func measure(key string) string {
	key = measured.ReplaceAllStringFunc(key, func(m string) string { return m[:1] + measures.Replace(m[1:]) })
	return times.ReplaceAllString(key, "$1*$2")
}

// nameKey folds a name for matching, further than Key does.
func nameKey(name string) string { return nameNoise.Replace(measure(Key(name))) }

// specKey folds a spec: 12平方米, 12㎡ and 12m² are one size; none is "".
func specKey(spec string) string {
	k := Key(spec)
	if blankSpecs[k] {
		return ""
	}
	return specNoise.Replace(measure(k))
}

// sizesIn gives the sizes written inside a folded text: 12M2 in 12M2棉帐篷.
func sizesIn(key string) []string {
	var list []string
	for key != "" {
		at := size.FindStringIndex(key)
		if at == nil {
			return list
		}
		found := key[at[0]:at[1]]
		end := strings.LastIndexAny(found, "23MLGWV") + 1
		list = append(list, found[:end])
		key = key[at[0]+end:]
	}
	return list
}
