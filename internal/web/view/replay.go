package view

// Replay is a response as it stood at a minute of its past (复盘).
type Replay struct {
	Base
	Name   string
	Tags   []Tag // as it stood
	Marked string
	Pages  []StockTab

	SelfURL    string
	Min, Max   int64 // minutes since 1970, which the slider counts
	M          int64
	At         string // of the field of date and time
	AtText     string
	Minute     string // 第 31 分钟，共 140 分钟
	From, To   string
	First      NamedPlace // the next tick before and after, the first and the last
	Prev, Next NamedPlace
	Last       NamedPlace

	Line    ReplayLine
	Figures []Kpi
	Loads   []ReplayLoad
	Orders  []ReplayOrder // that have no load yet, or never will
	Goods   []ReplayGoods
	Stock   []ReplayStock
	Ticks   []ReplayTick
	Cut     string
}

// ReplayLine is the time from the first tick to the last, drawn on the server.
type ReplayLine struct {
	Width  int
	Levels []ReplayLevel
	Marks  []ReplayMark
	NowX   int
}

// ReplayLevel is a level and how long it held.
type ReplayLevel struct {
	X, Width    int
	Class, Text string
	Hint        string
}

// ReplayMark is a tick on the line.
type ReplayMark struct {
	X           int
	Class, Hint string
}

// ReplayLoad is a load as it stood.
type ReplayLoad struct {
	Load, URL           string
	Way                 string
	Status              Tag
	Left, Arrived, Sign string
	Road                string
}

// ReplayOrder is an order as it stood.
type ReplayOrder struct {
	Number, URL string
	Status      Tag
	To, At      string
}

// ReplayGoods is where an item was.
type ReplayGoods struct {
	Item, Unit                 string
	Road, Good, Damaged, Field string
	Done                       string // used, returned, written off
}

// ReplayStock is what a depot's bins held then and hold now.
type ReplayStock struct{ Depot, Item, Unit, Then, Today string }

// ReplayTick is something that happened; Past says it had by then.
type ReplayTick struct {
	At, URL    string
	Kind       Tag
	Text       string
	ObjectURL  string
	Who        string
	Past, Here bool // Here is the newest that had
}
