package directory

import (
	"context"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/store"
)

// seeded names the setting that says the catalogue was filled once. What
// people change or remove afterwards is theirs and never comes back.
const seeded = "catalog.seeded"

// Bootstrap gives an empty installation the published categories, units and
// items to start from. It makes no depots and no accounts. Run again, it
// changes nothing.
func (s *Service) Bootstrap(ctx context.Context) error {
	if done, err := s.store.Read().Setting(ctx, seeded); err != nil || done != "" {
		return err
	}
	seed, err := s.readSeed()
	if err != nil {
		return err
	}
	return s.store.Tx(ctx, func(tx *store.Tx) error {
		// The setting is written before anything is read: its row makes a
		// second program that starts at the same moment wait here, and then
		// see the categories of the first.
		if err := tx.PutSetting(ctx, seeded, "1"); err != nil {
			return err
		}
		there, err := tx.Categories(ctx)
		if err != nil || len(there) > 0 {
			return err
		}
		if err := seed.insert(ctx, tx); err != nil {
			return err
		}
		detail := fmt.Sprintf("类别 %d，单位 %d，物资 %d", len(seed.categories), len(seed.units), len(seed.items))
		return tx.Audit(ctx, systemChain, record(access.Actor{Name: "系统"}, "catalog.seed", "初始物资目录", detail))
	})
}

// seed is the catalogue of a new installation, without ids.
type seed struct {
	categories []catalog.Category
	units      []catalog.Unit
	items      []catalog.Item
}

func (d seed) insert(ctx context.Context, tx *store.Tx) error {
	ids := map[string]id.ID{}
	categories := slices.Clone(d.categories)
	for i := range categories {
		categories[i].ID = tx.NewID()
		ids[categories[i].Name] = categories[i].ID
	}
	items := slices.Clone(d.items)
	for i := range items {
		items[i].ID, items[i].CategoryID = tx.NewID(), ids[items[i].Category]
	}
	if err := tx.InsertCategories(ctx, categories...); err != nil {
		return err
	}
	if err := tx.InsertUnits(ctx, d.units...); err != nil {
		return err
	}
	return tx.InsertItems(ctx, items...)
}

func (s *Service) readSeed() (seed, error) {
	var d seed
	words, err := s.words()
	if err != nil {
		return d, err
	}
	if d.categories, err = s.seedCategories(); err != nil {
		return d, err
	}
	if d.units, err = s.seedUnits(); err != nil {
		return d, err
	}
	rows, err := s.table("seed/items.csv", 4)
	if err != nil {
		return d, err
	}
	d.items, err = mergeItems(rows, d, words)
	return d, err
}

// table reads a seed's rows below its heading.
func (s *Service) table(path string, columns int) ([][]string, error) {
	f, err := s.seed.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = columns
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("directory: %s: %w", path, err)
	}
	return rows[min(1, len(rows)):], nil
}

func (s *Service) seedCategories() ([]catalog.Category, error) {
	rows, err := s.table("seed/categories.csv", 2)
	list := make([]catalog.Category, len(rows))
	for i, r := range rows {
		list[i] = catalog.Category{Code: r[0], Name: r[1], Position: i + 1}
	}
	return list, err
}

func (s *Service) seedUnits() ([]catalog.Unit, error) {
	rows, err := s.table("seed/units.csv", 2)
	list := make([]catalog.Unit, len(rows))
	for i, r := range rows {
		list[i].Name = r[0]
		if list[i].Decimals, err = strconv.Atoi(r[1]); err != nil {
			return nil, fmt.Errorf("directory: seed/units.csv row %d: %w", i+2, err)
		}
	}
	return list, err
}

// mergeItems turns published rows into items. A known variant goes under its
// standard word (救灾帐篷 → 帐篷) and becomes an alias; the same name, spec and
// unit twice is one item; a row without a unit is dropped when the same goods
// stand there with one, and is a draft else; a name in two units is two items.
func mergeItems(rows [][]string, d seed, words *catalog.Words) ([]catalog.Item, error) {
	m := merger{words: words, seed: d, at: map[string]int{}, withUnit: map[string]bool{}}
	for _, r := range rows {
		it, err := m.read(r)
		if err != nil {
			return nil, err
		}
		if !it.Draft {
			m.withUnit[catalog.ItemKey(it.Name, it.Spec, "")] = true
		}
	}
	for _, r := range rows {
		it, err := m.read(r)
		if err != nil {
			return nil, err
		}
		m.add(it)
	}
	m.finish()
	return m.items, nil
}

type merger struct {
	words    *catalog.Words
	seed     seed
	items    []catalog.Item
	at       map[string]int  // item key → where it stands in items
	withUnit map[string]bool // name and spec that some row has a unit for
}

// read makes an item of one row: name, spec, unit, category.
func (m *merger) read(r []string) (catalog.Item, error) {
	it := catalog.Item{Name: m.words.Canonical(tidy(r[0])), Spec: tidy(r[1]), Unit: m.words.Unit(r[2]), Category: r[3]}
	if !slices.ContainsFunc(m.seed.categories, func(c catalog.Category) bool { return c.Name == it.Category }) {
		return it, fmt.Errorf("directory: seed/items.csv: %s: unknown category %q", r[0], it.Category)
	}
	at := slices.IndexFunc(m.seed.units, func(u catalog.Unit) bool { return u.Name == it.Unit })
	if at < 0 { // none, or two in one cell (套、件): a person must say which
		it.Unit, it.Draft = "", true
		return it, nil
	}
	it.Decimals = m.seed.units[at].Decimals
	return it, nil
}

func (m *merger) add(it catalog.Item) {
	if it.Draft && m.withUnit[catalog.ItemKey(it.Name, it.Spec, "")] {
		return
	}
	key := catalog.ItemKey(it.Name, it.Spec, it.Unit)
	if _, known := m.at[key]; !known {
		m.at[key] = len(m.items)
		m.items = append(m.items, it)
	}
}

// finish gives every item its aliases and a code of its category's series.
func (m *merger) finish() {
	prefix, last := map[string]string{}, map[string]int{}
	for _, c := range m.seed.categories {
		prefix[c.Name] = c.Code
	}
	for i := range m.items {
		it := &m.items[i]
		last[it.Category]++
		it.Code = seriesCode(prefix[it.Category], last[it.Category])
		for _, v := range m.words.Variants(it.Name) {
			if m.words.SaysTheSame(v, *it) {
				it.Aliases = append(it.Aliases, v)
			}
		}
	}
}
