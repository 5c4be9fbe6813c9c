package demo_test

import (
	"strings"
	"testing"

	"changbei/internal/catalog"
	"changbei/internal/demo"
	"changbei/internal/importing"
	"changbei/internal/plan"
	"changbei/internal/planning"
	"changbei/internal/reading"
	"changbei/internal/store/storetest"
	"changbei/sql"
)

// counting gives the import its words, so that streets can count.
func counting(t *testing.T, d demo.Deps) demo.Deps {
	t.Helper()
	b, err := sql.Seed.ReadFile("seed/synonyms.csv")
	if err != nil {
		t.Fatal(err)
	}
	lexicon, err := reading.LoadLexicon(strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	words, err := catalog.ReadWords(strings.NewReader(string(b)))
	if err != nil {
		t.Fatal(err)
	}
	if d.Importing, err = importing.New(d.Store, d.Directory, lexicon, words, t.TempDir()); err != nil {
		t.Fatal(err)
	}
	return d
}

func TestStreetsOfTheDemoKeepTheirGoodsWellAndBadly(t *testing.T) {
	d := counting(t, deps(storetest.SQLite().Open(t, clock), demo.Size{Streets: 6, Months: 2}))
	fill(t, d)
	b, err := d.Planning.Scores(ctx, planner, planning.ScoreFilter{})
	if err != nil {
		t.Fatal(err)
	}
	pass := map[plan.Rule]int{}
	for _, r := range b.Rows {
		for _, v := range r.Score.Verdicts {
			if v.Pass {
				pass[v.Rule]++
			}
		}
	}
	if len(b.Rows) != 6 || pass[plan.RuleCounted] != 4 || pass[plan.RuleListed] != 6 || pass[plan.RulePhone] < 4 || b.Tiers[0].Met == 0 || b.Tiers[0].Met == 6 {
		t.Errorf("%d streets pass %v, %d all", len(b.Rows), pass, b.Tiers[0].Met)
	}
	open, err := d.Planning.Rectifications(ctx, planner, planning.RectificationQuery{})
	if err != nil || open.Open < 2 || open.Late != 1 {
		t.Errorf("%d open, %d late, %v", open.Open, open.Late, err)
	}
	if closed, err := d.Planning.Rectifications(ctx, planner, planning.RectificationQuery{State: planning.StateClosed}); err != nil || len(closed.Rows) != 1 {
		t.Errorf("closed %+v, %v", closed, err)
	}
	tried, out := 0, 0
	for _, r := range stock(t, d.Store) {
		trials, err := d.Planning.Trials(ctx, planner, r.Lot.ID)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case trials.InDate:
			tried++
		case trials.Months > 0:
			out++
		}
	}
	if tried <= out || out == 0 {
		t.Errorf("%d machines in date, %d not", tried, out)
	}
}
