package web

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var itemFormPage = declare[view.ItemForm]("base", "item/form")

// itemFrame fills what the form offers. item 0 is a new one.
func (s *Server) itemFrame(c echo.Context, item, category id.ID) (*view.ItemForm, error) {
	ctx := c.Request().Context()
	data := &view.ItemForm{ID: item, Action: "/items", BackURL: "/items"}
	if item != 0 {
		data.Action, data.BackURL = itemURL(item), itemURL(item)
	}
	units, err := s.Directory.Units(ctx)
	if err != nil {
		return nil, err
	}
	for _, u := range units {
		data.Units = append(data.Units, u.Name)
	}
	categories, err := s.Directory.Categories(ctx)
	if err != nil {
		return nil, err
	}
	data.Categories = categoryOptions(categories, category)
	data.Base = s.base(c)
	return data, nil
}

// itemNew shows the empty form.
func (s *Server) itemNew(c echo.Context) error {
	data, err := s.itemFrame(c, 0, 0)
	if err != nil {
		return err
	}
	return show(s, c, itemFormPage, data)
}

// itemEdit shows the form of an item there is.
func (s *Server) itemEdit(c echo.Context) error {
	item, err := pathID(c, "id")
	if err != nil {
		return err
	}
	it, err := s.Directory.Item(c.Request().Context(), actorOf(c), item)
	if err != nil {
		return err
	}
	data, err := s.itemFrame(c, item, it.CategoryID)
	if err != nil {
		return err
	}
	data.Code, data.Name, data.Spec, data.Unit, data.InUse, data.Recover = it.Code, it.Name, it.Spec, it.Unit, it.InUse, it.Recoverable
	data.Serial, data.Packs = it.Serial, catalog.PacksText(it.Packs)
	data.Aliases = strings.Join(it.Aliases, "\n")
	if it.StorageMonths > 0 {
		data.Months = strconv.Itoa(it.StorageMonths)
	}
	if it.CheckMonths > 0 {
		data.CheckMonths = strconv.Itoa(it.CheckMonths)
	}
	data.Weight, data.Volume = measureText(it.WeightGram, quantity.KgText), measureText(it.VolumeCm3, quantity.M3Text)
	return show(s, c, itemFormPage, data)
}

// itemCreate adds an item.
func (s *Server) itemCreate(c echo.Context) error {
	return s.saveItem(c, 0, func(ctx context.Context, in directory.ItemInput) (catalog.Item, error) {
		return s.Directory.CreateItem(ctx, actorOf(c), in)
	})
}

// itemUpdate changes an item.
func (s *Server) itemUpdate(c echo.Context) error {
	item, err := pathID(c, "id")
	if err != nil {
		return err
	}
	return s.saveItem(c, item, func(ctx context.Context, in directory.ItemInput) (catalog.Item, error) {
		return s.Directory.UpdateItem(ctx, actorOf(c), item, in)
	})
}

func (s *Server) saveItem(c echo.Context, item id.ID, save func(context.Context, directory.ItemInput) (catalog.Item, error)) error {
	f, err := form.Read(c.Request())
	if err != nil {
		return err
	}
	in := readItem(f)
	it, err := save(c.Request().Context(), in)
	if err != nil {
		return s.refuseItem(c, item, f, in, err)
	}
	what := "已保存"
	if item == 0 {
		what = "已新增"
	}
	text := fmt.Sprintf("%s物资「%s」，编码 %s。", what, it.Label(), it.Code)
	if it.Draft {
		text += "计量单位待补，补上后才能记账。"
	}
	s.flash(c, "ok", text)
	return redirect(c, itemURL(it.ID))
}

// notMonths is a number of months nobody can mean. The use case refuses it together
// with everything else that is wrong, so that all is said at once.
const notMonths = -1

func readItem(f *form.Form) directory.ItemInput {
	in := directory.ItemInput{Code: f.Text("code"), Name: f.Text("name"), Spec: f.Text("spec"), Unit: f.Text("unit"), CategoryID: f.ID("category"),
		Recoverable: f.Checked("recoverable"), Serial: f.Checked("serial"), Packs: f.Text("packs"), Aliases: strings.Split(f.Text("aliases"), "\n")}
	in.StorageMonths, in.CheckMonths = months(f, "storage_months"), months(f, "check_months")
	in.Weight, in.Volume = f.Figure("weight"), f.Figure("volume")
	return in
}

func months(f *form.Form, field string) int {
	text := catalog.Key(f.Text(field))
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return notMonths
	}
	return n
}

func (s *Server) refuseItem(c echo.Context, item id.ID, f *form.Form, in directory.ItemInput, cause error) error {
	data, err := s.itemFrame(c, item, in.CategoryID)
	if err != nil {
		return err
	}
	if item != 0 {
		it, err := s.Directory.Item(c.Request().Context(), actorOf(c), item)
		if err != nil {
			return err
		}
		data.InUse = it.InUse
	}
	data.Code, data.Name, data.Spec, data.Unit, data.Recover = in.Code, in.Name, in.Spec, in.Unit, in.Recoverable
	data.Months, data.Aliases, data.Serial, data.Packs = f.Text("storage_months"), f.Text("aliases"), in.Serial, in.Packs
	data.CheckMonths, data.Weight, data.Volume = f.Text("check_months"), in.Weight, in.Volume
	return refuse(s, c, itemFormPage, data, cause)
}
