package plan

import (
	"changbei/internal/id"
)

// Status is where a version of a plan stands. It only moves forward, but for a
// submitted one that a leader sends back.
type Status string

// The statuses.
const (
	Draft      Status = "draft"      // may be edited
	Submitted  Status = "submitted"  // waits for a leader
	Approved   Status = "approved"   // in force, never edited again
	Superseded Status = "superseded" // a later version took its place
	Discarded  Status = "discarded"  // a draft nobody wants
)

var statusNames = map[Status]string{Draft: "草稿", Submitted: "待审批", Approved: "已批准", Superseded: "已被替代", Discarded: "已作废"}

// Name gives the office's word.
func (s Status) Name() string { return statusNames[s] }

// Season is the part of a year a plan is for.
type Season string

// The seasons of plans.
const (
	WholeYear Season = "year"
	Flood     Season = "flood"
	Winter    Season = "winter"
)

// Seasons lists them in the order pages show them.
var Seasons = []Season{WholeYear, Flood, Winter}

var seasonNames = map[Season]string{WholeYear: "全年", Flood: "汛期", Winter: "冬春"}

// Name gives the office's word, "" for none.
func (s Season) Name() string { return seasonNames[s] }

// Plan is one version of a reserve plan with its signatures. Days are ISO,
// instants microseconds UTC, ids 0 and texts "" = not yet.
type Plan struct {
	ID            id.ID
	Year          int
	Season        Season
	Version       int
	Name          string
	Status        Status
	FromOn, ToOn  string // the days it is for
	WindowDays    int    // what expires within so many days does not count
	BasedOnID     id.ID  // the version it was made from, 0 = none
	Remark        string
	AuthorID      id.ID
	AuthorName    string
	CreatedAt     int64
	SubmittedID   id.ID
	SubmittedName string
	SubmittedAt   int64
	DecidedID     id.ID
	DecidedName   string
	DecidedAt     int64
	DocumentNo    string // 批准文号
	SignedOn      string
	Decision      string // the leader's words
	ContentHash   string // of the lines, as approved
	LockNo        int64  // of the last change; an editor names the one it saw
}

// InForce reports that the version is the one stock is held against on a day.
func (p Plan) InForce(on string) bool {
	return p.Status == Approved && p.FromOn <= on && on <= p.ToOn
}

// InForce finds the version stock is held against on a day, as it was or will
// be from today's sight: of several the season's before the whole year's, and
// the newest. A version replaced since held on the days before.
func InForce(all []Plan, on, today string) (best Plan, found bool) {
	better := func(a, b Plan) bool { // a before b
		if (a.Season == WholeYear) != (b.Season == WholeYear) {
			return a.Season != WholeYear
		}
		return a.Version > b.Version
	}
	for _, p := range all {
		was := p.Status == Superseded && on < today && p.SignedOn <= on
		if p.FromOn > on || p.ToOn < on || p.Status != Approved && !was || on < today && p.SignedOn > on {
			continue
		}
		if !found || better(p, best) {
			best, found = p, true
		}
	}
	return best, found
}
