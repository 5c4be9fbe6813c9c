package sheet

import (
	"bytes"
	"slices"
	"strings"

	"changbei/internal/grid"
)

// readMerge reads one <mergeCell ref="A1:B2"/>.
func (r *sheetScan) readMerge() error {
	ref, _ := r.attr("ref")
	first, last, isRange := strings.Cut(ref, ":")
	if !isRange {
		last = first
	}
	row1, col1, ok1 := parseRef(bytes.TrimSpace([]byte(first)))
	row2, col2, ok2 := parseRef(bytes.TrimSpace([]byte(last)))
	if !ok1 || !ok2 {
		return broken("合并单元格的范围“%s”不合规", shownToken([]byte(ref)))
	}
	if err := addMerge(r.out, &r.book.budget, row1, col1, row2, col2); err != nil {
		return err
	}
	return r.skip()
}

func (r *sheetScan) checkMerges() error { return checkMerges(r.out.Merges) }

// addMerge records a region; one of a single cell is none.
func addMerge(out *grid.Sheet, b *budget, row1, col1, row2, col2 int) error {
	m := grid.Merge{Row1: min(row1, row2), Col1: min(col1, col2), Row2: max(row1, row2), Col2: max(col1, col2)}
	if m.Row1 == m.Row2 && m.Col1 == m.Col2 {
		return nil
	}
	if b.merges++; b.merges > MaxMerges {
		return tooMuch("合并单元格超过 %d 处", MaxMerges).
			mend("请取消数据区里的合并单元格，或拆成几个文件后再上传。")
	}
	out.Merges = append(out.Merges, m)
	return nil
}

// checkMerges refuses regions that overlap: nobody could say which value the
// shared cells have. It sweeps down the rows and keeps the regions that cross
// the current one in column order, which is possible because they are disjoint.
func checkMerges(merges []grid.Merge) error {
	sorted := slices.Clone(merges)
	slices.SortFunc(sorted, func(a, b grid.Merge) int {
		if a.Row1 != b.Row1 {
			return a.Row1 - b.Row1
		}
		return a.Col1 - b.Col1
	})
	var open []grid.Merge
	for _, m := range sorted {
		at, _ := slices.BinarySearchFunc(open, m.Col1, func(o grid.Merge, col int) int { return o.Col2 - col })
		end := at
		for end < len(open) && open[end].Col1 <= m.Col2 {
			if open[end].Row2 >= m.Row1 {
				o := open[end]
				return broken("合并单元格 %s:%s 与 %s:%s 重叠", grid.Ref(o.Row1, o.Col1), grid.Ref(o.Row2, o.Col2),
					grid.Ref(m.Row1, m.Col1), grid.Ref(m.Row2, m.Col2))
			}
			end++
		}
		open = slices.Replace(open, at, end, m)
	}
	return nil
}

// coverage knows how far down merged regions reach in each column, for formats
// that say of a cell how much it covers.
type coverage struct{ until []int }

// has reports whether a region from above or the left covers a position.
func (v *coverage) has(row, col int) bool { return col < len(v.until) && v.until[col] >= row }

// add takes a region in; its width counts as work, because a page may have a
// thousand columns in every cell.
func (v *coverage) add(b *budget, m grid.Merge) error {
	if b.work += m.Col2 - m.Col1; b.work > maxWork {
		return tooMuch("合并单元格过多或过宽")
	}
	if n := m.Col2 + 1 - len(v.until); n > 0 {
		v.until = append(v.until, make([]int, n)...)
	}
	for col := m.Col1; col <= m.Col2; col++ {
		v.until[col] = max(v.until[col], m.Row2)
	}
	return nil
}
