package sheet

import "strings"

// area is a run of columns, from 1, merged to hold one text of a line.
type area struct {
	from, to int
	text     string
	align    string
}

// infoAreas places a line above the table. Texts stay where an office looks
// for them: the first at the left edge, the last at the right.
func infoAreas(l Line, shapes []columnShape) []area {
	var areas []area
	for _, a := range []area{{text: l.Left, align: "left"}, {text: l.Middle, align: "center"}, {text: l.Right, align: "right"}} {
		if a.text != "" {
			areas = append(areas, a)
		}
	}
	return spread(areas, shapes)
}

func signatureAreas(d *Document, shapes []columnShape) []area {
	areas := make([]area, len(d.Signatures))
	for i, s := range d.Signatures {
		areas[i] = area{text: s, align: "left"}
	}
	return spread(areas, shapes)
}

// spread shares the columns among texts: equally where all fit so, else by
// need. With fewer columns than texts they become one text.
func spread(areas []area, shapes []columnShape) []area {
	if len(areas) == 0 {
		return nil
	}
	if len(areas) > len(shapes) {
		return []area{{from: 1, to: len(shapes), text: joined(areas), align: "left"}}
	}
	shares := equalShares(len(areas))
	if !allFit(areas, shares, totalWidth(shapes)) {
		shares = sharesByNeed(areas)
	}
	whole, edge, col := totalWidth(shapes), 0.0, 0
	reached := 0.0
	for i := range areas {
		edge += shares[i] * whole
		areas[i].from = col + 1
		last := len(shapes) - (len(areas) - 1 - i) // leave a column for each that follows
		for col < last {
			w := shapes[col].width
			if col+1 > areas[i].from && i < len(areas)-1 && reached+w/2 > edge {
				break
			}
			reached += w
			col++
		}
		areas[i].to = col
	}
	return areas
}

func joined(areas []area) string {
	texts := make([]string, len(areas))
	for i, a := range areas {
		texts[i] = a.text
	}
	return strings.Join(texts, "    ")
}

func equalShares(n int) []float64 {
	shares := make([]float64, n)
	for i := range shares {
		shares[i] = 1 / float64(n)
	}
	return shares
}

func sharesByNeed(areas []area) []float64 {
	need := 0
	for _, a := range areas {
		need += textColumns(a.text) + 2
	}
	shares := make([]float64, len(areas))
	for i, a := range areas {
		shares[i] = float64(textColumns(a.text)+2) / float64(need)
	}
	return shares
}

func allFit(areas []area, shares []float64, whole float64) bool {
	for i, a := range areas {
		if float64(textColumns(a.text)+2) > shares[i]*whole {
			return false
		}
	}
	return true
}

// linesOf is the most lines any area needs.
func linesOf(areas []area, shapes []columnShape) int {
	lines := 1
	for _, a := range areas {
		w := totalWidth(shapes[a.from-1 : a.to])
		lines = max(lines, countLines(a.text, fits(w, bodySize)))
	}
	return lines
}
