package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"changbei/internal/catalog"
)

// At is what tells lines of two versions to be the same: where and what.
type At struct {
	Scope  Scope
	Target Target
}

// At gives a line's.
func (l Line) At() At { return At{l.Scope, l.Target} }

// Change is a line that differs between two versions. Old is nil for one that
// was added, New for one taken out. Fields name what differs: unit, minimum,
// standard, maximum, forms, responsible, fund, basis, remark.
type Change struct {
	Old, New *Line
	Fields   []string
}

// Compare lists the differences from an old version to a new one, in the order
// of the new one's lines; what was taken out comes last.
func Compare(old, now []Line) []Change {
	before := map[At]*Line{}
	for i := range old {
		before[old[i].At()] = &old[i]
	}
	var list []Change
	for i := range now {
		n := &now[i]
		o := before[n.At()]
		delete(before, n.At())
		if o == nil {
			list = append(list, Change{New: n})
		} else if fields := differing(*o, *n); len(fields) > 0 {
			list = append(list, Change{Old: o, New: n, Fields: fields})
		}
	}
	for i := range old {
		if before[old[i].At()] == &old[i] {
			list = append(list, Change{Old: &old[i]})
		}
	}
	return list
}

func differing(a, b Line) []string {
	var fields []string
	for _, f := range []struct {
		name   string
		differ bool
	}{
		{"unit", catalog.Key(a.Unit) != catalog.Key(b.Unit)}, {"minimum", a.Minimum != b.Minimum}, {"standard", a.Standard != b.Standard},
		{"maximum", a.Maximum != b.Maximum}, {"forms", JoinForms(a.Forms) != JoinForms(b.Forms)}, {"responsible", a.Responsible != b.Responsible},
		{"fund", a.Fund != b.Fund}, {"basis", a.BasisText != b.BasisText}, {"remark", a.Remark != b.Remark},
	} {
		if f.differ {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// Hash is a digest of what a version asks for, in its lines' order: what a
// leader signs.
func Hash(p Plan, lines []Line) string {
	type line struct {
		Scope                       Scope
		Target                      Target
		Unit, Forms                 string
		Minimum, Standard, Maximum  int64
		Responsible, Fund, Why, Say string
	}
	content := struct {
		Year, Version, Window int
		Season                Season
		From, To              string
		Lines                 []line
	}{Year: p.Year, Version: p.Version, Window: p.WindowDays, Season: p.Season, From: p.FromOn, To: p.ToOn}
	for _, l := range slices.SortedFunc(slices.Values(lines), func(a, b Line) int { return a.No - b.No }) {
		content.Lines = append(content.Lines, line{l.Scope, l.Target, l.Unit, JoinForms(l.Forms), int64(l.Minimum), int64(l.Standard), int64(l.Maximum),
			l.Responsible, l.Fund, l.BasisText, l.Remark})
	}
	text, err := json.Marshal(content)
	if err != nil {
		panic(err) // nothing in it can fail
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
