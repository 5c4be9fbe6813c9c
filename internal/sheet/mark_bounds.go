package sheet

import (
	"bytes"
	"path"
	"strings"
)

// The bounds of a workbook that is held whole, cell by cell. A held cell takes
// some 600 bytes, and rows are filled up to their last column, so that one
// cell at the right edge of ten thousand rows would take gigabytes.
const (
	maxHeldCells  = 300_000
	maxHeldMerges = 5_000    // merges are compared each with each
	maxHeldParts  = 64 << 20 // bytes of all parts but pictures
	maxHeldMedia  = 96 << 20
)

// fitsInHand reports whether a checked workbook may be held whole. The count
// stops at the bound, whatever the file goes on to say.
func fitsInHand(a *archive) (bool, error) {
	parts, media := uint64(0), uint64(0)
	for name, f := range a.parts {
		if strings.Contains(name, "/media/") {
			media += f.UncompressedSize64
		} else {
			parts += f.UncompressedSize64
		}
	}
	if parts > maxHeldParts || media > maxHeldMedia || a.has("xl/macrosheets/") {
		return false, nil
	}
	cells := 0
	for _, name := range a.names {
		if path.Ext(name) != ".xml" || !strings.Contains(name, "worksheets/") {
			continue
		}
		n, err := heldCells(a, name, maxHeldCells-cells)
		if err != nil {
			return false, err
		}
		if cells += n; cells > maxHeldCells {
			return false, nil
		}
	}
	return true, nil
}

// heldCells counts the cells a sheet takes when it is held, gaps included, up
// to a bit more than most.
func heldCells(a *archive, part string, most int) (int, error) {
	src, err := a.openPart(part)
	if err != nil {
		return 0, err
	}
	s, err := newScanner(src, new(int))
	if err != nil {
		return 0, err
	}
	cells, merges, row, col := 0, 0, 0, 0
	for cells <= most {
		kind, err := s.next()
		if err != nil || kind == tokenEOF {
			return cells + col, err
		}
		if kind != tokenStart {
			continue
		}
		switch string(s.local()) {
		case "row":
			next := row + 1
			if n, ok := parseCount(bytes.TrimSpace(attrOf(s, "r")), MaxRow); ok {
				next = max(n, next)
			}
			cells += col + next - row
			row, col = next, 0
		case "c":
			col++
			if _, n, ok := parseRef(bytes.TrimSpace(attrOf(s, "r"))); ok {
				col = max(n, col)
			}
		case "mergeCell":
			if merges++; merges > maxHeldMerges {
				return most + 1, nil
			}
		}
	}
	return cells, nil
}

// attrOf is the raw value of an attribute, nil without one.
func attrOf(s *xmlScanner, name string) []byte {
	for _, a := range s.attrs {
		if string(a.name) == name {
			return a.value
		}
	}
	return nil
}
