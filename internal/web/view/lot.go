package view

// LotView is one lot (批次) with where it stands and who held it.
type LotView struct {
	Base
	Title             string // its number, else the days it goes by
	Code, Name, Spec  string
	Unit              string
	ItemURL, CardURL  string
	No                string
	Serial            bool
	Produced, Expires string
	Received          string
	Source, Owner     string
	Price             string
	Held              bool
	Tag               Tag // how near the expiry is

	Stands []LotStand
	Sum    string // with its unit, "" = none left in scope
	Holds  []LotHold

	Trials LotTrials

	MayHold, MayRelease bool
	HoldURL, ReleaseURL string
	Reason              string // as typed
}

// LotTrials is the record of a machine's trials (试机) with the form for
// another.
type LotTrials struct {
	Every string // 每 6 个月, "" = it is not tried
	State Tag    // in date or not
	Rows  []LotTrial

	May            bool
	URL            string
	Depots         []Option // to choose from, none where there is but one
	Latest         string   // today: no later day
	CheckedOn      string   // as typed
	Passed, Failed bool
	Remark         string
}

// TrialErrors are the sentences about the form of a trial.
func (l LotView) TrialErrors() []string {
	var list []string
	for _, field := range []string{"depot", "checked_on", "result", "remark"} {
		if text := l.FieldError(field); text != "" {
			list = append(list, text)
		}
	}
	return list
}

// LotTrial is one trial.
type LotTrial struct {
	On, Due, Depot string
	Tag            Tag
	Actor, Remark  string
}

// LotStand is what a place has of a lot.
type LotStand struct {
	Depot, Bin        string
	CardURL           string
	OnHand, Allocated string
	Available         string
	Quarantine        bool
}

// LotHold is a change of the hold.
type LotHold struct {
	Held      bool
	At, Actor string
	Reason    string
}
