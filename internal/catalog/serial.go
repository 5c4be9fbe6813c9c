package catalog

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"changbei/internal/errs"
)

// MaxSerials bounds how many pieces one typed cell may name.
const MaxSerials = 1000

var (
	serialSeparators = regexp.MustCompile(`[、,，;；\s]+`)
	serialRange      = regexp.MustCompile(`^(.*?)(\d+)\s*(?:至|到|~|～|—|－－)\s*(.*?)(\d+)$`)
)

// ParseSerials reads the numbers of pieces as people write them: one, several
// with signs between them, or a run: FD-001至FD-010. The same number twice is
// refused.
func ParseSerials(text string) ([]string, error) {
	var list []string
	seen := map[string]bool{}
	for _, word := range serialSeparators.Split(strings.TrimSpace(text), -1) {
		if word == "" {
			continue
		}
		numbers, err := serialRun(word)
		if err != nil {
			return nil, err
		}
		for _, n := range numbers {
			if seen[Key(n)] {
				return nil, errs.New(errs.Invalid, "编号「%s」写了两次，请核对。", n)
			}
			seen[Key(n)] = true
			list = append(list, n)
		}
		if len(list) > MaxSerials {
			return nil, errs.New(errs.Invalid, "一行最多 %d 个编号，请分成几行。", MaxSerials)
		}
	}
	return list, nil
}

func serialRun(word string) ([]string, error) {
	m := serialRange.FindStringSubmatch(word)
	if m == nil {
		return []string{word}, nil
	}
	first, err1 := strconv.Atoi(m[2])
	last, err2 := strconv.Atoi(m[4])
	if m[3] == "" { // FD-001至010
		m[3] = m[1]
	}
	if err1 != nil || err2 != nil || Key(m[1]) != Key(m[3]) || len(m[2]) != len(m[4]) || last < first {
		return nil, errs.New(errs.Invalid, "编号范围「%s」看不明白，请写成 FD-001至FD-010，前后位数相同。", word)
	}
	if last-first >= MaxSerials {
		return nil, errs.New(errs.Invalid, "编号范围「%s」超过 %d 个，请分成几行。", word, MaxSerials)
	}
	var list []string
	for n := first; n <= last; n++ {
		list = append(list, fmt.Sprintf("%s%0*d", m[1], len(m[2]), n))
	}
	return list, nil
}
