package importing_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/place"
	"changbei/internal/store"
	"changbei/internal/store/storetest"
)

// The form of testdata was sent by this program, filled in, and saved once more
// by LibreOffice, which writes every part anew and hides the hidden part in its
// own way. form_resaved.json is its row of the database.
func resaved(t *testing.T) (*desk, []byte) {
	t.Helper()
	d := newDesk(t, storetest.SQLite())
	b, err := os.ReadFile(filepath.Join("testdata", "form_resaved.json"))
	if err != nil {
		t.Fatal(err)
	}
	var f importing.Form
	if err := json.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	var content struct {
		Rows []struct {
			Item       id.ID
			Code, Name string
			Unit       string
		}
	}
	if err := json.Unmarshal([]byte(f.Content), &content); err != nil {
		t.Fatal(err)
	}
	err = d.st.Tx(d.ctx, func(tx *store.Tx) error {
		if err := tx.NewSetting(d.ctx, "form.secret", strings.Repeat("0123456789abcdef", 4)); err != nil {
			return err
		}
		if err := tx.InsertDepot(d.ctx, place.Depot{ID: f.DepotID, Code: "FX01", Name: "核对库", Tier: place.Township}); err != nil {
			return err
		}
		cats, err := tx.Categories(d.ctx)
		if err != nil {
			return err
		}
		for _, r := range content.Rows {
			if err := tx.InsertItems(d.ctx, catalog.Item{ID: r.Item, Code: r.Code, Name: r.Name, Unit: r.Unit, CategoryID: cats[0].ID}); err != nil {
				return err
			}
		}
		return tx.InsertForms(d.ctx, []importing.Form{f})
	})
	if err != nil {
		t.Fatal(err)
	}
	book, err := os.ReadFile(filepath.Join("testdata", "form_resaved.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	return d, book
}

func TestAFormSavedByAnotherProgramIsKnownAgain(t *testing.T) {
	d, book := resaved(t)
	p := d.preview(d.upload("另存.xlsx", book).ID)
	var got []string
	for _, l := range p.Form.Lines {
		if l.Filled != nil {
			got = append(got, l.Item.Name+" "+l.Filled.String()+" "+string(l.Reason)+" "+l.Remark)
		}
	}
	if s := strings.Join(got, ", "); s != "试制棉被 98 清点差异 少两床, 试制饼干 26 报废损失 受潮" || len(p.Form.Notes) != 0 {
		t.Errorf("read %s, notes %v", s, p.Form.Notes)
	}
	if len(p.Rows) != 1 || p.Rows[0].Row.Item != "试制头灯" || p.Rows[0].Expiry.String() != "2030-01" || p.Rows[0].Source != "社会捐赠" {
		t.Errorf("goods not listed: %+v", p.Rows)
	}
	// Its shelves are empty here, so nothing of it may be taken.
	if p.Counts.Error != 2 {
		t.Errorf("%+v", p.Counts)
	}
}
