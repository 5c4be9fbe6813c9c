package web

import (
	"cmp"
	"fmt"
	"slices"

	"changbei/internal/catalog"
	"changbei/internal/id"
	"changbei/internal/importing"
	"changbei/internal/web/view"
)

// words lists the names to decide, the open ones first.
func (d *importDesk) words(p *view.ImportPreview) {
	list := slices.Clone(d.Words)
	slices.SortStableFunc(list, func(a, b importing.Word) int { return cmp.Compare(decidedLast(a), decidedLast(b)) })
	for _, w := range list {
		if decidedLast(w) == 0 {
			p.OpenWords++
		}
		if creatable(w, false) {
			p.Creatable++
		} else if creatable(w, true) {
			p.Similar++
		}
	}
	if len(list) > importPageWords {
		p.MoreWords = len(list) - importPageWords
		list = list[:importPageWords]
	}
	chosen := d.chosenItems()
	for i, w := range list {
		v := d.word(i+1, w, chosen)
		if decidedLast(w) == 1 {
			p.Decided = append(p.Decided, v)
			p.ShowDecided = p.ShowDecided || v.Find != ""
		} else {
			p.Words = append(p.Words, v)
		}
	}
}

// decidedLast puts the words first that still need an answer.
func decidedLast(w importing.Word) int {
	if w.Decided && !w.NeedsFactor {
		return 1
	}
	return 0
}

// chosenItems gives the item a decided word stands for, which need not be one
// of its candidates.
func (d *importDesk) chosenItems() map[string]catalog.Item {
	items := map[string]catalog.Item{}
	for _, r := range d.Rows {
		if r.Item != nil {
			items[importing.WordKey(r.Row)] = *r.Item
		}
	}
	return items
}

func (d *importDesk) word(n int, w importing.Word, chosen map[string]catalog.Item) view.ImportWord {
	v := view.ImportWord{N: n, Key: importKeyMark + w.Key, Name: w.Name, Spec: w.Spec, Unit: w.Unit, Rows: w.Rows, Why: w.Match.Why}
	value := wordOpen
	switch {
	case w.Choice.Create:
		value, v.Tag = wordCreate, view.Tag{Text: "新建", Tone: "is-ok", Icon: "plus"}
	case w.NeedsFactor:
		value, v.Tag = w.Choice.Item.String(), view.Tag{Text: "待换算", Tone: "is-warn", Icon: "alert-triangle"}
	case w.Remembered:
		value, v.Tag = w.Choice.Item.String(), view.Tag{Text: "按以前的选定", Tone: "is-ok", Icon: "check"}
	case w.Decided:
		value, v.Tag = w.Choice.Item.String(), view.Tag{Text: "已选定", Tone: "is-ok", Icon: "check"}
	case w.Match.Verdict == catalog.Unknown:
		v.Tag = view.Tag{Text: "目录中没有", Tone: "is-bad", Icon: "circle-x"}
	default:
		v.Tag = view.Tag{Text: "待选定", Tone: "is-warn", Icon: "alert-triangle"}
	}
	offered := w.Match.Candidates
	if it, ok := chosen[w.Key]; ok {
		offered = append(slices.Clone(offered), it)
	}
	if hits, text := d.look(w.Key); text != "" {
		v.Find, v.Found = text, fmt.Sprintf("找到 %d 种，请在左边选定。", len(hits))
		if offered = append(slices.Clone(hits), offered...); len(hits) == 0 {
			v.Found = "目录中没有「" + text + "」，请换个名称再找，或选“新建”。"
		}
	}
	v.Was = value
	if at := d.typedAt[v.Key]; at > 0 {
		value, v.Find = d.sent.Text(numbered("word", at)), d.sent.Text(numbered("find", at))
	}
	v.Options = wordOptions(offered, value, w.Unit)
	v.Picks = wordPicks(w, value)
	v.Remembered, v.Factor = w.Remembered, w.Choice.Factor
	if w.Item != nil && (w.NeedsFactor || w.Choice.Factor != "") {
		v.NeedsFactor, v.ItemUnit = true, w.Item.Unit
	}
	return v
}

// look gives what a search for a word found, and its text.
func (d *importDesk) look(key string) (hits []catalog.Item, text string) {
	for _, f := range d.query.finds {
		if f.key == key && f.text != "" {
			return d.index.Search(f.text, importHits), f.text
		}
	}
	return nil, ""
}

func wordOptions(items []catalog.Item, value, unit string) []view.Option {
	options := []view.Option{{Value: wordOpen, Label: "请选择", Checked: value == wordOpen}}
	seen := map[id.ID]bool{}
	for _, it := range items {
		if seen[it.ID] || it.ID == 0 {
			continue
		}
		seen[it.ID] = true
		label := it.Label() + " · " + cmp.Or(it.Unit, "未定单位") + " · " + it.Code
		options = append(options, view.Option{Value: it.ID.String(), Label: label, Checked: value == it.ID.String()})
	}
	create := view.Option{Value: wordCreate, Label: "新建到物资目录", Checked: value == wordCreate}
	if unit == "" {
		create.Label = "新建到物资目录（表中没有单位，须先补上）"
	}
	return append(options, create)
}

// importPicks is how many of a word's likeliest items are offered as buttons.
const importPicks = 2

func wordPicks(w importing.Word, value string) []view.Option {
	var list []view.Option
	for _, it := range w.Match.Candidates {
		if value == wordOpen && len(list) < importPicks && it.ID != 0 && !it.Draft {
			list = append(list, view.Option{Value: it.ID.String(), Label: it.Label()})
		}
	}
	return list
}
