package view

// ScoreList is how streets (六有) and villages (三有) keep their goods.
type ScoreList struct {
	Base
	On, Quarter string
	Since       string // the quarter's first day
	Tiers       []ScoreTier
	Bare        string // which divisions have no depot, "" = all have, or not to be seen

	TierOptions []Option
	Streets     []Option
	Failing     bool
	Filtered    bool

	Rules []string
	Rows  []ScoreRow
	Empty Empty

	Order ScoreOrder
}

// ScoreTier sums a tier up.
type ScoreTier struct {
	Name   string // 六有（街镇）
	Mean   int
	Met    int
	Depots int
	Tag    Tag
}

// ScoreOrder is the form that opens rectifications for all that fails in the
// list.
type ScoreOrder struct {
	Missing     int // that nobody is putting right yet, where the actor may
	Depot       string
	Tier        string
	Street      string
	Failing     bool
	Latest      string // today: no earlier day
	DueOn       string
	Responsible string
}

// ScoreRow is a depot with its score.
type ScoreRow struct {
	Depot, URL string
	Division   string
	Village    bool // stands below its street
	Points     int
	Grade      Tag
	Cells      []ScoreCell

	Call *CallForm // nil = not the actor's
}

// ScoreCell is how a depot stands by one rule.
type ScoreCell struct {
	Rule       string
	Tag        Tag
	Fact       string
	Todo       string
	Fix        string // what to do, "" = nothing the actor can
	FixURL     string
	Form       bool   // it is done right here, by the row's form
	Rectify    string // the open rectification, 整改至 2026-12-25
	RectifyURL string
	Late       bool
}

// CallForm records a call to a depot.
type CallForm struct {
	CSRF    string
	Action  string
	Back    string // where to go on
	Name    string // whom one calls
	Phone   string
	Reached bool // as typed
	Missed  bool
	Remark  string
}

// DepotStand is the score on a depot's own page, with the last calls.
type DepotStand struct {
	Judged  bool
	Points  int
	Grade   Tag
	Quarter string
	Cells   []ScoreCell
	Call    *CallForm
	Calls   []DepotCall
}

// DepotCall is a call to a depot.
type DepotCall struct {
	On, Phone string
	Tag       Tag
	Actor     string
	Remark    string
}
