package view

// ImportList is a page of the ledgers people uploaded (台账导入).
type ImportList struct {
	Base
	Rows  []ImportBatch
	Empty Empty
	Pager Pager
}

// ImportBatch is one uploaded ledger.
type ImportBatch struct {
	URL, File, Kind    string
	AsOf, Depot        string
	OK, Confirm, Error int
	Status             Tag
	Uploader, Uploaded string
	Applier, Applied   string // who booked, took back or discarded it, and when
}

// ImportNew is the upload page.
type ImportNew struct {
	Base
	Steps           []ImportStep
	MaxMB, MaxFiles int
	Layouts         []ImportLayout
}

// ImportLayout is a kind of ledger the product reads, and what becomes of it.
type ImportLayout struct{ Name, Text string }

// ImportStep is one of the three steps: behind, at hand or still to come.
type ImportStep struct {
	N         int
	Label     string
	Done, Now bool
}

// ImportPreview is a batch as it was read, with what is still open.
type ImportPreview struct {
	Base
	File, Title string
	Status      Tag
	Version     int64
	Open        bool // may still be decided and booked
	Undoable    bool
	Steps       []ImportStep
	Facts       []string
	Notes       []string // doubts about the sheet as a whole
	Twin        *ImportTwin
	Blocked     string
	URLs        ImportURLs
	Record      []string // who uploaded and applied it, and the file's hash
	Seen        string   // stamp of the differences shown
	Submit      string   // what "全部导入" does, in a question

	Kinds, Acts     []Option // which tables of the workbook, and as what
	KindWas, ActWas string
	Sheets          []ImportSheet
	AskSheets       bool // some sheet waits for an answer on how to read it
	Others          []ImportMeaning
	Bulk            []ImportBulk

	AsOf, AsOfWas      string // as typed, and as saved or written in the sheet
	Depots             []ImportDepot
	Words, Decided     []ImportWord // still open, and chosen
	ShowDecided        bool
	OpenWords          int
	Creatable, Similar int // open words that can be made new, by whether any item is like them
	MoreWords          int // left out of the page

	Counts    ImportCounts
	Chips     []ImportChip
	Tables    []ImportTable
	Page      string // which rows the page shows
	Problems  bool   // a phone shows only rows with problems
	Pager     Pager
	None      Empty // why there are no rows
	WhyNot    string
	WhyNotAll string

	Compared        bool
	Compare         []ImportDifference
	MoreDifferences int

	Form *ImportForm // nil = it is no form that came back

	Plan  *ImportPlan  // nil = no plan is made of it
	Draft *ImportDraft // the version of a plan it became

	Vouchers []ImportVoucher
}

// ImportURLs are where the page leads and posts to.
type ImportURLs struct{ List, File, Marked, Decide, Apply, Undo, Discard, Progress string }

// ImportSheet is a sheet of the workbook and how it is read.
type ImportSheet struct {
	N         int
	Key, Name string
	RoleWas   string
	Roles     []Option
	Rows      int
	Asks      bool
	Tables    []ImportTableChoice
}

// ImportTableChoice is a table of a sheet: where its heading stands and its kind.
type ImportTableChoice struct {
	N        int // on the page
	Key      string
	Head     int
	Heading  string // rows as a person writes them: 3 or 3-4
	MayHead  bool   // its heading may be moved: the first of a sheet
	From, To int
	KindWas  string
	Kinds    []Option
}

// ImportMeaning is the choice of what a column means.
type ImportMeaning struct {
	N              int
	Key, Was       string
	Sheet          string
	Letter, Header string
	Options        []Option
	Open           bool // not read as anything
}

// ImportBulk is one answer to many doubts of one sort.
type ImportBulk struct {
	Act, Label string
	Rows       int
}

// ImportPlan is what a plan's workbook would change, and what is asked of it.
type ImportPlan struct {
	Year, YearWas             string
	Seasons                   []Option
	SeasonWas                 string
	Base, BaseURL, BaseStatus string // the version compared with, "" = there is none
	Lines                     int    // of the draft
	Rest, Others, Fallen      int    // of the base that the workbook does not speak of; by no depot; no longer right
	Keep                      bool
	RestWas                   string
	Added, Removed, Changed   int
	Changes                   []ImportPlanChange
	More                      int // left out of the page
}

// ImportPlanChange is a line that differs.
type ImportPlanChange struct {
	Kind                  Tag
	Depot, Label, Unit    string
	Cell, What            string
	OldMinimum, Minimum   string
	OldStandard, Standard string
	Diff                  string
	Less                  bool
}

// ImportDraft leads to the version of a plan that a batch became.
type ImportDraft struct{ URL, Label, Name, Status string }

// ImportTwin is an earlier batch of the same file.
type ImportTwin struct{ URL, File, Who, When string }

// ImportCounts are the rows by how they stand.
type ImportCounts struct{ All, OK, Confirm, Error, Skipped int }

// ImportDepot is a depot as the ledger writes it, and the choice for it.
type ImportDepot struct {
	Field, NameField string // of the form
	Written          string // "" = the ledger names none
	Key              string
	Rows             int
	Tag              Tag
	Options          []Option
}

// ImportWord is a name that the catalogue does not know for sure.
type ImportWord struct {
	N                int
	Key              string
	Name, Spec       string
	Unit             string
	Rows             int
	Why              string
	Tag              Tag
	Options          []Option
	Was              string   // chosen when the page was made
	Picks            []Option // the likeliest items, to take with one press
	NeedsFactor      bool
	Factor, ItemUnit string // one Unit holds Factor ItemUnits
	Remembered       bool
	Find             string // the text searched for
	Found            string // what the search said
}

// ImportChip filters the rows by how they stand.
type ImportChip struct {
	URL, Label, Tone, Icon string
	Count                  int
	Current                bool
}

// ImportTable is a table of the workbook, in Excel's columns.
type ImportTable struct {
	Sheet   string
	Columns []ImportColumn
	Rows    []ImportRow
}

// ImportColumn is a column: Excel's letter and heading, and what it was read
// as. Letter is "" for a figure that a pivot keeps in several columns.
type ImportColumn struct {
	Letter, Header, Field string
	Num                   bool
	Meaning               *ImportMeaning // nil where it cannot be chosen
}

// ImportRow is a row of the sheet. N numbers it on the page for its boxes.
type ImportRow struct {
	N, Row              int
	Key, Was            string // Was is how the boxes stood when the page was made
	Tone                string
	Status              Tag
	Label               string // what a phone's card is headed
	Cells               []ImportCell
	Problems            []ImportProblem // that belong to no column shown
	MayAccept, Accepted bool
	MaySkip, Skipped    bool
	Known               bool
}

// ImportCell is a cell with what is wrong with it.
type ImportCell struct {
	Label, Text, Note, Tone string
	Num                     bool
	Problems                []ImportProblem
	Mend                    *ImportMend // it may be typed over at once
	Ref                     string      // key to type over it on demand, "" = it cannot
	Mended                  bool
}

// ImportMend is the field over a cell. Own is the text the file has.
type ImportMend struct {
	N                                   int
	ID, Key, Text, Was, Own, Suggestion string
}

// ImportProblem is one wrong or doubtful thing. Full is the whole sentence.
type ImportProblem struct {
	Text, Full, Suggestion string
	Bad                    bool
	Word                   int // of the word to choose for, 0 = none
}

// ImportDifference is where ledger and books disagree.
type ImportDifference struct {
	N                       int
	Key, Was                string
	Adjust, Open, Missing   bool
	Depot, Code, Name, Spec string
	LotNo, Expires, Unit    string
	Ledger, Book, Diff      string
	Less                    bool
}

// ImportVoucher is a voucher the batch booked.
type ImportVoucher struct {
	URL, Number, Depot string
	BusinessOn         string
	Lines              int
	Recorded           string
}
