package reporting_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"changbei/internal/catalog"
	"changbei/internal/reading"
	"changbei/internal/reporting"
)

// TestTheCatalogueReadsBack holds the workbook against the catalogue: names,
// units, storage life, weights and volumes come back exactly.
func TestTheCatalogueReadsBack(t *testing.T) {
	o := newBureau(t)
	items, err := o.st.Read().Items(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	items = slices.DeleteFunc(items, func(it catalog.Item) bool { return it.Draft })
	var want, got []string
	weighed := 0
	for _, it := range items {
		want = append(want, fmt.Sprint(it.Code, "|", it.Name, "|", it.Spec, "|", it.Unit, "|", it.Category, "|", it.StorageMonths, "|", it.WeightGram, "|", it.VolumeCm3))
		if it.WeightGram > 0 && it.VolumeCm3 > 0 {
			weighed++
		}
	}
	if weighed < 5 {
		t.Fatalf("only %d items of the demo have a weight and a volume", weighed)
	}
	result := o.readBack(t, o.export(t, reporting.Goods, nil))
	if result.DocKind != reading.ItemCatalogue {
		t.Fatalf("read as %s", result.DocKind)
	}
	for _, r := range result.Rows {
		if r.Unit != "" {
			got = append(got, fmt.Sprint(r.Code, "|", r.Item, "|", r.Spec, "|", r.Unit, "|", r.Category, "|", r.Extra.ShelfMonths, "|", r.Extra.WeightGram, "|", r.Extra.VolumeCm3))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the catalogue (-) and what is read back (+):\n%s", diff)
	}
}
