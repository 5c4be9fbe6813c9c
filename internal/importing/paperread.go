package importing

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/order"
	"changbei/internal/quantity"
	"changbei/internal/reading"
	"changbei/internal/sheet"
)

// Doubt is a cell of a paper that a person must look at before anything is
// sent: which field of the form it went into, and why.
type Doubt struct {
	Field   string // place, line.3.needed …
	Cell    string // F7
	Message string
}

// readPaper reads an uploaded paper. The file is not kept: what was read of it
// goes into a form, and a roll of people has no place in a folder.
func (s *Service) readPaper(ctx context.Context, name string, file io.Reader, kind reading.PaperKind) (*reading.Paper, error) {
	f, err := s.receive(file)
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.path)
	done, err := s.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	wb, err := sheet.ReadFile(f.path, paperName(name))
	if err != nil {
		return nil, err
	}
	return reading.ReadPaper(wb, kind, s.lexicon)
}

func paperName(name string) string { return clip(filepath.Base(filepath.Clean("/"+name)), 200) }

// unread says which columns with figures were not read, so that none is missed
// in silence.
func unread(p *reading.Paper) []string {
	var names []string
	for _, c := range p.Unread {
		names = append(names, "“"+clip(c.Header, 20)+"”（"+c.Ref+"）")
	}
	if len(names) == 0 {
		return nil
	}
	return []string{"没有读这些列里的数字：" + strings.Join(names, "、") + "。"}
}

// doubts collects what is not sure.
type doubts []Doubt

func (d *doubts) add(field string, c reading.PaperCell, format string, args ...any) {
	*d = append(*d, Doubt{Field: field, Cell: c.Ref, Message: fmt.Sprintf(format, args...)})
}

// amount reads a cell as text a form takes: the figure, with its unit where it
// states one of its own. What cannot be read stands as it is, and is doubted.
func (d *doubts) amount(field string, c reading.PaperCell) string {
	q, unit, doubt, err := c.Amount()
	switch {
	case c.Blank():
		return ""
	case err != nil:
		d.add(field, c, "%s", errs.MessageOf(err))
		return clip(c.Text, 60)
	case c.Shared:
		d.add(field, c, "这是合并单元格，一个数量盖住了几行，请核对每一行的数量。")
	case c.Struck():
		d.add(field, c, "“%s”被划了删除线，请核对是否有效。", clip(c.Text, 30))
	case q < 0:
		d.add(field, c, "“%s”是负数，请核对。", clip(c.Text, 30))
	}
	d.why(field, c, q, doubt)
	return q.String() + unit
}

var amountDoubts = map[string]string{
	quantity.DoubtApproximate: "“%s”不是一个确定的数，暂读作 %s，请核对。",
	quantity.DoubtChinese:     "“%s”是汉字数字，读作 %s，请核对。",
	quantity.DoubtPack:        "“%s”是按包装计的，暂读作 %s，请核对是否要换算。",
}

func (d *doubts) why(field string, c reading.PaperCell, q quantity.Q, doubt string) {
	if sentence := amountDoubts[doubt]; sentence != "" {
		d.add(field, c, sentence, clip(c.Text, 30), q)
	}
}

// whole reads a count of people or days with the word behind it: 300人.
func (d *doubts) whole(field string, c reading.PaperCell, words string) string {
	if c.Blank() {
		return ""
	}
	q, unit, doubt, err := c.Amount()
	if err != nil || q < 0 || q%quantity.One != 0 || unit != "" && !strings.Contains(words, unit) {
		d.add(field, c, "“%s”不是整数，请填写。", clip(c.Text, 30))
		return ""
	}
	d.why(field, c, q, doubt)
	return q.String()
}

var (
	writtenMoment = regexp.MustCompile(`^(?:(\d{4})[年.\-/])?(\d{1,2})[月.\-/](\d{1,2})[日号]?(上午|下午|凌晨|中午|晚上|晚|傍晚)?(\d{1,2})(?:[:：]|时|点)(?:(\d{1,2})分?|(半))?$`)
	afternoon     = map[string]bool{"下午": true, "晚上": true, "晚": true, "傍晚": true}
)

// momentLayout is how the form's field holds a minute.
const momentLayout = "2006-01-02T15:04"

// moment reads when something happened, as a form's field holds it. A day
// without an hour is doubted, an unreadable text left for the person to type.
func (d *doubts) moment(field string, c reading.PaperCell, now time.Time) string {
	if c.Blank() {
		return ""
	}
	if on, minute, ok := c.Moment(); ok {
		if minute == 0 {
			d.add(field, c, "“%s”没有写几点，请核对时间。", on)
		}
		return fmt.Sprintf("%sT%02d:%02d", on.First, minute/60, minute%60)
	}
	folded := strings.Join(strings.Fields(c.Text), "")
	if m := writtenMoment.FindStringSubmatch(folded); m != nil {
		return d.written(field, c, m, now)
	}
	if at, err := order.ParseMoment(c.Text, now); err == nil {
		if len(folded) <= len("15:04:05") {
			d.add(field, c, "“%s”没有写哪一天，暂按最近的一次理解，请核对。", clip(c.Text, 30))
		}
		return strings.Replace(order.Clock(at), " ", "T", 1)
	}
	if r, err := day.Parse(c.Text, day.At(now)); err == nil && !r.Day.IsZero() && r.Day.Precision == day.ToDay {
		d.add(field, c, "“%s”没有写几点，请核对时间。", clip(c.Text, 30))
		return r.Day.First + "T00:00"
	}
	d.add(field, c, "时间“%s”看不懂，请填写。", clip(c.Text, 30))
	return ""
}

// written reads 2026年7月3日18时30分, also without its year.
func (d *doubts) written(field string, c reading.PaperCell, m []string, now time.Time) string {
	n := func(text string) int { v, _ := strconv.Atoi(text); return v }
	hour, minute := n(m[5]), n(m[6])
	if m[7] != "" {
		minute = 30
	}
	if afternoon[m[4]] && hour < 12 {
		hour += 12
	}
	year := n(m[1])
	local := now.In(day.Zone())
	if year == 0 {
		year = local.Year()
	}
	at := time.Date(year, time.Month(n(m[2])), n(m[3]), hour, minute, 0, 0, day.Zone())
	if m[1] == "" && at.After(now) {
		at = at.AddDate(-1, 0, 0)
	}
	if int(at.Month()) != n(m[2]) || at.Day() != n(m[3]) || hour > 23 || minute > 59 {
		d.add(field, c, "时间“%s”不存在，请填写。", clip(c.Text, 30))
		return ""
	}
	if m[1] == "" {
		d.add(field, c, "“%s”没有写年份，暂按 %d 年理解，请核对。", clip(c.Text, 30), at.Year())
	}
	return at.Format(momentLayout)
}
