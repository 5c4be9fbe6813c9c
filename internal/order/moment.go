package order

import (
	"strings"
	"time"

	"changbei/internal/day"
	"changbei/internal/errs"

	"golang.org/x/text/width"
)

var shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// momentForms are how people and forms write a minute.
var momentForms = []string{"2006-01-02T15:04", "2006-01-02 15:04", "2006-1-2 15:04", "2006/1/2 15:04", "2006年1月2日15:04", "2006年1月2日 15:04", "2006-01-02T15:04:05"}

// ParseMoment reads a minute in Shanghai as microseconds UTC. A time of day
// alone is the last one that was: 23:50 said after midnight is yesterday's.
// "" is now.
func ParseMoment(text string, now time.Time) (int64, error) {
	text = strings.TrimSpace(width.Narrow.String(text))
	if text == "" {
		return now.UnixMicro(), nil
	}
	for _, form := range momentForms {
		if t, err := time.ParseInLocation(form, text, shanghai); err == nil {
			return t.UnixMicro(), nil
		}
	}
	t, err := time.ParseInLocation("15:04", text, shanghai)
	if err != nil {
		return 0, errs.New(errs.Invalid, "时间“%s”看不懂，请写成 %s 或 %s。", text, now.In(shanghai).Format("2006-01-02 15:04"), now.In(shanghai).Format("15:04"))
	}
	local := now.In(shanghai)
	said := time.Date(local.Year(), local.Month(), local.Day(), t.Hour(), t.Minute(), 0, 0, shanghai)
	if said.After(now) {
		said = said.AddDate(0, 0, -1)
	}
	return said.UnixMicro(), nil
}

// Clock writes an instant as papers do, to the minute; "" for 0.
func Clock(at int64) string {
	if at == 0 {
		return ""
	}
	return time.UnixMicro(at).In(shanghai).Format("2006-01-02 15:04")
}

// Midnight is the instant a day begins in Shanghai.
func Midnight(on day.Day) int64 { return on.Time().UnixMicro() - shanghaiMicros }

const shanghaiMicros = 8 * 60 * 60 * 1_000_000
