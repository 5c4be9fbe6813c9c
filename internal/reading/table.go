package reading

import (
	"regexp"
	"slices"
	"strings"

	"changbei/internal/day"
	"changbei/internal/grid"
)

// table is one recognised table while its rows are read.
type table struct {
	l       *Lexicon
	b       *board
	kind    Kind
	columns []column
	byField map[Field]int // field → index into columns, -1 = none
	header  []int
	left    int // columns it may look at, inclusive
	right   int
	first   int // rows, inclusive
	end     int
	list    []int // the rows between them that have cells
	index   int   // in Result.Tables

	heads       heads
	said        Mapping // by a person, now or before
	fingerprint string
	depot       string
	depotFrom   DepotFrom
	filePlace   string
	namedOnce   bool   // the depot's column leaves the rows below a name blank
	askDepot    int    // a column that was taken for the depot by its values alone
	direction   string // of a journal's lines, from the words above it or the sheet's name
	planYear    int
	today       day.Day
	limit       day.Day // later days lie in the future

	reasons    map[int]Reason // "" = a row of goods
	bandFields map[int]Field
	arabicSeq  bool

	// What the rows above left behind.
	category     string
	bandDepot    string
	bandLocation string
	above        map[Field]string
	balances     map[string]running
	lastDate     day.Day
	lastDays     map[Field]day.Day
	lastMonth    int // of dates in parts
	lastDay      int
	lastYear     int
	lastDocNo    string

	rows   []Row
	issues []Issue
}

func (t *table) index1(f Field) int {
	if i, ok := t.byField[f]; ok {
		return i
	}
	return -1
}

// column gives the column of a field.
func (t *table) column(f Field) (column, bool) {
	if i := t.index1(f); i >= 0 {
		return t.columns[i], true
	}
	return column{}, false
}

// col gives the column number of a field, 0 when there is none.
func (t *table) col(f Field) int {
	c, _ := t.column(f)
	return c.col
}

func (t *table) fieldAt(col int) Field {
	for _, c := range t.columns {
		if c.col == col {
			return c.field
		}
	}
	return ""
}

func (t *table) indexFields() {
	t.byField = map[Field]int{}
	for i, c := range t.columns {
		if _, ok := t.byField[c.field]; !ok {
			t.byField[c.field] = i
		}
	}
}

// own gives the cell that stands in a row under a field itself.
func (t *table) own(row int, f Field) (cell, bool) {
	if col := t.col(f); col > 0 {
		return t.b.at(row, col)
	}
	return noCell, false
}

// cellOf gives the cell a person sees in a row under a field: its own, or the
// one merged down over it within this table.
func (t *table) cellOf(row int, f Field) (cell, bool) {
	col := t.col(f)
	if col == 0 {
		return noCell, false
	}
	if c, ok := t.b.at(row, col); ok {
		return c, true
	}
	if m, ok := t.b.merge(row, col); ok && m.Col1 == col && m.Row1 >= t.first {
		return t.b.at(m.Row1, col)
	}
	return noCell, false
}

// text gives a text field of a row. Ditto marks take the row above; / and 无
// mean nothing.
func (t *table) text(row int, f Field) string {
	c, ok := t.cellOf(row, f)
	v := c.text
	if ok && t.l.isDitto(v) {
		v = t.above[f]
	} else if t.l.isEmpty(v) {
		v = ""
	}
	t.above[f] = v
	return v
}

func (t *table) ref(row int, f Field) string {
	if col := t.col(f); col > 0 {
		return grid.Ref(row, col)
	}
	return ""
}

// read classifies the rows and reads those of goods.
func (t *table) read() {
	t.refine()
	t.indexFields()
	t.sees()
	t.askUnknown()
	t.askTaken()
	t.askDay()
	for _, row := range t.list {
		t.reasons[row] = t.classify(row)
	}
	t.bands()
	t.nameDepot()
	t.rows = make([]Row, 0, len(t.rowsOf("")))
	for _, row := range t.list {
		switch reason := t.reasons[row]; {
		case reason == "":
			t.readRow(row)
		case reason == SkipBand:
			t.enterBand(row)
		}
	}
	t.askBeside()
	t.askPortions()
	t.checkTotals()
	t.checkDuplicates()
}

// sees finds out whether the number column counts in Arabic figures, which
// makes a Chinese numeral in it a band's.
func (t *table) sees() {
	for _, row := range t.list {
		if c, ok := t.own(row, Seq); ok && c.numeric() || ok && arabicForm.MatchString(c.text) {
			t.arabicSeq = true
			return
		}
	}
}

var arabicForm = regexp.MustCompile(`^\d+$`)

func (t *table) enterBand(row int) {
	title, _ := bandTitle(t.bandText(row))
	switch t.bandFields[row] {
	case Depot:
		t.bandDepot, t.bandLocation, t.category = title, "", ""
	case Location:
		t.bandLocation = title
	default:
		t.category = title
	}
}

// refine settles by the values what headings leave open.
func (t *table) refine() {
	for i := range t.columns {
		c := &t.columns[i]
		texts := t.sample(c.col)
		switch {
		case c.given:
		case c.field == PlaceQty || c.field == ItemQty:
			if share(texts, notAmount) > half {
				c.field = Other
			}
		case c.field == Unit && c.review && share(texts, organisation) > half:
			if c.field = Other; t.namesPlaces(texts) && t.kind != MovementJournal {
				c.field = Depot
			}
		case (c.field == Other || c.field == "") && c.part == "":
			if t.namesPlaces(texts) && !otherOffices.MatchString(c.header) {
				t.depotBesides(c)
			} else if t.mayTellDepots(c, texts) {
				c.field, t.askDepot = Depot, c.col
			}
		case c.field == Category && c.review || c.field == "" && t.kind == MovementJournal:
			if share(texts, t.l.isDirection) > half {
				c.field = DocType
			}
		case (c.field == Counterparty || c.field == Keeper) && storeOffice.MatchString(fold(c.header)) && t.namesPlaces(texts):
			c.field = Depot
		case c.field == Depot:
			t.refineDepot(c, texts)
		case c.field == ShelfLife || c.field == Expiry:
			t.refineExpiry(c, texts)
		case c.field == Seq && c.review:
			if share(texts, arabicForm.MatchString) <= half {
				c.field = Code
			}
		}
	}
}

// officeForm are headings of the office a line belongs to, which names the
// depot where a table has no better column and the values are places.
var officeForm = regexp.MustCompile(`^\p{Han}{0,4}单位(名称)?$`)

// otherOffices are the offices a column may name that keep no store of the line.
var otherOffices = regexp.MustCompile(`生产|供货|供应|销售|领用|接收|使用|捐赠|计量|采购|发放|拨付|制造|施工|协议|代储|产权|权属|购买|配送|承运|领取|借用|审批|编制`)

// storeOffice are headings of the office whose store the goods lie in or leave.
var storeOffice = regexp.MustCompile(`^(调出|拨出|发出|出库|保管|存放)(单位|部门|仓库)(名称)?$`)

// unsureOffice are headings under which names may be those of the stores.
var unsureOffice = regexp.MustCompile(`^(代储|承储|存放|储备|保管|使用|所属|配备|配置)?(单位|企业|机构|队伍|部门|点|处|网格)(名称)?$`)

// mayTellDepots reports a column of different names that nothing else in the
// table tells the depot of: it is asked about, since the title's place would
// swallow them all.
func (t *table) mayTellDepots(c *column, texts []string) bool {
	taken := slices.ContainsFunc(t.columns, func(o column) bool { return o.field == Depot || o.field == PlaceQty })
	if taken || t.kind == MovementJournal || !unsureOffice.MatchString(fold(c.header)) {
		return false
	}
	names := slices.DeleteFunc(slices.Clone(texts), notName)
	different := len(slices.Compact(slices.Sorted(slices.Values(names))))
	return different > 1 && float64(len(names)) > half*float64(len(t.list))
}

// notName reports figures and marks.
func notName(text string) bool { return !nameForm.MatchString(text) }

var nameForm = regexp.MustCompile(`\p{Han}{2}`)

// siteHeading speaks of places of any name: 湖滨公园 under 避难场所名称.
var siteHeading = regexp.MustCompile(`场所|安置点|点位|网点|站点|消防站|卫生院|学校|队伍`)

// placeHeading are headings that speak of a place or a store.
var placeHeading = regexp.MustCompile(`库|仓|点|站|村|居|社区|镇|乡|街|辖区|片区|区域|网格|场所|林场`)

// namesPlaces reports that most values are places, and that no other column
// names the depot.
func (t *table) namesPlaces(texts []string) bool {
	taken := slices.ContainsFunc(t.columns, func(o column) bool { return o.field == Depot || o.field == PlaceQty })
	return !taken && len(texts) > 0 && share(texts, keepsStores) > half
}

// depotBesides takes a column of places for the depot where its heading speaks
// of one; under any other heading it asks, since the lines would lie elsewhere.
func (t *table) depotBesides(c *column) {
	heading := fold(c.header)
	if t.kind == MovementJournal && !strings.ContainsAny(heading, "库仓点站") {
		return // whom it went to
	}
	c.field = Depot
	if !placeHeading.MatchString(heading) && !officeForm.MatchString(heading) {
		t.askDepot = c.col
	}
}

// half is the share of values that decides what a column is.
const half = 0.5

// sampleRows is how many values of a column are looked at.
const sampleRows = 200

func (t *table) sample(col int) []string {
	var out []string
	for _, row := range t.list {
		if len(out) == sampleRows {
			break
		}
		if c, ok := t.b.at(row, col); ok && !t.l.isEmpty(c.text) && !t.l.isDitto(c.text) {
			out = append(out, c.text)
		}
	}
	return out
}

func share(texts []string, is func(string) bool) float64 {
	n := 0
	for _, s := range texts {
		if is(s) {
			n++
		}
	}
	if len(texts) == 0 {
		return 0
	}
	return float64(n) / float64(len(texts))
}

func notAmount(s string) bool {
	return !strings.ContainsAny(s, "0123456789０１２３４５６７８９")
}

var organisationForm = regexp.MustCompile(`(局|政府|公司|中心|委员会|办公室|街道|镇|乡|村|社区|站|所|院|校|厂|队)$`)

func organisation(s string) bool { return runeCount(s) > 2 && organisationForm.MatchString(s) }

// refineDepot leaves a column the depot only if its values name depots or
// places; on a sheet named after a place an unsure one is the location.
func (t *table) refineDepot(c *column, texts []string) {
	area := slices.ContainsFunc([]string{"县", "区", "镇", "乡", "街道", "村"}, func(w string) bool { return strings.Contains(c.header, w) })
	named := share(texts, func(s string) bool { return placeName(s) || placeIn(s) != "" || storeName(s) }) > half
	located := slices.ContainsFunc(t.columns, func(o column) bool { return o.field == Location && o.col != c.col })
	if located && strings.Contains(c.header, "储备库") {
		return // a bureau may call a depot what it likes; the places in it have a column of their own
	}
	if !named && !c.review && (fineness(c.header) == 3 || siteHeading.MatchString(c.header)) && len(texts) > 0 && share(texts, func(s string) bool { return roomForm.MatchString(s) || runeCount(s) < 3 }) <= half {
		return // the heading is sure, and what stands there is no room
	}
	if c.review && sheetPlace(t.b.name) != "" || !named && !area {
		c.field = Location
		if located {
			c.field = Other
		}
	}
}

var durationForm = regexp.MustCompile(`^\d{1,3}(?:\.\d)?(?:年|个?月|天|日)?$`)

// refineExpiry tells 保质期 36个月 from 有效期 2025.5.14.
func (t *table) refineExpiry(c *column, texts []string) {
	if len(texts) == 0 {
		return
	}
	if share(texts, func(s string) bool { return durationForm.MatchString(fold(s)) }) > half {
		c.field = ShelfLife
	} else if c.field == ShelfLife && share(texts, t.isDay) > half {
		c.field = Expiry
	}
}

func (t *table) isDay(s string) bool {
	_, err := day.Parse(s, t.today)
	return err == nil || serialForm.MatchString(s)
}
