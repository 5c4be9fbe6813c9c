package web

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/importing"
	"changbei/internal/reading"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var wordListPage = declare[view.WordList]("base", "word/list")

// wordList shows what was taught and lets a planner add and take back.
func (s *Server) wordList(c echo.Context) error {
	p, err := s.wordPage(c, "", "")
	if err != nil {
		return err
	}
	return show(s, c, wordListPage, p)
}

func (s *Server) wordPage(c echo.Context, word, field string) (*view.WordList, error) {
	taught, err := s.Importing.Taught(c.Request().Context(), actorOf(c))
	if err != nil {
		return nil, err
	}
	p := &view.WordList{Base: s.base(c), MayEdit: actorOf(c).May(access.CatalogEdit, 0), Word: word}
	for _, f := range importMeanings {
		if f != reading.PlaceQty && f != reading.ItemQty {
			p.Fields = append(p.Fields, view.Option{Value: string(f), Label: meaningLabel(f), Checked: string(f) == field})
		}
	}
	for _, h := range taught.Headings {
		p.Headings = append(p.Headings, view.TaughtHeading{Key: h.Key, Word: h.Word, Meaning: meaningLabel(reading.Field(h.Field)), Who: h.ActorName, When: view.When(h.DecidedAt)})
	}
	for _, m := range taught.Mappings {
		p.Mappings = append(p.Mappings, view.TaughtMapping{Key: m.Fingerprint, Headings: m.Headings, Meaning: mappingText(m.Mapping), Who: m.ActorName, When: view.When(m.DecidedAt)})
	}
	for _, w := range taught.Words {
		t := view.TaughtWord{Key: w.Key, Depot: w.Depot, DepotID: w.DepotID.String(), Word: strings.TrimSpace(w.Name + " " + w.Spec), Item: w.Item.Label(), Who: w.ActorName, When: view.When(w.DecidedAt)}
		if w.Unit != "" {
			t.Word += "（" + w.Unit + "）"
		}
		if w.Factor > 0 {
			t.Factor = fmt.Sprintf("1 %s = %s %s", w.Unit, w.Factor, w.Item.Unit)
		}
		p.Words = append(p.Words, t)
	}
	return p, nil
}

// mappingText writes a remembered mapping: A 物资名称、C 数量.
func mappingText(stored string) string {
	var m reading.Mapping
	if json.Unmarshal([]byte(stored), &m) != nil {
		return ""
	}
	var parts []string
	for col, f := range m.Columns {
		if f != "" && f != reading.Other {
			parts = append(parts, col+" "+meaningLabel(f))
		}
	}
	sort.Slice(parts, func(i, j int) bool {
		a, _, _ := strings.Cut(parts[i], " ")
		b, _, _ := strings.Cut(parts[j], " ")
		return len(a) < len(b) || len(a) == len(b) && a < b // Z before AA
	})
	if m.Kind != "" {
		parts = append([]string{importing.KindName(m.Kind)}, parts...)
	}
	return strings.Join(parts, "、")
}

// wordAdd explains a heading.
func (s *Server) wordAdd(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	word, field := f.Text("word"), f.Text("field")
	if err := s.Importing.Explain(c.Request().Context(), actorOf(c), word, reading.Field(field)); err != nil {
		p, again := s.wordPage(c, word, field)
		if again != nil {
			return again
		}
		return refuse(s, c, wordListPage, p, err)
	}
	s.flash(c, "ok", "已记下「"+word+"」的含义，以后的台账都按它读。")
	return redirect(c, "/words")
}

// wordForget takes back something that was taught.
func (s *Server) wordForget(c echo.Context) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	if err := s.Importing.Forget(c.Request().Context(), actorOf(c), f.Text("what"), f.Text("key"), f.ID("depot")); err != nil {
		return err
	}
	s.flash(c, "ok", "已删除。已经入账的单据不受影响，以后的台账会重新询问。")
	return redirect(c, "/words")
}
