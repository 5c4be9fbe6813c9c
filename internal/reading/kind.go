package reading

import (
	"regexp"
	"slices"
	"strings"
)

// kindOf tells the sort of ledger from its columns, and by the words of its
// titles where columns say too little.
func (l *Lexicon) kindOf(columns []column, names ...string) Kind {
	has := func(f Field) bool {
		return slices.ContainsFunc(columns, func(c column) bool { return c.field == f })
	}
	named := Kind("")
	for _, name := range names {
		if k := match(l.kinds, fold(name)); k != "" {
			named = Kind(k)
			break
		}
	}
	moves := has(InQty) || has(OutQty)
	dated := has(Date) || has(Month) && has(DayOfMonth) || slices.ContainsFunc(columns, func(c column) bool { return c.dateOf != "" })
	amounts := slices.ContainsFunc(columns, func(c column) bool { return isCounted(c.field) })
	switch {
	case named == DepotList && !has(Item) && !amounts:
		return DepotList
	case named == ItemCatalogue && has(Item) && !amounts:
		return ItemCatalogue
	case has(BookQty) && has(CountedQty):
		return Stocktake
	case has(OpeningQty) && moves && !has(DocNo):
		return StockSummary
	case moves && (dated || has(DocNo)) && named != StockSummary:
		return MovementJournal
	case has(Donor):
		return DonationRegister
	case named == Stocktake && (has(CountedQty) || has(BookQty)):
		return Stocktake
	case named == DonationRegister && dated, named == ReservePlan:
		return named
	case named == MovementJournal && has(Quantity) && (dated || has(DocNo)):
		return named
	case has(DocType) && has(Quantity) && dated:
		return MovementJournal
	case named == StockSummary && moves:
		return named
	case has(PlanQty) && !has(Quantity) && !has(CountedQty) && !has(BookQty):
		return ReservePlan
	}
	return StockList
}

// totalHeading ends as the sum of the other columns of a wide table does.
var totalHeading = regexp.MustCompile(`(合计|总计|总数|总量|小计|共计)(数|量|数量)?$`)

// settle gives the columns the meaning they have in this kind of ledger, and
// reports what stays unclear as a sentence, "" when all is clear.
func settle(columns []column, kind Kind) string {
	find := func(f Field) int { return slices.IndexFunc(columns, func(c column) bool { return c.field == f }) }
	rename := func(from, to Field) {
		for i := range columns {
			if columns[i].field == from {
				columns[i].field = to
			}
		}
	}
	pivot := find(PlaceQty) >= 0 || find(ItemQty) >= 0
	for i, c := range columns {
		if pivot && slices.Contains([]Field{"", InQty, OutQty, Quantity, PlanQty}, c.field) && totalHeading.MatchString(fold(c.header)) {
			columns[i].field = Total
		}
	}
	switch kind {
	case MovementJournal:
		rename(ShelfLife, Other) // how long it was used, where it says so
		notBought(columns)
		lent(columns)
		if find(InQty) >= 0 || find(OutQty) >= 0 {
			rename(Quantity, Balance)
		}
	case StockSummary:
		rename(Balance, Quantity)
	case Stocktake:
		if find(CountedQty) < 0 {
			rename(Quantity, CountedQty)
		} else if find(BookQty) < 0 {
			rename(Quantity, BookQty)
		}
	case ReservePlan:
		preferStandard(columns)
		if !pivot && find(PlanQty) >= 0 {
			rename(Quantity, Other)
			rename(PlanQty, Quantity)
		}
	default:
		settleStock(find, rename)
	}
	if kind != Stocktake && kind != MovementJournal && !pivot && find(Quantity) < 0 && find(Total) >= 0 {
		rename(Total, Quantity)
	}
	if kind == Stocktake && find(Quantity) >= 0 {
		rename(Quantity, Other)
	}
	measured(columns, kind)
	preferFirst(columns)
	if kind == ItemCatalogue || kind == DepotList {
		return ""
	}
	return unclear(columns, pivot)
}

// notBought takes the day goods were once bought for no movement's day: lists of
// what was scrapped or handed out say that as well.
func notBought(columns []column) {
	bought := func(c column) bool {
		return c.field == Date && slices.ContainsFunc([]string{"购置", "购买", "购入", "启用", "配备"}, func(w string) bool { return strings.Contains(c.header, w) })
	}
	in := slices.ContainsFunc(columns, func(c column) bool { return c.field == InQty || strings.Contains(c.header, "来源") })
	for i, c := range columns {
		if bought(c) && !in {
			columns[i].field = Other
		}
	}
}

// lent reads a register of what people took: 数量 went out, 归还数量 came back on
// the day of 归还日期.
func lent(columns []column) {
	back := func(c column) bool { return strings.Contains(c.header, "归还") || strings.Contains(c.header, "退") }
	has := func(is func(column) bool) bool { return slices.ContainsFunc(columns, is) }
	if has(func(c column) bool { return c.field == OutQty || c.field == Balance || c.field == InQty && !back(c) }) || !has(func(c column) bool { return c.field == InQty }) {
		return
	}
	for i := range columns {
		c := &columns[i]
		switch {
		case c.field == Quantity:
			c.field = OutQty
		case back(*c) && (c.field == "" || c.field == Date || c.field == Other) && (strings.Contains(c.header, "日期") || strings.Contains(c.header, "时间")):
			c.field, c.dateOf = Other, InQty
		}
	}
}

// preferStandard takes of the levels of a plan (最低, 标准, 最高) the standard
// one for what it asks; the others stand beside it.
func preferStandard(columns []column) {
	standard := func(c column) bool {
		return strings.Contains(c.header, "标准") && !strings.ContainsAny(c.header, "人均每") // 人均标准 is what one person needs
	}
	if !slices.ContainsFunc(columns, standard) || !slices.ContainsFunc(columns, func(c column) bool { return levelField(c.header) != "" }) {
		return
	}
	for i, c := range columns {
		switch {
		case standard(c) && (c.field == "" || c.field == PlanQty || c.field == Quantity || c.field == Other):
			columns[i].field = PlanQty
		case levelField(c.header) != "":
			columns[i].field = levelField(c.header)
		}
	}
}

// levelField tells a heading of the lower or the upper level of a plan.
func levelField(header string) Field {
	switch {
	case strings.Contains(header, "最低") || strings.Contains(header, "下限"):
		return Minimum
	case strings.Contains(header, "最高") || strings.Contains(header, "上限"):
		return Maximum
	}
	return ""
}

// settleStock makes a stock list's only count its quantity.
func settleStock(find func(Field) int, rename func(from, to Field)) {
	for _, f := range []Field{Balance, CountedQty, BookQty} {
		if find(Quantity) < 0 && find(f) >= 0 {
			rename(f, Quantity)
		}
	}
}

// single are fields of which a table has one; of several dates or specs the
// first that is sure is read.
var single = []Field{Seq, Category, Spec, Unit, Date, Production, Expiry, ShelfLife, Location, Depot, Code, LotNo, Source, Owner, UnitPrice, DocNo, DocType, Remark, Keeper, Phone, Handler, Balance, OpeningQty, Counterparty, Minimum, Maximum, UnitWeight, UnitVolume}

func preferFirst(columns []column) {
	for _, f := range single {
		best := -1
		for i, c := range columns {
			if c.field == f && (best < 0 || better(c, columns[best])) {
				best = i
			}
		}
		for i := range columns {
			if columns[i].field == f && i != best {
				columns[i].field = Other
			}
		}
	}
}

// fineness ranks headings of places: the store itself before its village, the
// village before its township.
func fineness(header string) int {
	switch {
	case strings.Contains(header, "所属") || strings.Contains(header, "所在"):
		return 0
	case strings.ContainsAny(header, "库仓点站"):
		return 3
	case strings.ContainsAny(header, "村社"):
		return 2
	case strings.ContainsAny(header, "镇乡街"):
		return 1
	}
	return 0
}

// better prefers a sure heading, and of the dates of one line the receipt's.
func better(c, than column) bool {
	if c.field == Depot && fineness(c.header) != fineness(than.header) {
		return fineness(c.header) > fineness(than.header)
	}
	if c.review != than.review {
		return than.review
	}
	return c.field == Date && strings.Contains(c.header, "入库") && !strings.Contains(than.header, "入库")
}

// unclear says in Chinese which question a person must answer before the table
// can be read.
func unclear(columns []column, pivot bool) string {
	count := map[Field]int{}
	for _, c := range columns {
		count[c.field]++
	}
	switch {
	case count[Item] > 1:
		return "有不止一列像是物资名称，请在“列的含义”里指定哪一列是物资名称。"
	case count[Quantity] > 1, count[InQty] > 1, count[OutQty] > 1, count[CountedQty] > 1:
		return "有不止一列像是数量，请在“列的含义”里指定要读取哪一列。"
	case !pivot && count[Quantity]+count[InQty]+count[OutQty]+count[CountedQty] == 0:
		return "没有认出数量列，请在“列的含义”里指定哪一列是数量。"
	}
	return ""
}
