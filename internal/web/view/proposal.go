package view

// Proposals is what to do about the plan's shortages.
type Proposals struct {
	Base
	Plan, PlanURL, On string
	Shown             bool
	Summary           []Kpi
	MaySuggest        bool
	Transfers         []ProposedTransfer
	CallUps           []ProposedCallUp
	Purchases         []ProposedPurchase
	Total, Unpriced   string
	TransfersURL      string
	PurchaseURL       string
	Empty             Empty
}

// ProposedTransfer is goods from one depot to another.
type ProposedTransfer struct {
	Key, From, To string
	Goods         string // in one line: 棉被 20 床、雨衣 30 件
	Minutes       Tag
	Lines         []ProposedLine
}

// ProposedLine is goods of one lot, or for one depot.
type ProposedLine struct {
	Item, LotNo, Expires, Bin, To string
	Qty, Unit                     string
	Price, Amount                 string
}

// ProposedCallUp is what one agreement could bring.
type ProposedCallUp struct {
	Firm, Number, URL, Form string
	Lead, Contact, Phone    string
	Stale                   Tag
	Lines                   []ProposedLine
}

// ProposedPurchase is what is to be bought.
type ProposedPurchase struct {
	Item, Qty, Unit, Price, Amount, For string
}

// Carry is 保障人·天.
type Carry struct {
	Base
	On, Today, Days string
	Moment          Tag
	Cases           []Option
	Notes           []string
	Kpis            []Kpi
	Columns         []string // the standards
	Rows            []CarryRow
	District        CarryRow
	Shown           bool
	Empty           Empty
	Examples        bool
	ScenarioURL     string
}

// CarryRow is a street or the district.
type CarryRow struct {
	Name, People, PeopleNote string
	Kept, KeptLimit          string
	Lasts, LastsLimit        string
	Lacks                    string // what not everybody gets even once
	PersonDays               string
	Rate                     CoverageCell // people kept ÷ people to be moved
	Cells                    []CarryCell
}

// CarryCell is how many people one standard carries.
type CarryCell struct {
	People, Hint string
	Limit        bool
}

// Scenario is a case thought through.
type Scenario struct {
	Base
	Name, Days string
	Cases      []Option
	Presets    []Link
	Streets    []ScenarioStreet
	Depots     []Option // to be switched off
	KeepMin    bool
	Shown      bool
	Title      string
	Kpis       []Kpi
	Verdict    Tag
	Verdicts   string
	Notes      []string
	Columns    []string // the streets
	Rows       []ScenarioRow
	Supplies   []ScenarioSupply
	Lacks      []ProposedPurchase
	Total      string
	ExportURL  string
}

// ScenarioStreet is a street to choose, with its people.
type ScenarioStreet struct {
	Code, Name, People, Hint string
}

// ScenarioRow is one standard over the streets.
type ScenarioRow struct {
	Name, Unit, Each string
	Need, Own, Moved string
	Short            string
	Rate             CoverageCell
	Out              string // 第 2 天起不足
	Cells            []ScenarioCell
}

// ScenarioCell is one standard at one street.
type ScenarioCell struct {
	Text, Hint string
	Short      bool
	Rate       CoverageCell
}

// ScenarioSupply is goods sent to a street.
type ScenarioSupply struct {
	From, To, Item, Qty, Unit string
	Minutes                   Tag
	FirstOn                   string
}
