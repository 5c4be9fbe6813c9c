package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/reading"
	"changbei/internal/web/form"
)

// The values of a word's select beside the ids of items.
const (
	wordOpen   = ""
	wordCreate = "new"
)

// importKeyMark stands before keys in hidden fields: a form trims its fields,
// and a sheet's name may begin with a space.
const importKeyMark = "k:"

// importChoices are what one submit of the preview decides. Only what the
// submitted form holds, and differs from what its page showed, is in it.
type importChoices struct {
	changes []func(*importing.Decisions)
	words   map[string]importing.Choice // chosen in this form; the zero Choice opens a word again
	finds   []importFind
}

// importFind is a word a person looks up in the catalogue.
type importFind struct{ key, text string }

func (d *importChoices) add(change func(*importing.Decisions)) { d.changes = append(d.changes, change) }

// merge puts the choices over those made before.
func (d importChoices) merge(c *importing.Decisions) {
	for _, change := range d.changes {
		change(c)
	}
	for word, choice := range d.words {
		if c.Items[word] = choice; choice == (importing.Choice{}) {
			delete(c.Items, word)
		}
	}
}

func (d importChoices) any() bool { return len(d.changes)+len(d.words) > 0 }

// readChoices takes the decisions of a form. A depot the actor may not import
// to is Forbidden here already: the use case would only leave it out.
func (s *Server) readChoices(c echo.Context, f *form.Form) (importChoices, error) {
	d := importChoices{words: map[string]importing.Choice{}}
	s.readAsOf(f, &d)
	if err := s.readDepots(c, f, &d); err != nil {
		return d, err
	}
	readMatter(f, &d)
	s.readPlan(f, &d)
	readSheets(f, &d)
	for n := 1; f.Has(numbered("wordkey", n)); n++ {
		readWord(f, n, &d)
	}
	for n := 1; f.Has(numbered("row", n)); n++ {
		readTicks(f, n, &d)
	}
	for n := 1; f.Has(numbered("cellkey", n)); n++ {
		readMend(f, n, &d)
	}
	for n := 1; f.Has(numbered("diffkey", n)); n++ {
		key, yes := keyField(f, numbered("diffkey", n)), f.Checked(numbered("adjust", n))
		if yes != (f.Text(numbered("diffwas", n)) != "") {
			d.add(func(c *importing.Decisions) { c.Adjust[key] = yes })
		}
	}
	readFormLines(f, &d)
	return d, f.Err()
}

func numbered(name string, n int) string { return name + "." + strconv.Itoa(n) }

func keyField(f *form.Form, name string) string {
	return strings.TrimPrefix(f.Text(name), importKeyMark)
}

// changed gives a field where it differs from what the page showed in it.
func changed(f *form.Form, name, was string) (string, bool) {
	text := f.Text(name)
	return text, f.Has(name) && text != f.Text(was)
}

// readAsOf takes the ledger's day where it differs from what the page showed:
// a day nobody touched stays the sheet's own.
func (s *Server) readAsOf(f *form.Form, d *importChoices) {
	text, differs := changed(f, "as_of", "was_as_of")
	if !differs {
		return
	}
	if text == "" {
		d.add(func(c *importing.Decisions) { c.AsOf = "" })
		return
	}
	today := day.At(s.Store.Now())
	read, err := day.Typed(text, today)
	switch {
	case err != nil:
		f.Fail("as_of", errs.MessageOf(err))
	case read.Day.IsZero() || read.Day.Precision != day.ToDay:
		f.Fail("as_of", "台账日期要具体到日，如 2024-06-30，现在是「"+text+"」。")
	case read.Doubt != "":
		f.Fail("as_of", "台账日期请写全年月日，如 "+read.Day.First+"，现在是「"+text+"」。")
	case read.Day.First > today.First:
		f.Fail("as_of", "台账日期 "+read.Day.First+" 晚于今天，请改正。")
	default:
		d.add(func(c *importing.Decisions) { c.AsOf = read.Day.First })
	}
}

func (s *Server) readDepots(c echo.Context, f *form.Form, d *importChoices) error {
	if !f.Has(numbered("depotname", 1)) {
		return nil
	}
	actor := actorOf(c)
	all, err := s.Directory.Depots(c.Request().Context(), actor)
	if err != nil {
		return err
	}
	open := map[id.ID]bool{}
	for _, depot := range depotsWith(actor, access.LedgerImport, all) {
		open[depot.ID] = true
	}
	for n := 1; f.Has(numbered("depotname", n)); n++ {
		field := numbered("depot", n)
		written := keyField(f, numbered("depotname", n))
		if f.Text(field) == depotLeft {
			d.add(func(c *importing.Decisions) {
				delete(c.Depots, written)
				c.Leave[written] = true
			})
			continue
		}
		chosen := f.ID(field)
		if err := actor.Require(access.LedgerImport, chosen); chosen != 0 && err != nil {
			return err
		}
		if chosen != 0 && !open[chosen] {
			f.Fail(field, "这个储备库已停用或不存在，请重新选择。")
		}
		d.add(func(c *importing.Decisions) {
			delete(c.Leave, written)
			if c.Depots[written] = chosen; chosen == 0 {
				delete(c.Depots, written)
			}
		})
	}
	return nil
}

// readMatter takes which of a workbook's kinds is applied, and as what.
func readMatter(f *form.Form, d *importChoices) {
	if kind, differs := changed(f, "kind", "was_kind"); differs && slices.Contains(reading.Kinds, reading.Kind(kind)) {
		d.add(func(c *importing.Decisions) { c.Kind, c.Act = reading.Kind(kind), "" })
	} else if act, differs := changed(f, "acts", "was_acts"); differs {
		d.add(func(c *importing.Decisions) { c.Act = importing.Act(act) })
	}
}

func readWord(f *form.Form, n int, d *importChoices) {
	key := keyField(f, numbered("wordkey", n))
	field := numbered("word", n)
	if find := f.Text(numbered("find", n)); find != "" && f.Text(field) == wordOpen {
		d.finds = append(d.finds, importFind{key, find})
	}
	_, chosen := changed(f, field, numbered("wordwas", n))
	factor, measured := changed(f, numbered("factor", n), numbered("factorwas", n))
	if !chosen && !measured {
		return
	}
	switch f.Text(field) {
	case wordOpen:
		d.words[key] = importing.Choice{}
	case wordCreate:
		d.words[key] = importing.Choice{Create: true}
	default:
		d.words[key] = importing.Choice{Item: f.ID(field), Factor: factor}
	}
}

// readTicks takes the two boxes of a row where they differ from how the page
// showed them, so that a page of rows nobody touched decides nothing.
func readTicks(f *form.Form, n int, d *importChoices) {
	key, was := keyField(f, numbered("row", n)), f.Text(numbered("was", n))
	if yes := f.Checked(numbered("accept", n)); yes != strings.Contains(was, wasAccepted) {
		d.add(func(c *importing.Decisions) {
			if c.Accept[key] = yes; !yes {
				delete(c.Accept, key)
			}
		})
	}
	out := f.Checked(numbered("skip", n))
	if out == strings.Contains(was, wasSkipped) {
		return
	}
	d.add(func(c *importing.Decisions) {
		if delete(c.Skip, key); out != strings.Contains(was, wasKnown) {
			c.Skip[key] = out
		}
	})
}

// How a row's boxes stood when its page was made.
const (
	wasAccepted = "a"
	wasSkipped  = "s"
	wasKnown    = "k" // booked before: left out unless a person says otherwise
)

// readMend takes a text put over a cell; the text as it was in the file takes
// the mend off again.
func readMend(f *form.Form, n int, d *importChoices) {
	text, differs := changed(f, numbered("cell", n), numbered("cellwas", n))
	if !differs {
		return
	}
	sheet, ref := splitCell(keyField(f, numbered("cellkey", n)))
	own := f.Text(numbered("cellown", n)) == text && f.Has(numbered("cellown", n))
	d.add(func(c *importing.Decisions) {
		if own {
			c.Mend(sheet, ref, nil)
			return
		}
		c.Mend(sheet, ref, &text)
	})
}

// splitCell parts 六月!F4; a sheet's own name may hold a !.
func splitCell(key string) (sheet, ref string) {
	i := strings.LastIndexByte(key, '!')
	return key[:max(i, 0)], key[i+1:]
}

// versionOf gives the version a page was made from. The use case takes 0 as
// "whichever", which no page may say.
func versionOf(f *form.Form) int64 {
	if v := f.Version(); v > 0 {
		return v
	}
	return -1
}
