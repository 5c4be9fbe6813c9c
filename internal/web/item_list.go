package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/directory"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/web/form"
	"changbei/internal/web/view"
)

var itemListPage = declare[view.ItemList]("base", "item/list")

var itemDrafts = []struct {
	value directory.Drafts
	label string
}{{directory.WithoutDrafts, "可记账"}, {directory.OnlyDrafts, "待补单位"}}

// itemQuery is the filter of the catalogue as the URL says it.
type itemQuery struct {
	text     string
	category id.ID
	drafts   directory.Drafts
	page     int
}

func readItemQuery(r *http.Request, categories []catalog.Category) (itemQuery, error) {
	f := form.Query(r)
	q := itemQuery{text: f.Text("q"), category: f.ID("category"), drafts: directory.Drafts(f.Text("drafts")), page: 1}
	if page := f.Text("page"); page != "" {
		n, err := strconv.Atoi(page)
		if err != nil || n < 1 {
			return q, errs.New(errs.Invalid, "页码有误，请从第一页重新查看。")
		}
		q.page = n
	}
	switch {
	case f.Err() != nil || q.category != 0 && !slices.ContainsFunc(categories, func(c catalog.Category) bool { return c.ID == q.category }):
		return q, errs.New(errs.Invalid, "没有这个物资类别，请从列表中重新选择。")
	case len([]rune(q.text)) > maxStockText:
		return q, errs.New(errs.Invalid, "物资的条件太长，请缩短到 %d 个字以内。", maxStockText)
	case q.drafts != directory.WithDrafts && q.drafts != directory.OnlyDrafts && q.drafts != directory.WithoutDrafts:
		return q, errs.New(errs.Invalid, "状态有误，请从列表中重新选择。")
	}
	return q, nil
}

func (q itemQuery) filtered() bool { return q.text != "" || q.category != 0 || q.drafts != "" }

func (q itemQuery) url(page int) string {
	v := url.Values{}
	for _, f := range []struct{ name, value string }{{"q", q.text}, {"category", idText(q.category)}, {"drafts", string(q.drafts)}} {
		if f.value != "" {
			v.Set(f.name, f.value)
		}
	}
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	return withQuery("/items", v)
}

// itemList shows the catalogue.
func (s *Server) itemList(c echo.Context) error {
	ctx, actor := c.Request().Context(), actorOf(c)
	categories, err := s.Directory.Categories(ctx)
	if err != nil {
		return err
	}
	q, wrong := readItemQuery(c.Request(), categories)
	list := directory.ItemList{}
	if wrong == nil {
		list, err = s.Directory.Items(ctx, actor, directory.ItemFilter{Query: q.text, CategoryID: q.category, Drafts: q.drafts}, directory.Page{Number: q.page})
		if err != nil {
			return err
		}
	}
	data := view.ItemList{Base: s.base(c), Total: list.Total, MayEdit: actor.May(access.CatalogEdit, 0), Text: q.text,
		Categories: categoryOptions(categories, q.category), Filtered: q.filtered(), Page: list.Page.Number}
	for _, d := range itemDrafts {
		data.Drafts = append(data.Drafts, view.Option{Value: string(d.value), Label: d.label, Checked: d.value == q.drafts})
	}
	for _, it := range list.Items {
		data.Rows = append(data.Rows, itemRow(it))
	}
	for _, name := range list.Suggestions {
		data.Suggestions = append(data.Suggestions, view.ItemSuggestion{Name: name, URL: itemQuery{text: name}.url(1)})
	}
	turnItems(&data, q, list)
	data.Empty = noItems(q, wrong, data.MayEdit)
	return show(s, c, itemListPage, &data)
}

func itemRow(it catalog.Item) view.ItemRow {
	return view.ItemRow{Code: it.Code, Name: it.Name, Spec: it.Spec, Unit: it.Unit, Category: it.Category, Storage: view.Storage(it.StorageMonths),
		Aliases: strings.Join(it.Aliases, "、"), Draft: it.Draft, Recoverable: it.Recoverable, Serial: it.Serial, URL: "/items/" + it.ID.String(), CardURL: cardURL(it.ID, 0)}
}

// turnItems sets the pages: matches have an order of their own, so this list
// counts pages where the ledger's lists go by key.
func turnItems(data *view.ItemList, q itemQuery, list directory.ItemList) {
	data.Pages = 1
	if size := list.Page.Size; size > 0 {
		data.Pages = max(1, (list.Total+size-1)/size)
	}
	if data.Page > 1 {
		data.PrevURL = q.url(data.Page - 1)
	}
	if data.Page < data.Pages && data.Page > 0 {
		data.NextURL = q.url(data.Page + 1)
	}
}

func noItems(q itemQuery, wrong error, mayEdit bool) view.Empty {
	switch {
	case wrong != nil:
		return view.Empty{Icon: "alert-triangle", Title: "查询条件有误", Text: errs.MessageOf(wrong), URL: "/items", Do: "重新查询"}
	case q.filtered():
		e := view.Empty{Icon: "search", Title: "没有符合条件的物资", Text: "可以换一个名称、别名或拼音首字母，或清除条件。", URL: "/items", Do: "清除条件"}
		if mayEdit {
			e.Text = "可以换一个名称、别名或拼音首字母再查；目录里确实没有的，可以新增。"
		}
		return e
	}
	e := view.Empty{Icon: "box", Title: "目录里还没有物资", Text: "计划员新增物资后，才能登记入库。"}
	if mayEdit {
		e.URL, e.Do = "/items/new", "新增物资"
	}
	return e
}
