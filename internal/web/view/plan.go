package view

// PlanList is the list of reserve plans (储备计划), every version.
type PlanList struct {
	Base
	MayEdit bool
	Rows    []PlanRow
	Empty   Empty
}

// PlanRow is one version.
type PlanRow struct {
	URL, Name, Season  string
	Year, Version      int
	Status             Tag
	Days               string // 2026-01-01 至 2026-12-31
	Lines              int
	Author, At         string
	Decided, DecidedAt string
	Document           string
	Current            bool // stock is held against it today
}

// PlanForm is the head of a new or changed plan.
type PlanForm struct {
	Base
	ID, Action, BackURL string
	LockNo              string
	Year                string
	Seasons             []Option
	Name, From, To      string
	Window, Remark      string
	Copies              []Option // versions to begin with
	Fixed               string   // year and season of one that is there
}

// PlanView is one version with its lines.
type PlanView struct {
	Base
	ID, Title, Name    string
	Status             Tag
	Days, Window       string
	Remark             string
	Steps              []PlanStep
	LockNo             string
	Decision           string
	Document, SignedOn string
	Hash               string // the last eight characters of what was signed

	MayEdit, MaySubmit, MayDecide, MayRevise bool
	WhyNotDecide                             string
	EditURL, ChangesURL, GenerateURL         string
	ReviseURL, CoverageURL, ExportURL        string
	Changes                                  string // 与第1版相比：新增 3 行…
	Today                                    string

	Scopes  []PlanScope
	Kinds   []Option // categories to filter by
	Wheres  []Option
	Lines   []PlanLine
	Shown   string
	Cut     string
	Empty   Empty
	AddAt   []Option // scopes whose lines can be written
	Wrote   PlanVerdict
	LinesOf string // the page of a scope's lines, its scope left out
}

// PlanVerdict is the leader's form as typed.
type PlanVerdict struct{ Document, Signed, Words string }

// PlanStep is a stage of a plan's way with who took it.
type PlanStep struct {
	Label, Who, At string
	Done, Now      bool
}

// PlanScope is where lines stand, with how many.
type PlanScope struct {
	Label, URL, EditURL string
	Lines               int
	Current             bool
}

// PlanLine is a line as a list shows it.
type PlanLine struct {
	No                         int
	Where, Target, Category    string
	Unit                       string
	Minimum, Standard, Maximum string
	Forms, Responsible, Fund   string
	Basis, Remark              string
}

// PlanLines is the grid of the lines of one scope.
type PlanLines struct {
	Base
	Title, Where    string
	Action, BackURL string
	LockNo          string
	Wheres          []Option
	WhereURL        string
	Rows            []PlanRowInput
	Targets         []string
	Hint            string
}

// PlanRowInput is a row of the grid as typed. N counts from 1.
type PlanRowInput struct {
	N                          int
	ID, Target, Unit           string
	Minimum, Standard, Maximum string
	Forms                      []Option
	Responsible, Fund          string
	Basis, Remark              string
	Errors                     map[string]string
}

// PlanChanges is what a version changes against another.
type PlanChanges struct {
	Base
	Title, Against string
	BackURL        string
	Others         []Option
	Action         string
	Added, Removed int
	Changed        int
	Rows           []PlanChange
	Cut            string
	Empty          Empty
}

// PlanChange is one line that differs; Was and Now are figures side by side.
type PlanChange struct {
	Tag                 Tag
	Where, Target, Unit string
	Minimum, Standard   PlanMove
	Maximum             PlanMove
	Other               []string // what else differs, in words
}

// PlanMove is a figure before and after.
type PlanMove struct {
	Was, Now string
	Differs  bool
}

// PlanGenerate makes many lines at once.
type PlanGenerate struct {
	Base
	Title, BackURL, LockNo string
	ByBasisURL, CopyURL    string
	Tiers, Depots          []Option
	From                   []Option
	Targets, Figures       []string
	Basis                  PlanBasisInput
	Copy                   PlanCopyInput
}

// PlanBasisInput is the form "by basis" as typed.
type PlanBasisInput struct {
	Target, Unit, Figure, Year string
	Kinds                      []Option
	Per, Days, Factor          string
	Share                      string // minimum, % of the standard
	Most                       string // maximum, % of the standard
	Basis                      string
}

// PlanCopyInput is the form "copy a depot" as typed.
type PlanCopyInput struct {
	Percent       string
	Tiers, Depots []Option
}

// PlanSettings is what is the bureau's to set of plans.
type PlanSettings struct {
	Base
	MayEdit  bool
	Days     PlanSetting
	Uses     []PlanSetting
	Vehicle  []PlanSetting // what the usual lorry carries and holds
	Dispatch []PlanSetting // how dispatching goes
}

// Rows gives every setting, to be filled with what was typed.
func (p *PlanSettings) Rows() []*PlanSetting {
	rows := []*PlanSetting{&p.Days}
	for i := range p.Uses {
		rows = append(rows, &p.Uses[i])
	}
	for i := range p.Dispatch {
		rows = append(rows, &p.Dispatch[i])
	}
	for i := range p.Vehicle {
		rows = append(rows, &p.Vehicle[i])
	}
	return rows
}

// PlanSetting is one setting: Value as typed, "" = the default; Word is what
// holds.
type PlanSetting struct {
	Name, Label, Value string
	SeenName, Seen     string
	Default, Word      string
}
