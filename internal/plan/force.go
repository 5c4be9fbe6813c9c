package plan

// InForce finds the plan that stock is held against on a day: the newest
// approved version whose days hold it, a season's before the year's. For a day
// gone by a version that was replaced since counts too.
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
