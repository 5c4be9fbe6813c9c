package sheet

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestTextColumnsCountsEastAsianTwice(t *testing.T) {
	for s, want := range map[string]int{
		"": 0, "abc": 3, "棉被": 4, "12㎡": 4, "3.2m×3.8m": 10, "“7·18”": 9, "-10℃": 5, "甲\nabcdef": 6, "ＡＢ": 4, "é": 2, "ｱ": 1,
	} {
		t.Run(s, func(t *testing.T) {
			if got := textColumns(s); got != want {
				t.Errorf("got %d, want %d", got, want)
			}
		})
	}
}

func TestCountLinesBreaksAsExcelDoes(t *testing.T) {
	for _, c := range []struct {
		text    string
		columns int
		want    int
	}{
		{"", 10, 1},
		{"棉帐篷", 6, 1},
		{"棉帐篷", 5, 2},
		{"甲\n乙", 10, 2},
		{"甲\n\n乙", 10, 3},
		{"alpha beta", 10, 1},
		{"alpha beta", 8, 2},
		{"aaaa bbbb cccc", 7, 3}, // a word moves down whole
		{"alpha beta", 5, 2},     // the blank hangs over the edge
		{"abcdefghij", 4, 3},     // longer than a line: broken inside
		{"型号WQ50-10", 8, 2},
		{strings.Repeat("长", 100), 20, 10},
	} {
		t.Run(fmt.Sprintf("%s in %d", c.text, c.columns), func(t *testing.T) {
			if got := countLines(c.text, c.columns); got != c.want {
				t.Errorf("got %d, want %d", got, c.want)
			}
		})
	}
}

func TestCountLinesNeverGivesTooFew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("长沙望城ab1 -，×\n"))).Draw(t, "text")
		columns := rapid.IntRange(2, 40).Draw(t, "columns")
		visible := 0
		for _, r := range s {
			if r != ' ' && r != '\n' {
				visible += runeColumns(r)
			}
		}
		if got := countLines(s, columns); got*columns < visible || got > utf8.RuneCountInString(s)+1 {
			t.Fatalf("%d lines of %d for %d columns of text", got, columns, visible)
		}
	})
}

func TestHeightStaysWithinExcel(t *testing.T) {
	if got := heightOf(1000, bodySize); got != maxRowHeight {
		t.Errorf("got %v", got)
	}
}

// wide makes a document of so many text columns with texts of a length.
func wide(columns, length int) *Document {
	d := &Document{Landscape: true, Rows: []Row{{}}}
	for range columns {
		d.Columns = append(d.Columns, Column{Heading: "列"})
		d.Rows[0].Values = append(d.Rows[0].Values, Text(strings.Repeat("长", length)))
	}
	return d
}

func TestColumnsTakeTheirWidthFromContentAndPage(t *testing.T) {
	t.Run("a narrow table stretches, but not over the page", func(t *testing.T) {
		got := totalWidth(shapeColumns(wide(3, 3)))
		if want := 3 * 8 * maxStretch; got != want {
			t.Errorf("got %v, want %v", got, want)
		}
		if got := totalWidth(shapeColumns(wide(14, 3))); got < landscapeColumns-1 || got > landscapeColumns+1 {
			t.Errorf("fourteen columns take %v of %v", got, landscapeColumns)
		}
	})
	t.Run("a wide table is squeezed to the page", func(t *testing.T) {
		if got := totalWidth(shapeColumns(wide(6, 50))); got > landscapeColumns*squeezeAbove {
			t.Errorf("six long columns take %v", got)
		}
	})
	t.Run("text columns keep a floor", func(t *testing.T) {
		for _, s := range shapeColumns(wide(20, 50)) {
			if s.width < floorText {
				t.Errorf("squeezed to %v", s.width)
			}
		}
	})
	t.Run("the longest column gives way first", func(t *testing.T) {
		d := wide(6, 9)
		d.Rows[0].Values[5] = Text(longRemark)
		d.Rows[0].Values[4] = Text(longRemark)
		if got := shapeColumns(d)[0].width; got < 20 {
			t.Errorf("a column of nine characters has %v", got)
		}
	})
	t.Run("figures always fit", func(t *testing.T) {
		d := wide(8, 50)
		d.Columns[3] = Column{Heading: "金额", Kind: MoneyKind}
		d.Rows[0].Values[3] = Money(maxFigure)
		if got := shapeColumns(d)[3].width; got < float64(textColumns("9,999,999,999,999.99")+2) {
			t.Errorf("a figure of 20 characters has %v", got)
		}
	})
	t.Run("a given width stays", func(t *testing.T) {
		d := wide(3, 3)
		d.Columns[1].Width = 33
		if got := shapeColumns(d)[1].width; got != 33 {
			t.Errorf("got %v", got)
		}
	})
}

func TestAreasShareTheLine(t *testing.T) {
	shapes := func(widths ...float64) []columnShape {
		s := make([]columnShape, len(widths))
		for i, w := range widths {
			s[i].width = w
		}
		return s
	}
	for _, c := range []struct {
		name  string
		line  Line
		shape []columnShape
		want  string
	}{
		{"three equal thirds", Line{"甲", "乙", "丙"}, shapes(10, 10, 10, 10, 10, 10), "1-2 left, 3-4 center, 5-6 right"},
		{"by need where one is long", Line{Left: strings.Repeat("长", 18), Right: "丙"}, shapes(10, 10, 10, 10, 10), "1-4 left, 5-5 right"},
		{"left and right at the edges", Line{Left: "甲", Right: "丙"}, shapes(10, 10, 10), "1-2 left, 3-3 right"},
		{"one text over all", Line{Middle: "乙"}, shapes(10, 10, 10), "1-3 center"},
		{"fewer columns than texts", Line{"甲", "乙", "丙"}, shapes(10, 10), "1-2 left"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, a := range infoAreas(c.line, c.shape) {
				got = append(got, fmt.Sprintf("%d-%d %s", a.from, a.to, a.align))
			}
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("got %s, want %s", s, c.want)
			}
		})
	}
}

func TestAreasCoverEveryColumnOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		widths := rapid.SliceOfN(rapid.Float64Range(1, 60), 1, 20).Draw(t, "widths")
		shapes := make([]columnShape, len(widths))
		for i, w := range widths {
			shapes[i].width = w
		}
		texts := rapid.SliceOfN(rapid.StringN(1, 40, -1), 1, 6).Draw(t, "texts")
		next := 1
		for _, a := range signatureAreas(&Document{Signatures: texts}, shapes) {
			if a.from != next || a.to < a.from {
				t.Fatalf("area %d-%d after column %d", a.from, a.to, next-1)
			}
			next = a.to + 1
		}
		if next != len(shapes)+1 {
			t.Fatalf("columns from %d are left", next)
		}
	})
}
