package importing

import (
	"cmp"
	"fmt"
	"strings"

	"changbei/internal/catalog"
	"changbei/internal/errs"
	"changbei/internal/id"
	"changbei/internal/quantity"
	"changbei/internal/reading"
)

// Row is a row of the ledger with the item it means and how it stands.
type Row struct {
	*reading.Row
	Key      string // sheet!cell
	Content  string // identity of what it says, to know it again
	Kind     reading.Kind
	Status   reading.Status
	Problems []Problem
	Match    catalog.Match
	Item     *catalog.Item // the item it books to, nil = a new one or undecided
	Create   bool
	DepotID  id.ID
	Amount   quantity.Q // in the item's unit, once the quantity and the item are known
	Packed   string     // the quantity as written, where it was in packs
	Known    bool       // booked by an earlier batch
	Aside    bool       // its table is of another kind than the one applied
	Skipped  bool
	Fills    bool // its item lacks the weight or volume it states
}

// Problem is one thing wrong or doubtful with a row.
type Problem struct {
	Cell, Field, Code, Message, Value, Suggestion string
	Severity                                      reading.Status
}

// Word is a name the catalogue does not know for sure.
type Word struct {
	Key              string
	Name, Spec, Unit string
	Match            catalog.Match
	Choice           Choice
	Decided          bool
	Remembered       bool          // chosen for an earlier ledger
	Item             *catalog.Item // chosen
	NeedsFactor      bool          // its unit is not the item's: how many does one hold?
	Rows             int
}

// WordKey names an item as a ledger writes it.
func WordKey(r *reading.Row) string { return catalog.ItemKey(r.Item, r.Spec, r.Unit) }

func (p *Preview) kindOf(r *reading.Row) reading.Kind { return p.Result.Tables[r.Table].DocKind }

// judging is what rows are held against.
type judging struct {
	p       *Preview
	index   *catalog.Index
	byID    map[id.ID]catalog.Item
	known   map[knownWord]Choice
	words   map[string]int           // where each open word is listed
	factors map[itemUnit]string      // answered for one word, true of the item
	matches map[string]catalog.Match // each word is looked up once
	issues  map[rowAt][]reading.Issue
}

type rowAt struct {
	sheet string
	row   int
}

type itemUnit struct {
	item id.ID
	unit string
}

// judge gives every row its status: that of reading, made stricter by what the
// catalogue says of its item.
func (p *Preview) judge(index *catalog.Index, items []catalog.Item, known map[knownWord]Choice) {
	j := &judging{p: p, index: index, byID: make(map[id.ID]catalog.Item, len(items)), known: known, words: map[string]int{},
		factors: map[itemUnit]string{}, matches: map[string]catalog.Match{}, issues: map[rowAt][]reading.Issue{}}
	for _, it := range items {
		j.byID[it.ID] = it
	}
	p.items = j.byID
	j.collectFactors()
	for _, i := range p.Result.Issues {
		at := rowAt{i.Sheet, i.Row}
		j.issues[at] = append(j.issues[at], i)
	}
	p.Rows = make([]Row, 0, len(p.Result.Rows))
	for i := range p.Result.Rows {
		p.Rows = append(p.Rows, j.row(&p.Result.Rows[i]))
	}
}

// collectFactors takes each answer "one 箱 holds 24" for all words of the item.
func (j *judging) collectFactors() {
	add := func(c Choice, unit string) {
		if c.Item != 0 && c.Factor != "" {
			j.factors[itemUnit{c.Item, catalog.Key(unit)}] = c.Factor
		}
	}
	for w, c := range j.known {
		add(c, w.unit)
	}
	for key, c := range j.p.Decisions.Items {
		add(c, key[strings.LastIndex(key, "|")+1:])
	}
}

func (j *judging) row(r *reading.Row) Row {
	row := Row{Row: r, Key: r.Sheet + "!" + r.Cell, Kind: j.p.kindOf(r), Status: r.Status, DepotID: j.p.depotOf(r.Depot)}
	for _, i := range j.issues[rowAt{r.Sheet, r.Row}] {
		row.Problems = append(row.Problems, Problem{Cell: i.Cell, Field: string(i.Field), Code: i.Code, Message: i.Message, Value: i.Value,
			Suggestion: i.Suggestion, Severity: i.Severity})
	}
	if row.Aside = row.Kind != j.p.Kind; row.Aside {
		return row
	}
	if row.Status == reading.Confirm && j.p.Decisions.Accept[row.Key] {
		row.Status = reading.OK
	}
	if j.p.Act == FoundDepot {
		return row
	}
	j.item(&row)
	j.quantity(&row)
	if j.p.Act == Catalogue {
		j.measures(&row)
	}
	return row
}

// item ties a row to an item: a sure match, or what a person chose for the
// word, now or for an earlier ledger. Each open word is listed once.
func (j *judging) item(row *Row) {
	if row.Row.Item == "" {
		return // reading has said so already
	}
	key := WordKey(row.Row)
	row.Match = j.match(key, row.Row)
	choice, decided := j.p.Decisions.Items[key]
	// A word that was to be new may have been made by another batch meanwhile.
	if row.Match.Verdict == catalog.Same && (!decided || choice.Create) {
		row.Item = row.Match.Item
		return
	}
	remembered := false
	if !decided {
		choice, remembered = j.remembered(row)
		decided = remembered
	}
	if !decided && row.Match.Verdict == catalog.Unknown && j.p.Act == Catalogue && row.Unit != "" {
		choice, decided = Choice{Create: true}, true // that is what the list is for
	}
	w := j.word(key, row, choice, decided, remembered)
	w.Rows++
	if it, ok := j.byID[choice.Item]; decided && ok {
		row.Item, w.Item = &it, &it
		return
	}
	if decided && choice.Create {
		row.Create = true
		if row.Unit == "" {
			row.fail(reading.Unit, "第 %d 行「%s」没有单位，新物资要有计量单位。请在单位一格补上，或改选目录中的物资。", row.Row.Row, row.Row.Item)
		}
		return
	}
	row.ask(reading.Item, "第 %d 行「%s」：%s", row.Row.Row, strings.TrimSpace(row.Row.Item+" "+row.Spec), cmp.Or(row.Match.Why, "目录中没有这种物资，请选择对应的物资，或作为新物资加入目录。"))
}

// match looks a word up, also as an item counted in packs of its unit.
func (j *judging) match(key string, r *reading.Row) catalog.Match {
	if m, ok := j.matches[key]; ok {
		return m
	}
	m := j.index.Match(r.Item, r.Spec, r.Unit)
	if m.Verdict == catalog.Similar && r.Unit != "" {
		for _, c := range m.Candidates {
			if _, packed := c.PackOf(r.Unit); !packed {
				continue
			}
			if in := j.index.Match(r.Item, r.Spec, c.Unit); in.Verdict == catalog.Same && in.Item.ID == c.ID {
				m = in
				break
			}
		}
	}
	j.matches[key] = m
	return m
}

func (j *judging) word(key string, row *Row, choice Choice, decided, remembered bool) *Word {
	i, listed := j.words[key]
	if !listed {
		i = len(j.p.Words)
		j.words[key] = i
		j.p.Words = append(j.p.Words, Word{Key: key, Name: row.Row.Item, Spec: row.Spec, Unit: row.Unit, Match: row.Match, Choice: choice,
			Decided: decided, Remembered: remembered})
	}
	return &j.p.Words[i]
}

// quantity holds the figure against the item it books to: converted from packs,
// within its unit's decimals, and that the item can be booked at all.
func (j *judging) quantity(row *Row) {
	if row.Quantity == nil {
		return
	}
	if row.Amount = *row.Quantity; row.Item == nil {
		return
	}
	if row.Item.Draft {
		row.fail(reading.Unit, "第 %d 行「%s」在目录中还没有计量单位，请计划员先补上。", row.Row.Row, row.Item.Label())
		return
	}
	if !j.convert(row) {
		return
	}
	if !row.Amount.Fits(row.Item.Decimals) {
		row.fail(reading.Quantity, "%s", row.tooFine())
	}
	if j.p.Act != DraftPlan { // a plan asks for pieces that have no number yet
		row.judgePieces()
	}
}

// convert turns a figure in another unit than the item's into the item's, by a
// pack of the catalogue or by what a person answered.
func (j *judging) convert(row *Row) bool {
	it := *row.Item
	if row.Unit == "" || j.index.SameUnit(it, row.Row.Item, row.Unit) {
		return true
	}
	pack, known := it.PackOf(row.Unit)
	if !known {
		text := j.factors[itemUnit{it.ID, catalog.Key(row.Unit)}]
		r, err := quantity.Parse(text)
		if text == "" || err != nil || r.Q <= 0 {
			j.askFactor(row)
			return false
		}
		pack = catalog.Pack{Name: row.Unit, Factor: r.Q}
	}
	amount, err := pack.Hold(*row.Quantity)
	if err != nil {
		row.fail(reading.Quantity, "第 %d 行「%s」：%s", row.Row.Row, it.Label(), errs.MessageOf(err))
		return false
	}
	if row.Amount = amount; pack.Factor != quantity.One {
		row.Packed = clip(row.Quantity.String()+row.Unit, 60)
	}
	return true
}

func (j *judging) askFactor(row *Row) {
	key := WordKey(row.Row)
	if i, ok := j.words[key]; ok {
		j.p.Words[i].NeedsFactor = true
	} else { // the catalogue knew the word; only its unit is open
		w := j.word(key, row, Choice{Item: row.Item.ID}, true, false)
		w.Item, w.NeedsFactor = row.Item, true
		w.Rows++
	}
	row.ask(reading.Unit, "第 %d 行「%s」按%s计，目录中按%s计：请在“认不准的物资”里填写一%s等于多少%s。", row.Row.Row, row.Item.Label(), row.Unit, row.Item.Unit, row.Unit, row.Item.Unit)
}

// tooFine says that a row's quantity has more decimals than its item's unit.
func (r Row) tooFine() string {
	return fmt.Sprintf("第 %d 行「%s」的数量 %s 的小数太多，单位「%s」最多 %d 位小数。", r.Row.Row, r.Item.Label(), r.Amount, r.Item.Unit, r.Item.Decimals)
}

func (r *Row) fail(f reading.Field, format string, args ...any) {
	r.Status = reading.Error
	r.Problems = append(r.Problems, Problem{Cell: r.Cells.At(f), Field: string(f), Message: fmt.Sprintf(format, args...), Severity: reading.Error})
}

// ask raises a question that only its own answer settles: a person's yes to
// what reading doubted does not cover it.
func (r *Row) ask(f reading.Field, format string, args ...any) {
	if r.Status == reading.OK {
		r.Status = reading.Confirm
	}
	r.Problems = append(r.Problems, Problem{Cell: r.Cells.At(f), Field: string(f), Message: fmt.Sprintf(format, args...), Severity: reading.Confirm})
}

// Doubtful gives the rows whose only doubts are of one code and that nobody has
// said yes to: one answer settles them all.
func (p *Preview) Doubtful(code string) []string {
	var keys []string
	for _, r := range p.Rows {
		if r.Row.Status != reading.Confirm || r.Skipped || r.Aside || p.Decisions.Accept[r.Key] {
			continue
		}
		only := true
		for _, x := range r.Problems {
			only = only && (x.Code == code || x.Code == "")
		}
		if only {
			keys = append(keys, r.Key)
		}
	}
	return keys
}

// Asked reports a doubt beyond reading's own that a person's yes to the row
// settles.
func (r Row) Asked() bool {
	for _, x := range r.Problems {
		if x.Code == codeBooked {
			return true
		}
	}
	return false
}
