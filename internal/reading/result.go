package reading

import (
	"changbei/internal/day"
	"changbei/internal/money"
	"changbei/internal/quantity"
)

// Kind is what sort of ledger a workbook is.
type Kind string

// The kinds of ledger.
const (
	StockList        Kind = "stock_list"
	StockSummary     Kind = "receipt_issue_summary" // 收发存
	MovementJournal  Kind = "movement_journal"      // 流水, 明细账
	ReservePlan      Kind = "reserve_plan"
	Stocktake        Kind = "stocktake"
	DonationRegister Kind = "donation_register"
	ItemCatalogue    Kind = "item_catalogue"
	DepotList        Kind = "depot_list"
)

// Kinds lists all kinds in the order a choice shows them.
var Kinds = []Kind{StockList, StockSummary, MovementJournal, DonationRegister, Stocktake, ReservePlan, ItemCatalogue, DepotList}

// Role is what a sheet is for. Only Data sheets yield rows.
type Role string

// The roles of a sheet.
const (
	RoleData         Role = "data"
	RoleSummary      Role = "summary"
	RoleInstructions Role = "instructions"
	RoleDictionary   Role = "dictionary"
	RoleEmpty        Role = "empty"
	RoleOldVersion   Role = "old_version"
)

// Status says what may be done with a row.
type Status string

// The statuses, from taken as it is to not takeable.
const (
	OK      Status = "ok"
	Confirm Status = "confirm" // readable, but a person must say yes
	Error   Status = "error"   // a cell must be mended first
)

// DepotFrom says where a table's depot was found.
type DepotFrom string

// The places a depot can be named, in the order they are asked.
const (
	DepotColumn       DepotFrom = "column"
	DepotColumnHeader DepotFrom = "column_header"
	DepotBand         DepotFrom = "band"
	DepotAboveTable   DepotFrom = "above_table"
	DepotSheetName    DepotFrom = "sheet_name"
	DepotTitle        DepotFrom = "title"
	DepotFileName     DepotFrom = "file_name"
	DepotFilledInBy   DepotFrom = "filled_in_by"
)

// Result is all that was read from one workbook.
type Result struct {
	FileName   string
	DocKind    Kind
	Title      string
	AsOf       day.Day // the day the ledger speaks of; zero = not stated
	FilledInBy string  // 编制单位, 填报单位
	Sheets     []Sheet
	Tables     []Table
	Rows       []Row
	Skipped    []Skipped
	Issues     []Issue
	Notices    []string // of the file's reader, for people

	boards map[string]*board
}

// Text gives what a person sees in a cell of the workbook, mended or merged,
// whether it was read or not.
func (r *Result) Text(sheet string, row, col int) string {
	if b := r.boards[sheet]; b != nil {
		c, _ := b.seen(row, col)
		return c.text
	}
	return ""
}

// Own gives the text the file itself has in a cell that a person typed over.
func (r *Result) Own(sheet string, row, col int) string {
	if b := r.boards[sheet]; b != nil {
		return b.own[position{row, col}]
	}
	return ""
}

// Sheet is one sheet and the role it was given.
type Sheet struct {
	Name string
	Role Role
}

// Table is one recognised table. DepotFrom and Depot are "" when nothing names
// the depot, or when each row names its own.
type Table struct {
	Sheet        string
	DocKind      Kind
	AsOf         day.Day
	HeaderRows   []int  // all of them, those repeated further down too
	Heading      []int  // the rows of the heading at the top
	Fingerprint  string // of that heading, to know it again
	FirstDataRow int
	LastDataRow  int // its total row, where it has one
	DepotFrom    DepotFrom
	Depot        string
	Columns      []Column
}

// Column is one column of a table as it was understood. A merged heading is
// written 上/下. Field "" is a column that is not read.
type Column struct {
	Col    string
	Header string
	Field  Field
}

// Row is one line of goods. Quantity nil = cannot be read.
type Row struct {
	Sheet string
	Row   int
	Cell  string // the cell the quantity is read from

	Depot    string
	Category string
	Item     string
	ItemStd  string // the standard word, "" when the list has none: advice
	Spec     string
	Unit     string
	UnitStd  string
	Quantity *quantity.Q

	Date           day.Day // receipt, movement, count or donation day of the line
	ProductionDate day.Day
	Expiry         day.Day
	Location       string
	Remark         string

	LotNo  string
	Source string
	Owner  string
	Code   string
	Price  *money.Fen

	Status Status
	Extra  Extra
	Cells  Refs // the cell each field was read from
	Table  int  // its place in Result.Tables
}

// Extra are the fields only some kinds of ledger have.
type Extra struct {
	Direction    string // in, out, opening: of a journal's line
	Reversal     bool
	Opening      *quantity.Q
	In           *quantity.Q
	Out          *quantity.Q
	Closing      *quantity.Q
	Balance      *quantity.Q
	BookQty      *quantity.Q
	CountedQty   *quantity.Q
	Gain         *quantity.Q
	Loss         *quantity.Q
	Minimum      *quantity.Q // of a plan's line
	Maximum      *quantity.Q
	PlanYear     int
	PlaceLevel   string // county (stands for district), township, village
	DocNo        string
	DocType      string
	Counterparty string
	Purpose      string
	Handler      string
	Donor        string
	Keeper       string
	Phone        string
	ShelfLife    string
	ShelfMonths  int
	WeightGram   int64 // of one unit, of a list of goods
	VolumeCm3    int64
	Seq          string
	PeriodFrom   day.Day
	PeriodTo     day.Day
}

// Reason says why a row yields nothing.
type Reason string

// The reasons a row of a data sheet is skipped.
const (
	SkipTitle     Reason = "title"
	SkipHeader    Reason = "header"
	SkipBand      Reason = "band"
	SkipSubtotal  Reason = "subtotal"
	SkipTotal     Reason = "total"
	SkipBlank     Reason = "blank"
	SkipNote      Reason = "note"
	SkipSignature Reason = "signature"
	SkipCarry     Reason = "carry" // 承前页, 过次页
)

// Skipped is a row of a data sheet that yields nothing, and why.
type Skipped struct {
	Sheet  string
	Row    int
	Reason Reason
}

// Issue is one bad or doubtful cell. Message is a Chinese sentence that names
// the cell, what is typed there, the reason and the remedy.
type Issue struct {
	Sheet      string
	Row        int
	Cell       string
	Field      Field
	Code       string
	Severity   Status // Confirm or Error
	Message    string
	Value      string
	Suggestion string
}

// Field is the meaning of a column.
type Field string

// The fields a column can have.
const (
	Seq           Field = "seq"
	Category      Field = "category"
	Item          Field = "item"
	Spec          Field = "spec"
	Unit          Field = "unit"
	Quantity      Field = "quantity"
	Date          Field = "date"
	Production    Field = "production_date"
	Expiry        Field = "expiry"
	ShelfLife     Field = "shelf_life"
	Location      Field = "location"
	Depot         Field = "depot"
	Keeper        Field = "keeper"
	Phone         Field = "phone"
	Remark        Field = "remark"
	Code          Field = "code"
	LotNo         Field = "lot"
	Source        Field = "source"
	Owner         Field = "owner"
	UnitPrice     Field = "unit_price"
	Amount        Field = "amount"
	OpeningQty    Field = "opening_qty"
	InQty         Field = "in_qty"
	OutQty        Field = "out_qty"
	OpeningAmount Field = "opening_amount"
	InAmount      Field = "in_amount"
	OutAmount     Field = "out_amount"
	Balance       Field = "balance"
	PlanQty       Field = "plan_qty"
	Minimum       Field = "minimum" // 最低, 最高 of a plan's line, beside its standard
	Maximum       Field = "maximum"
	BookQty       Field = "book_qty"
	CountedQty    Field = "counted_qty"
	Gain          Field = "gain"
	Loss          Field = "loss"
	Diff          Field = "diff"
	DiffReason    Field = "diff_reason"
	GoodQty       Field = "good_qty"
	BadQty        Field = "bad_qty"
	ExpiredQty    Field = "expired_qty"
	Total         Field = "total"
	PlaceQty      Field = "place_qty" // a place's column of a pivot
	ItemQty       Field = "item_qty"  // an item's column of a pivot
	DocNo         Field = "doc_no"
	DocType       Field = "doc_type"
	Counterparty  Field = "counterparty"
	Purpose       Field = "purpose"
	Summary       Field = "summary"
	Handler       Field = "handler"
	Donor         Field = "donor"
	Tier          Field = "tier"        // 级别 of a depot
	UnitWeight    Field = "unit_weight" // of one unit of a list of goods
	UnitVolume    Field = "unit_volume"
	Year          Field = "year" // of the line's date, where 年 月 日 stand apart
	Month         Field = "month"
	DayOfMonth    Field = "day"
	Other         Field = "other" // known, and not read
)

// Codes of this package beside those of quantity and day. The contract of
// ledgers names most of them; the last block is our own.
const (
	codeItemMissing      = "item_missing"
	codeItemCompound     = "item_compound"
	codeQtyMerged        = "qty_merged_across_items"
	codeQtyInItem        = "qty_in_item"
	codeQtyReversal      = "qty_negative_reversal"
	codeCountMissing     = "count_missing"
	codeUnitMissing      = "unit_missing"
	codeUnitConflict     = "unit_conflict"
	codeUnitAmbiguous    = "unit_ambiguous"
	codeExpiryBefore     = "expiry_before_production"
	codeFormula          = "formula_error"
	codeDateFuture       = "date_in_future"
	codeDuplicate        = "duplicate_row"
	codeHiddenRow        = "hidden_row"
	codeTotalMismatch    = "total_mismatch"
	codeBalanceMismatch  = "balance_mismatch"
	codeDiffMismatch     = "diff_mismatch"
	codeConditionDiffers = "condition_mismatch"

	codeHeaderUnclear   = "header_unclear"
	codeDepotFilled     = "depot_filled_down"
	codeDateFilled      = "date_filled_down"
	codeDirection       = "direction_unclear"
	codeShelfUnit       = "shelf_life_unit"
	codePriceUnreadable = "price_unreadable"
	codeMeasure         = "measure_unreadable"
	codeStruckOut       = "struck_out"
	codePartOf          = "part_of_another_row"
	codeBecameDate      = "text_became_date"
)
