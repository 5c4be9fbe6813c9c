package reporting

import (
	"context"

	"changbei/internal/access"
	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/quantity"
	"changbei/internal/sheet"
)

// goods lays out the catalogue, so that what an office fills in there (weights
// and volumes) comes back by importing it.
func (s *Service) goods(ctx context.Context, actor access.Actor, q *query) ([]sheet.Document, error) {
	if !actor.MayAnywhere(access.StockView) {
		return nil, actor.Require(access.StockView, 0)
	}
	items, err := s.store.Read().Items(ctx)
	if err != nil {
		return nil, err
	}
	q.about = q.category.Name
	doc := sheet.Document{SheetName: "物资目录", Title: "应急物资目录", Left: q.org, Middle: "制表日期：" + q.today.Chinese(), Landscape: true,
		Columns: []sheet.Column{{Heading: "序号", Kind: sheet.OrdinalKind}, {Heading: "编码"}, {Heading: "物资类别"}, {Heading: "物资名称"}, {Heading: "规格型号"}, {Heading: "计量单位"},
			{Heading: "保质期（月）", Kind: sheet.IntegerKind}, {Heading: "单重（公斤）", Kind: sheet.QuantityKind}, {Heading: "体积（升）", Kind: sheet.QuantityKind}, {Heading: "包装"}, {Heading: "别名", Width: aliasWidth},
			{Heading: "备注"}},
		Notes:      []string{"注：单重、体积按一个计量单位填写，1 立方米 = 1000 升；填好后在“台账导入”上传，目录里没有的会补上，已有的不改。"},
		Signatures: []string{"制表：" + actor.Name, "审核："}}
	for _, it := range items {
		if q.category.ID == 0 || it.CategoryID == q.category.ID {
			doc.Rows = append(doc.Rows, goodsRow(len(doc.Rows)+1, it))
		}
	}
	if len(doc.Rows) == 0 {
		return nil, errs.New(errs.NotFound, "物资目录里还没有这类物资。")
	}
	return []sheet.Document{doc}, nil
}

// aliasWidth keeps an item with many names to a few lines, in characters.
const aliasWidth = 24.0

func goodsRow(n int, it catalog.Item) sheet.Row {
	count := func(n int) sheet.Value {
		if n == 0 {
			return sheet.Blank()
		}
		return sheet.Int(int64(n))
	}
	// A thousandth of a kilogram is a gram, and of a litre a cubic centimetre.
	exact := func(n int64) sheet.Value {
		if n == 0 {
			return sheet.Blank()
		}
		return sheet.Quantity(quantity.Q(n))
	}
	return sheet.Row{Values: []sheet.Value{sheet.Int(int64(n)), sheet.Text(it.Code), sheet.Text(it.Category), sheet.Text(it.Name), sheet.Text(it.Spec), sheet.Text(it.Unit),
		count(it.StorageMonths), exact(it.WeightGram), exact(it.VolumeCm3), sheet.Text(catalog.PacksText(it.Packs)), sheet.Text(joined(it.Aliases)), sheet.Text(goodsNote(it))}}
}

// joined writes other names with the sign that parts them in a list.
func joined(names []string) string {
	text := ""
	for i, n := range names {
		if i > 0 {
			text += "、"
		}
		text += n
	}
	return text
}

func goodsNote(it catalog.Item) string {
	var serial, comesBack, draft string
	if it.Serial {
		serial = "逐件管理"
	}
	if it.Recoverable {
		comesBack = "回收类"
	}
	if it.Draft {
		draft = "单位待补"
	}
	return words(words(serial, comesBack), draft)
}
