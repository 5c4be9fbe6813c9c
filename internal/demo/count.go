package demo

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"

	"changbei/internal/day"
	"changbei/internal/importing"
	"changbei/internal/ledger"
	"changbei/internal/place"
	"changbei/internal/plan"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// counts has two streets of three and most villages count their goods this
// quarter: each writes a count sheet and takes it in, as a street does. A
// count is booked by no form, so without the import there is none.
func (f *filler) counts(ctx context.Context) error {
	if f.Importing == nil {
		return nil
	}
	folder, err := os.MkdirTemp("", "changbei-demo-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	first := plan.QuarterStart(f.today).First
	facts, err := f.Store.Read().DepotFacts(ctx, store.Scope{All: true}, f.today.First, first, nil)
	if err != nil {
		return err
	}
	for i, s := range f.sites {
		if s.Tier == place.District || i%3 == 0 || facts[s.ID].CountedOn >= first {
			continue
		}
		if err := f.count(ctx, folder, s, f.within(2+i)); err != nil {
			return fmt.Errorf("%s: %w", s.Code, err)
		}
	}
	return nil
}

// count takes in what stood at a depot on a day; one depot in four misses a
// piece of something.
func (f *filler) count(ctx context.Context, folder string, s *site, on day.Day) error {
	shelves, err := f.Store.Read().ShelvesOn(ctx, s.ID, on.First)
	if err != nil {
		return err
	}
	items, err := f.Store.Read().Items(ctx)
	if err != nil {
		return err
	}
	lines := [][]string{{"物资名称", "规格型号", "计量单位", "批号", "生产日期", "有效期至", "账面数量", "实盘数量"}}
	missing := newRand(s.Code+"/count").IntN(4) == 0
	for _, it := range items {
		for _, sh := range shelves {
			if sh.Lot.ItemID != it.ID || sh.OnHand <= 0 {
				continue
			}
			found := sh.OnHand
			if missing && min(sh.OnHand, sh.Now) > quantity.Of(10) {
				found, missing = found-quantity.One, false
			}
			lines = append(lines, countLine(it.Name, it.Spec, it.Unit, sh.Lot, sh.OnHand, found))
		}
	}
	if len(lines) == 1 {
		return nil
	}
	path := filepath.Join(folder, s.Name+"_盘点表_"+on.First+".csv")
	if err := writeTable(path, lines); err != nil {
		return err
	}
	_, _, err = f.Importing.Take(ctx, s.keeper, path, importing.Orders{Depot: s.Code, AsOf: on.First, Accept: true})
	return err
}

func countLine(name, spec, unit string, lot ledger.Lot, book, found quantity.Q) []string {
	return []string{name, spec, unit, lot.No, lot.Produced.String(), lot.Expires.String(), book.String(), found.String()}
}

func writeTable(path string, lines [][]string) error {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	w := csv.NewWriter(file)
	if err := w.WriteAll(lines); err != nil {
		file.Close()
		return err
	}
	return file.Close()
}
