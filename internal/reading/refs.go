package reading

import (
	"encoding/json"
	"slices"

	"changbei/internal/grid"
)

// Refs are the cells that the fields of one row were read from. A ledger has
// many rows, so it is a short list and no map.
type Refs []ref

type ref struct {
	field    Field
	row, col int32
}

// At names the cell a field was read from, "" = none.
func (r Refs) At(f Field) string {
	for _, x := range r {
		if x.field == f {
			return grid.Ref(int(x.row), int(x.col))
		}
	}
	return ""
}

// put notes a field's cell in the place of an earlier one.
func (r *Refs) put(f Field, row, col int) {
	x := ref{f, int32(row), int32(col)}
	if i := slices.IndexFunc(*r, func(o ref) bool { return o.field == f }); i >= 0 {
		(*r)[i] = x
		return
	}
	*r = append(*r, x)
}

// MarshalJSON writes the fields with their cells' names.
func (r Refs) MarshalJSON() ([]byte, error) {
	out := make(map[Field]string, len(r))
	for _, x := range r {
		out[x.field] = grid.Ref(int(x.row), int(x.col))
	}
	return json.Marshal(out)
}

// Equal reports the same fields from the same cells.
func (r Refs) Equal(o Refs) bool { return slices.Equal(r, o) }
