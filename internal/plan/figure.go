package plan

import (
	"cmp"
	"slices"
)

// Figures finds basis figures among all that was ever recorded: the newest
// record of an area, a name and a year is the figure.
type Figures struct {
	records []Figure // by area and name, then year, then as recorded
}

// NewFigures sorts records. Those of the same instant stand in the order of
// their ids, so that every reader finds the same one.
func NewFigures(records []Figure) *Figures {
	sorted := slices.Clone(records)
	slices.SortStableFunc(sorted, func(a, b Figure) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Division, b.Division), cmp.Compare(a.Year, b.Year),
			cmp.Compare(a.RecordedAt, b.RecordedAt), cmp.Compare(a.ID, b.ID))
	})
	return &Figures{sorted}
}

// of gives the records of an area and name, oldest first.
func (f *Figures) of(division, name string) []Figure {
	find := func(past int) int {
		i, _ := slices.BinarySearchFunc(f.records, name, func(r Figure, _ string) int {
			return cmp.Or(cmp.Compare(r.Name, name), cmp.Compare(r.Division, division), -past)
		})
		return i
	}
	return f.records[find(0):find(1)]
}

// Of gives the figure of an area, a name and a year.
func (f *Figures) Of(division, name string, year int) (Figure, bool) {
	list := f.of(division, name)
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Year == year {
			return list[i], true
		}
	}
	return Figure{}, false
}

// Latest gives the figure of an area's and name's last year: what a plan would
// be computed from now.
func (f *Figures) Latest(division, name string) (Figure, bool) {
	list := f.of(division, name)
	if len(list) == 0 {
		return Figure{}, false
	}
	return list[len(list)-1], true
}

// UpTo gives what counts for a year: the figure of the last year up to it.
func (f *Figures) UpTo(division, name string, year int) (Figure, bool) {
	list := f.of(division, name)
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Year <= year {
			return list[i], true
		}
	}
	return Figure{}, false
}

// Before gives what a figure took the place of: the record of its year before
// it, or else the figure of an earlier year.
func (f *Figures) Before(figure Figure) (Figure, bool) {
	list := f.of(figure.Division, figure.Name)
	at := slices.IndexFunc(list, func(r Figure) bool { return r.ID == figure.ID })
	if at <= 0 {
		return Figure{}, false
	}
	return list[at-1], true
}

// Newest lists the figures: one an area, name and year.
func (f *Figures) Newest() []Figure {
	var list []Figure
	for i, r := range f.records {
		if i+1 == len(f.records) || !sameFigure(r, f.records[i+1]) {
			list = append(list, r)
		}
	}
	return list
}

func sameFigure(a, b Figure) bool {
	return a.Name == b.Name && a.Division == b.Division && a.Year == b.Year
}

// With gives the figures as they would be if more were recorded.
func (f *Figures) With(more ...Figure) *Figures {
	return NewFigures(append(slices.Clone(f.records), more...))
}
