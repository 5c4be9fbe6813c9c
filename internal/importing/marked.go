package importing

import (
	"context"
	"io"
	"strings"

	"changbei/internal/access"
	"changbei/internal/id"
	"changbei/internal/reading"
	"changbei/internal/sheet"
)

// Marked writes a batch's ledger with what is wrong in it: a column of reasons
// and coloured cells, what was mended here in its place.
func (s *Service) Marked(ctx context.Context, actor access.Actor, batch id.ID, w io.Writer) (Batch, error) {
	p, err := s.Preview(ctx, actor, batch)
	if err != nil {
		return Batch{}, err
	}
	done, err := s.turn(ctx) // it is read once more to be sure of what is handed out
	if err != nil {
		return Batch{}, err
	}
	defer done()
	m := sheet.Marks{Heads: map[string][]int{}, Mends: map[string]map[string]string{}}
	for _, t := range p.Result.Tables {
		m.Heads[t.Sheet] = append(m.Heads[t.Sheet], t.HeaderRows...)
	}
	for name, o := range p.Decisions.Sheets {
		m.Mends[name] = o.Cells
	}
	m.List = p.marks()
	return p.Batch, sheet.WriteMarked(w, s.path(p.Batch.FileHash), p.Batch.FileName, m)
}

// marks lists what still waits for somebody: the problems of rows that are
// neither settled nor left out, and those that belong to no row.
func (p *Preview) marks() []sheet.Mark {
	var list []sheet.Mark
	rows := map[rowAt]bool{}
	for _, r := range p.Rows {
		rows[rowAt{r.Sheet, r.Row.Row}] = true
		if r.Skipped || r.Aside || r.Status == reading.OK {
			continue
		}
		for _, x := range r.Problems {
			list = append(list, sheet.Mark{Sheet: r.Sheet, Row: r.Row.Row, Col: columnOf(x.Cell), Text: plainly(x), Bad: x.Severity == reading.Error})
		}
	}
	list = append(list, p.Form.marks()...)
	for _, i := range p.Result.Issues {
		if i.Row > 0 && !rows[rowAt{i.Sheet, i.Row}] {
			list = append(list, sheet.Mark{Sheet: i.Sheet, Row: i.Row, Col: columnOf(i.Cell), Text: i.Message, Bad: i.Severity == reading.Error})
		}
	}
	return list
}

// plainly drops where a sentence stands: the row says so itself.
func plainly(x Problem) string {
	if x.Cell != "" {
		if _, rest, ok := strings.Cut(x.Message, x.Cell+" "); ok {
			return rest
		}
	}
	if strings.HasPrefix(x.Message, "第 ") {
		if _, rest, ok := strings.Cut(x.Message, "行"); ok {
			return rest
		}
	}
	return x.Message
}

func columnOf(ref string) int {
	n := 0
	for _, r := range strings.TrimRight(ref, "0123456789") {
		n = n*26 + int(r-'A') + 1
	}
	return n
}
