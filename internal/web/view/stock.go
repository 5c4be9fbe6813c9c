package view

// StockList is the stock list (库存台账) in one of its four arrangements: only
// the rows of the current one are filled.
type StockList struct {
	Base
	AsOf     string
	Query    StockQuery
	Tabs     []StockTab
	Export   Export
	ClearURL string

	ByItem     []StockItemRow
	ByLot      []StockLotRow
	ByDepot    []StockSum
	ByCategory []StockSum

	None  bool // nothing to list: Empty says why
	Empty Empty
	Pager Pager
}

// StockQuery is the filter as it was asked for. Filtered says that some of it
// narrows the list.
type StockQuery struct {
	By       string // item, lot, depot or category
	Depots   []Option
	Kinds    []Option
	Text     string
	LotNo    string
	Expiries []Option
	States   []Option
	Filtered bool
}

// StockTab is one arrangement of the list.
type StockTab struct {
	Label   string
	URL     string
	Current bool
}

// StockItemRow is an item with its sums. Held to
// Expiring are "" where there is none.
type StockItemRow struct {
	Code, Name, Spec  string
	Category, Unit    string
	OnHand, Available string
	Held, Quarantined string
	Away, Allocated   string
	Expired, Expiring string
	Lots, Depots      int
	CardURL, LotsURL  string
}

// StockLotRow is a lot in a bin.
type StockLotRow struct {
	Code, Name, Spec  string
	CardURL, LotURL   string
	Held, Quarantine  bool
	Depot, Bin        string
	LotNo             string
	Produced, Expires string
	Tag               Tag // how near the expiry is
	OnHand, Available string
	Unit, Price       string
	Source, Owner     string
}

// StockSum counts what a depot or a category has in stock. Quantities of
// different units are never added up; Counted is the measure word of Expired
// and Expiring.
type StockSum struct {
	Name, Note              string
	URL                     string
	Kinds, Lots             int
	Expired, Expiring       int
	ExpiredURL, ExpiringURL string
	Counted                 string
}

// StockCard is a page of an item's stock card (物资卡片).
type StockCard struct {
	Base
	Code, Name, Spec string
	Category, Unit   string
	Now              string // today's stock
	ItemURL          string
	StockURL         string
	ExportURL        string
	SelfURL          string

	Depots   []Option
	Depot    string // whose card this is, in words
	From, To string // ISO days, "" = open

	Earlier          bool // older rows follow: the opening is 承前页
	Later            bool // newer rows came before: the closing is 转下页
	Opening, Closing string
	Rows             []StockCardRow
	Pager            Pager
}

// StockCardRow is one movement; In or Out is "".
type StockCardRow struct {
	On, Number, URL string
	Type            Tag
	Text, Remark    string
	Depot, Bin      string
	LotNo, LotURL   string
	Expires         string
	In, Out         string
	Balance         string
	Actor           string
}
