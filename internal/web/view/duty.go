package view

// Duty is the duty page of a response: where things are now and what waits.
type Duty struct {
	Base
	Name   string
	Tags   []Tag
	Marked string
	Pages  []StockTab

	SelfURL string // where the page looks again
	Running bool
	Over    string // what it says when the response is over
	Wall    bool   // without the menu, for a screen on the wall
	WallURL string // the other way round
	Now     string // to the second

	Figures  []Kpi
	Map      DutyMap
	Loads    []DutyLoad
	Queue    []DutyWait // what waits for somebody, by kind
	Papers   []DutyPapers
	Depots   []DutyDepot
	Plan     string // the depots are held against, "" = none
	StockAt  string
	NoDepots bool
}

// DutyLoad is a load that is not done with.
type DutyLoad struct {
	ID, N     string // N is its number on the map, "" = it is not on the road
	Load, URL string
	Status    Tag
	Goods     string
	From, To  string
	Since     string // 已走 35 分钟, 已到 8 分钟
	Due       string // 预计 20:42 到, 路程未知
	DueTag    Tag    // overdue, or what is left
	Who, Dial string // driver
}

// DutyPapers are the papers one order still owes, with the clock of the first.
type DutyPapers struct {
	ID, Number, URL, Kinds, Due string
	Left                        Tag
}

// DutyWait is one kind of thing that waits.
type DutyWait struct {
	Key, Label string
	Tone       string
	Rows       []DutyRow
	More       int // not listed
}

// DutyRow is one of them.
type DutyRow struct{ ID, Text, URL, Sub, Waited string }

// DutyDepot is a depot with what it can send.
type DutyDepot struct {
	Name, URL string
	Kinds     string
	Plan      Tag // against the plan's minimum
}

// DutyMap is the district as a sketch: streets whose place is known where they
// are, the others in a column beside.
type DutyMap struct {
	Width, Height int
	Nodes         []MapNode
	Arrows        []MapArrow
	ColumnX       int // the column of what has no coordinates, 0 = none
	ColumnTop     int
	Known, Of     int
}

// MapNode is a street, or the district with its own depots.
type MapNode struct {
	X, Y           int
	Class          string // is-ok, is-bad or nothing
	Kinds          string // 23种, "" = nothing to send
	Sign           string // ✓ or ▼2: never colour alone
	Label          string
	LabelX, LabelY int
	Left           bool // the label stands to the left of the point
	Targets        string
	TargetX        int
	Hint           string
	Known          bool
}

// MapArrow is loads under way between two nodes.
type MapArrow struct {
	Path, Head     string
	Late           bool
	Badge          string
	BadgeX, BadgeY int
	BadgeWidth     int
	BadgeLeft      int
	Hint           string
}
