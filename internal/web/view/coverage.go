package view

// Coverage is the matrix of stock against the plan (储备对照).
type Coverage struct {
	Base
	Plan, PlanURL string
	On, Today     string
	Moment        Tag
	Plans         []Option
	Notes         []string
	ExportURL     string
	Kpis          []Kpi
	Trend         []TrendPoint
	Chart         Chart
	Legend        []Band
	Columns       []string
	Rows          []CoverageRow
	Total         CoverageRow
	Tiers         []Option
	Sort          string
	SortURL       string
	Empty         Empty
	Shown         bool
	Filtered      bool
	ClearURL      string
}

// Kpi is an indicator with a sentence beside it.
type Kpi struct {
	Label, Value, Unit string
	Tone               string
	Hint               string
	URL                string
}

// Band is a step of the legend.
type Band struct{ Class, Label string }

// CoverageRow is a depot's rates.
type CoverageRow struct {
	Name, URL string
	Tag       string // 其他部门, 企业代储
	Cells     []CoverageCell
	Sum       CoverageCell
	Width     int // of the bar, 0–100
}

// CoverageCell is a rate with its band; Text "" = nothing planned.
type CoverageCell struct {
	Text, Class, Hint, URL string
	Low                    bool
}

// TrendPoint is the rate of a coming month.
type TrendPoint struct{ On, Label, Rate, URL string }

// Chart is a line drawn as SVG.
type Chart struct {
	Width, Height int
	Line, Area    string // point lists
	Dots          []ChartDot
	Guides        []ChartGuide
}

// ChartDot is a point with its words.
type ChartDot struct {
	X, Y        int
	Label, Text string
	Last        bool
}

// ChartGuide is a level of the chart.
type ChartGuide struct {
	Y    int
	Text string
}

// CoverageLines is the list of targets of a depot or category with everything
// that does not count.
type CoverageLines struct {
	Base
	Title, Plan     string
	On              string
	Moment          Tag
	Notes           []string
	BackURL         string
	Wheres, Kinds   []Option
	Only            []Option
	PlanID, OnTyped string
	Tier            string // the list is narrowed to, "" = none
	Filtered        bool
	ClearURL        string
	Whys            []string // exclusions that stand in some row
	Zero            []string // and those that stand in none
	AnyPromised     bool
	Rows            []CoverageLine
	Sum             string
	Cut             string
	Empty           Empty
}

// CoverageLine is a target.
type CoverageLine struct {
	Where, Target, Unit        string
	URL                        string // its lots
	Minimum, Standard, Maximum string
	Book                       string
	Out                        []CoverageOut
	Usable, Promised, Short    string
	Rate                       CoverageCell
	Enough                     bool
}

// CoverageOut is one exclusion; Qty "" = none.
type CoverageOut struct{ Label, Qty, URL string }

// CoverageLots are the lots behind a target.
type CoverageLots struct {
	Base
	Title, Where, Unit string
	On                 string
	Moment             Tag
	BackURL            string
	Line               CoverageLine
	Whys               []StockTab
	Rows               []CoverageLot
	Empty              Empty
	Cut                string
}

// CoverageLot is a lot where it stands.
type CoverageLot struct {
	Item, Depot, Bin string
	LotNo, LotURL    string
	Expires          string
	ExpiryTag        Tag
	Qty, Allocated   string
	Unit             string
	Why              Tag
	CardURL          string
}
