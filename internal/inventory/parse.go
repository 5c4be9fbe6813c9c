package inventory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/ledger"
	"changbei/internal/money"
	"changbei/internal/place"
	"changbei/internal/quantity"
	"changbei/internal/store"
)

// parsed is a draft whose every field has been understood.
type parsed struct {
	draft Draft
	kind  kind
	depot place.Depot
	from  []place.Place // that goods may be taken from
	to    *store.Head   // of a transfer, the depot that receives
	on    day.Day
	lines []parsedLine
}

type parsedLine struct {
	number  int // from 1, as the form shows it
	item    catalog.Item
	qty     quantity.Q
	packed  string       // as typed in packs
	serials []string     // numbers of pieces to take
	lots    []ledger.Lot // receipts: to find or make, one for each piece
	placeID id.ID        // where it goes, 0 = it leaves
	lotID   id.ID        // what is taken: the chosen lot, 0 = propose
	fromID  id.ID        // and its place, 0 = any
	remark  string
}

// parser turns typed text into values and collects every wrong field.
type parser struct {
	errs.Check
	kind    kind
	today   day.Day
	catalog itemNames
	bins    map[string]id.ID // where goods may go
}

// field names a cell of a line as the form does.
func field(line int, name string) string { return fmt.Sprintf("line.%d.%s", line, name) }

// parse reads a draft with the rows it refers to. All wrong fields come back
// in one error.
func (s *Service) parse(ctx context.Context, tx *store.Tx, d Draft, head, to *store.Head) (parsed, error) {
	known, err := s.catalogue.of(ctx, tx.Conn, head.CatalogVersion)
	if err != nil {
		return parsed{}, err
	}
	own, err := s.shelving.of(ctx, tx, head)
	if err != nil {
		return parsed{}, err
	}
	lands := own
	if to != nil {
		if lands, err = s.shelving.of(ctx, tx, to); err != nil {
			return parsed{}, err
		}
	}
	p := &parser{kind: kinds[d.Type], today: day.At(tx.Now), catalog: known.names, bins: map[string]id.ID{}}
	for _, b := range ofKinds(lands, p.kind.lands) {
		p.bins[catalog.Key(b.Code)] = b.ID
	}
	out := parsed{draft: d, kind: p.kind, depot: head.Depot, from: ofKinds(own, p.kind.from), to: to, on: p.head(d)}
	if len(d.Lines) == 0 {
		p.Add("lines", "单据没有明细，请至少填写一行物资。")
	}
	for i, l := range d.Lines {
		out.lines = append(out.lines, p.line(d, i+1, l, out.on))
	}
	return out, p.Err()
}

func ofKinds(places []place.Place, kinds []place.Kind) []place.Place {
	var list []place.Place
	for _, p := range places {
		if slices.Contains(kinds, p.Kind) {
			list = append(list, p)
		}
	}
	return list
}

// earliest is the first business date that is taken: the bureaus that keep
// these books, and the first ledgers of theirs, are younger.
const earliest = "2000-01-01"

func (p *parser) head(d Draft) day.Day {
	if !slices.Contains(p.kind.reasons, d.Reason) {
		p.Add("reason", "请选择%s。", p.kind.label)
	}
	for _, f := range [][2]string{{"counterparty", d.Counterparty}, {"reference", d.Reference}} {
		if len([]rune(f[1])) > 200 {
			p.Add(f[0], "这一栏最多 200 个字，请缩短。")
		}
	}
	if len([]rune(d.Remark)) > 500 {
		p.Add("remark", "备注最多 500 个字，请缩短。")
	}
	on, err := day.Typed(d.BusinessOn, p.today)
	switch {
	case strings.TrimSpace(d.BusinessOn) == "" || err == nil && on.Day.IsZero():
		p.Add("business_on", "请填写业务日期，例如 %s。", p.today)
	case err != nil:
		p.Add("business_on", "业务日期：%s", errs.MessageOf(err))
	case on.Day.Precision != day.ToDay:
		p.Add("business_on", "业务日期要精确到日，例如 %s。", p.today)
	case on.Day.First < earliest:
		p.Add("business_on", "业务日期 %s 太早，请核对年份。", on.Day)
	case on.Day.First > p.today.First:
		p.Add("business_on", "业务日期 %s 还没有到，不能晚于今天（%s）。", on.Day, p.today)
	}
	return on.Day
}

func (p *parser) line(d Draft, n int, l Line, on day.Day) parsedLine {
	out := parsedLine{number: n, remark: strings.TrimSpace(l.Remark)}
	if len([]rune(out.remark)) > 200 {
		p.Add(field(n, "remark"), "第 %d 行备注最多 200 个字，请缩短。", n)
	}
	out.item = p.item(n, l)
	numbers := p.numbers(n, l, out.item)
	out.qty, out.packed = p.qty(n, l, out.item, len(numbers))
	switch {
	case p.kind.from == nil:
		out.placeID = p.bin(n, "bin", l.Bin)
		out.lots = p.lots(n, l, out.item, on, d.Reason, numbers)
		p.amount(n, out)
		return out
	case l.LotID == 0 && out.item.ID != 0 && !out.item.Serial && strings.TrimSpace(l.LotNo) != "":
		// A number may be that of several lots; whoever writes it means one of them.
		p.Add(field(n, "lot_no"), "第 %d 行请从列表选定批次：只写批号「%s」，还不能确定是哪一批、在哪个货位。", n, strings.TrimSpace(l.LotNo))
	case l.LotID == 0 && l.PlaceID != 0:
		// A place alone chooses nothing: the lot would come from wherever is first.
		p.Add(field(n, "lot_no"), "第 %d 行选了货位却没有批次，请重新配批，或从列表选定批次。", n)
	case l.LotID == 0:
		out.serials = numbers
	}
	out.lotID, out.fromID = l.LotID, l.PlaceID
	switch {
	case d.Type == ledger.BinMove && strings.TrimSpace(l.ToBin) == "":
		p.Add(field(n, "to_bin"), "第 %d 行请填写移入的货位。", n)
	case p.kind.lands != nil:
		out.placeID = p.bin(n, "to_bin", l.ToBin)
	}
	return out
}

// numbers reads the numbers of an item that is kept piece by piece. A piece
// that was picked from the list shows its own number.
func (p *parser) numbers(n int, l Line, it catalog.Item) []string {
	if !it.Serial {
		return nil
	}
	list, err := catalog.ParseSerials(l.LotNo)
	switch {
	case err != nil:
		p.Add(field(n, "lot_no"), "第 %d 行：%s", n, errs.MessageOf(err))
	case len(list) == 0 && p.kind.from == nil:
		p.Add(field(n, "lot_no"), "第 %d 行「%s」逐件管理，请填写每件的编号，如 FD-001至FD-003。", n, it.Label())
	}
	for _, no := range list {
		p.lotNo(n, "的编号", no)
	}
	return list
}

// lotNo refuses a number that its columns do not hold, as typed or folded.
func (p *parser) lotNo(n int, what, no string) {
	switch {
	case len([]rune(no)) > 60:
		p.Add(field(n, "lot_no"), "第 %d 行%s最多 60 个字，请缩短。", n, what)
	case !catalog.LotNoFits(no):
		p.Add(field(n, "lot_no"), "第 %d 行%s里的合写字符（如 ㍿）展开后超过 %d 个字，请改用普通的字或缩短。", n, what, catalog.MaxLotKey)
	}
}

// amount refuses a line whose price and quantity were surely keyed into each
// other: sums would no longer be what they say.
func (p *parser) amount(n int, l parsedLine) {
	if len(l.lots) == 0 {
		return
	}
	if price := l.lots[0].Price; price != nil && *price > 0 && l.qty > 0 && l.qty <= quantity.Max && price.Times(l.qty) > money.Max {
		p.Add(field(n, "price"), "第 %d 行的金额超过一千亿元，请核对单价和数量是否填反。", n)
	}
}

func (p *parser) item(n int, l Line) catalog.Item {
	it, err := p.catalog.find(l.ItemID, l.Item)
	switch {
	case err != nil:
		p.Add(field(n, "item"), "第 %d 行%s", n, errs.MessageOf(err))
	case it.Draft:
		p.Add(field(n, "item"), "第 %d 行「%s」还没有计量单位，请计划员在物资目录补上后再记账。", n, it.Label())
	}
	return it
}

// qty reads the quantity, in the item's unit or in its packs. Where the pieces
// are named, it may be left out, and else must be their number.
func (p *parser) qty(n int, l Line, it catalog.Item, pieces int) (q quantity.Q, packed string) {
	name := field(n, "qty")
	if pieces > 0 && strings.TrimSpace(l.Qty) == "" {
		return quantity.Of(int64(pieces)), ""
	}
	r, packed, err := it.Measure(l.Qty)
	switch {
	case strings.TrimSpace(l.Qty) == "":
		p.Add(name, "第 %d 行请填写数量。", n)
	case err != nil:
		p.Add(name, "第 %d 行数量：%s", n, errs.MessageOf(err))
	case r.Doubt != "":
		p.Add(name, "第 %d 行数量「%s」不够确切，请写成准确的数字，如 120。", n, strings.TrimSpace(l.Qty))
	case r.Q <= 0:
		p.Add(name, "第 %d 行数量应大于 0。", n)
	case r.Q > quantity.Max:
		p.Add(name, "第 %d 行数量太大，请核对。", n)
	case it.ID != 0 && r.Unit != "" && catalog.Key(r.Unit) != catalog.Key(it.Unit):
		p.Add(name, "第 %d 行数量的单位「%s」与物资的单位「%s」不同，请换算后只填数字。", n, r.Unit, it.Unit)
	case it.ID != 0 && !r.Q.Fits(it.Decimals):
		p.Add(name, "第 %d 行数量：%s", n, errs.MessageOf(quantity.Check(r.Q, it.Unit, it.Decimals)))
	case it.Serial && pieces > 0 && r.Q != quantity.Of(int64(pieces)):
		p.Add(name, "第 %d 行写了 %d 个编号，数量却是 %s。请核对编号或数量。", n, pieces, r.Q)
	case it.Serial && r.Q > quantity.Of(catalog.MaxSerials):
		p.Add(name, "第 %d 行逐件管理的物资一行最多 %d 件，请分成几行。", n, catalog.MaxSerials)
	case len([]rune(packed)) > 60:
		p.Add(name, "第 %d 行数量写得太长，请缩短。", n)
	}
	return r.Q, packed
}

// bin finds the place goods go to; left empty it is the depot's default bin.
func (p *parser) bin(n int, name, typed string) id.ID {
	code := strings.TrimSpace(typed)
	if code == "" {
		code = place.DefaultBin
	}
	bin, ok := p.bins[catalog.Key(code)]
	if !ok {
		p.Add(field(n, name), "第 %d 行没有货位「%s」，请从列表选择，或先在储备库页面新增这个货位。", n, code)
	}
	return bin
}

// lots gives the lots of a receipt's line: one, or one for each piece.
func (p *parser) lots(n int, l Line, it catalog.Item, on day.Day, source string, numbers []string) []ledger.Lot {
	lot := p.lot(n, l, it, on)
	lot.Source = ledger.Source(source)
	if !it.Serial {
		return []ledger.Lot{lot}
	}
	lots := make([]ledger.Lot, len(numbers))
	for i, no := range numbers {
		lots[i] = lot
		lots[i].No, lots[i].Serial = no, true
	}
	return lots
}

func (p *parser) lot(n int, l Line, it catalog.Item, on day.Day) ledger.Lot {
	lot := ledger.Lot{ItemID: it.ID, No: strings.TrimSpace(l.LotNo), Owner: strings.TrimSpace(l.Owner), Received: on}
	if !it.Serial {
		p.lotNo(n, "批号", lot.No)
	}
	if len([]rune(lot.Owner)) > 100 {
		p.Add(field(n, "owner"), "第 %d 行产权单位最多 100 个字，请缩短。", n)
	}
	lot.Produced = p.day(n, "produced", "生产日期", l.Produced)
	lot.Expires = p.day(n, "expires", "有效期至", l.Expires)
	switch {
	case lot.Produced.IsZero():
	case lot.Produced.First > p.today.First:
		p.Add(field(n, "produced"), "第 %d 行生产日期 %s 晚于今天，请核对。", n, lot.Produced)
	case !on.IsZero() && lot.Produced.First > on.First:
		p.Add(field(n, "produced"), "第 %d 行生产日期 %s 晚于业务日期 %s，请核对。", n, lot.Produced, on)
	}
	if !lot.Produced.IsZero() && !lot.Expires.IsZero() && lot.Expires.Last() < lot.Produced.First {
		p.Add(field(n, "expires"), "第 %d 行有效期 %s 早于生产日期 %s，请核对。", n, lot.Expires, lot.Produced)
	}
	if text := strings.TrimSpace(l.Price); text != "" {
		fen, err := money.Parse(text)
		if err == nil && (fen < 0 || fen > money.Max) {
			err = errs.New(errs.Invalid, "单价应在 0 到一千亿元之间，请核对。")
		}
		if err != nil {
			p.Add(field(n, "price"), "第 %d 行单价：%s", n, errs.MessageOf(err))
		}
		lot.Price = &fen
	}
	return lot
}

func (p *parser) day(n int, name, label, text string) day.Day {
	r, err := day.Typed(text, p.today)
	if err != nil {
		hint := ""
		if name == "expires" {
			hint = "没有期限的请留空。"
		}
		p.Add(field(n, name), "第 %d 行%s：%s%s", n, label, errs.MessageOf(err), hint)
	}
	return r.Day
}

// itemNames finds an item by what a person typed.
type itemNames struct {
	byID  map[id.ID]catalog.Item
	byKey map[string][]catalog.Item
}

func newItemNames(items []catalog.Item) itemNames {
	n := itemNames{byID: make(map[id.ID]catalog.Item, len(items)), byKey: make(map[string][]catalog.Item, 3*len(items))}
	for _, it := range items {
		n.byID[it.ID] = it
		keys := map[string]bool{catalog.Key(it.Code): true, catalog.Key(it.Name): true, catalog.Key(it.Label()): true}
		for _, a := range it.Aliases {
			keys[catalog.Key(a)] = true
		}
		for k := range keys {
			n.byKey[k] = append(n.byKey[k], it)
		}
	}
	return n
}

// find takes the picked item when the text still names it, else the one item
// the text names exactly by code, name, name and spec, or alias.
func (n itemNames) find(picked id.ID, text string) (catalog.Item, error) {
	key := catalog.Key(text)
	if it, ok := n.byID[picked]; ok && (key == "" || n.named(it, key)) {
		return it, nil
	}
	found := n.byKey[key]
	switch {
	case key == "":
		return catalog.Item{}, errs.New(errs.Invalid, "没有填物资，请输入名称、编码或拼音首字母后选择。")
	case len(found) == 0:
		return catalog.Item{}, errs.New(errs.Invalid, "目录中没有「%s」，请从列表选择；确是新物资的，请计划员先在物资目录新增。", strings.TrimSpace(text))
	case len(found) > 1:
		return catalog.Item{}, errs.New(errs.Invalid, "「%s」有 %d 种规格，请从列表中选定一种。", strings.TrimSpace(text), len(found))
	}
	return found[0], nil
}

func (n itemNames) named(it catalog.Item, key string) bool {
	for _, f := range n.byKey[key] {
		if f.ID == it.ID {
			return true
		}
	}
	return false
}
