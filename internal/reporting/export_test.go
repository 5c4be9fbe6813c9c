package reporting

import "slices"

// FieldNames gives every name a kind's templates may use.
func FieldNames(kind string) []string {
	f := layoutOf(kind).fields()
	return slices.Concat(f.Head, f.Line)
}
