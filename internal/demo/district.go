package demo

import (
	"context"
	_ "embed"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"changbei/internal/access"
	"changbei/internal/accounts"
	"changbei/internal/catalog"
	"changbei/internal/day"
	"changbei/internal/directory"
	"changbei/internal/id"
	"changbei/internal/place"
	"changbei/internal/store"
	sqltext "changbei/sql"
)

//go:embed depots.csv
var depotTable string

//go:embed items.csv
var itemTable string

// filler carries the district while it is being made.
type filler struct {
	Deps
	today   day.Day
	log     func(string)
	areas   []place.Division
	planner access.Actor
	leader  access.Actor
	mover   access.Actor // keeper of all depots
	sites   []*site
}

// site is a depot with the person who books there.
type site struct {
	place.Depot
	keeper access.Actor
	bins   []string
}

// person is one of the demo's accounts beside the street keepers. Nobody
// knows a password of theirs: there is none.
type person struct {
	login, name string
	role        access.Role
	depot       string // code, "" = the whole district
	linked      bool   // gets a sign-in link at every start
}

var staff = []person{
	{"keeper", "周建国", access.Keeper, "WC01", true},
	{"planner", "沈岚", access.Planner, "", true},
	{"leader", "贺志远", access.Leader, "", true},
	{"system", "钟磊", access.System, "", true},
	{"street", "李红梅", access.Street, "GTL", false},
	{"security", "夏宁", access.Security, "", false},
	{"audit", "梁静", access.Audit, "", false},
	{"mover", "吴敏", access.Keeper, "", false}, // books between all depots
}

func (f *filler) catalogue(ctx context.Context) error {
	f.log("演示数据：正在建立物资目录、行政区划和储备库……")
	return f.Directory.Bootstrap(ctx)
}

// rows reads an embedded table below its heading.
func rows(text string) ([][]string, error) {
	list, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	return list[min(1, len(list)):], err
}

func seedRows(name string) ([][]string, error) {
	b, err := sqltext.Seed.ReadFile("seed/" + name)
	if err != nil {
		return nil, err
	}
	return rows(string(b))
}

// divisions stores the district, its streets and its villages, unless a first
// attempt did.
func (f *filler) divisions(ctx context.Context) error {
	streets, err := seedRows("wangcheng-divisions.csv")
	if err != nil {
		return err
	}
	villages, err := seedRows("wangcheng-villages.csv")
	if err != nil {
		return err
	}
	var district string
	for _, r := range streets { // code9, code12, name, type, parent, …, lng, lat at 8 and 9
		d := place.Division{Code: r[1], Name: r[2], Kind: r[3], Parent: district, Lng: micro(r[8]), Lat: micro(r[9])}
		if district == "" {
			district = d.Code
		}
		f.areas = append(f.areas, d)
	}
	for _, r := range villages { // code12, name, short name, kind, the street's code9
		f.areas = append(f.areas, place.Division{Code: r[0], Name: r[2], Kind: r[3], Parent: r[4] + "000"})
	}
	return f.Store.Tx(ctx, func(tx *store.Tx) error {
		there, err := tx.Divisions(ctx)
		if err != nil || len(there) > 0 {
			return err
		}
		return tx.InsertDivisions(ctx, f.areas...)
	})
}

// micro reads degrees as millionths; "" stays 0, unknown.
func micro(degrees string) int64 {
	whole, frac, _ := strings.Cut(degrees, ".")
	n, err := strconv.ParseInt(whole+(frac + "000000")[:6], 10, 64)
	if err != nil || degrees == "" {
		return 0
	}
	return n
}

// ensure gives a person's actor, making the account when it is missing.
func (f *filler) ensure(ctx context.Context, login, name string, role access.Role, depot id.ID) (access.Actor, error) {
	grants := []access.Grant{{Role: role, DepotID: depot}}
	account, err := f.Accounts.Console().Ensure(ctx, accounts.Person{Login: login, Name: name, Grants: grants})
	return access.Actor{ID: account, Login: login, Name: name, Grants: grants}, err
}

// people makes the accounts that belong to no depot.
func (f *filler) people(ctx context.Context) error {
	for _, p := range staff {
		if p.depot != "" {
			continue
		}
		who, err := f.ensure(ctx, p.login, p.name, p.role, 0)
		if err != nil {
			return err
		}
		if p.role == access.Keeper {
			f.mover = who
		}
		switch p.role {
		case access.Planner:
			f.planner = who
		case access.Leader:
			f.leader = who
		}
	}
	return nil
}

// depots makes the depots with their bins and keepers.
func (f *filler) depots(ctx context.Context) error {
	table, err := rows(depotTable)
	if err != nil {
		return err
	}
	there, err := f.Directory.Depots(ctx, f.planner)
	if err != nil {
		return err
	}
	streets := 0
	for _, r := range table { // division, code, name, tier, keeper, phone
		tier := place.Tier(r[3])
		if tier == place.Township {
			streets++
		}
		if f.Size.Streets > 0 && (streets > f.Size.Streets || tier == place.Village) {
			continue
		}
		s := &site{}
		if at := slices.IndexFunc(there, func(d place.Depot) bool { return d.Code == r[1] }); at >= 0 {
			s.Depot = there[at]
		} else if s.Depot, err = f.Directory.CreateDepot(ctx, f.planner, f.depotForm(r)); err != nil {
			return err
		}
		if err := f.furnish(ctx, s); err != nil {
			return err
		}
		f.sites = append(f.sites, s)
	}
	return nil
}

func (f *filler) depotForm(r []string) directory.DepotInput {
	area := f.area(r[0])
	in := directory.DepotInput{Division: area.Code, Code: r[1], Name: r[2], Tier: place.Tier(r[3]), Keeper: r[4], Phone: r[5],
		Address: "长沙市望城区" + area.Name + "（演示地址）"}
	switch in.Tier {
	case place.District:
		in.Division, in.Custodian, in.Address = "", "望城区应急管理局", "长沙市望城区高塘岭街道（演示地址）"
	case place.Township:
		in.Custodian = area.Name + "办事处"
		if area.Kind == "镇" {
			in.Custodian = area.Name + "人民政府"
		}
	default:
		in.Custodian = area.Name + "村（居）委会"
		if area.Kind == "村" {
			in.Custodian = area.Name + "委会"
		}
	}
	return in
}

func (f *filler) area(code string) place.Division {
	at := slices.IndexFunc(f.areas, func(d place.Division) bool { return d.Code == code })
	if at < 0 {
		return place.Division{}
	}
	return f.areas[at]
}

var binsOf = map[place.Tier][]string{
	place.District: {"A-01-01", "A-01-02", "A-02-01", "A-02-02", "B-01-01", "B-01-02", "B-02-01", "C-01", "室外料棚"},
	place.Township: {"A-01", "A-02", "B-01"},
	place.Village:  {"A-01"},
}

// furnish gives a depot its bins and the accounts of its people.
func (f *filler) furnish(ctx context.Context, s *site) error {
	s.bins = binsOf[s.Tier]
	there, err := f.Directory.Bins(ctx, f.planner, s.ID)
	if err != nil {
		return err
	}
	for _, code := range s.bins {
		if slices.ContainsFunc(there, func(p place.Place) bool { return p.Code == code }) {
			continue
		}
		if _, err := f.Directory.CreateBin(ctx, f.planner, s.ID, place.Bin, code, ""); err != nil {
			return err
		}
	}
	for _, p := range staff {
		if p.depot != s.Code {
			continue
		}
		who, err := f.ensure(ctx, p.login, p.name, p.role, s.ID)
		if err != nil {
			return err
		}
		if p.role == access.Keeper {
			s.keeper = who
		}
	}
	if s.keeper.ID != 0 {
		return nil
	}
	s.keeper, err = f.ensure(ctx, "keeper-"+strings.ToLower(s.Code), s.Keeper, access.Keeper, s.ID)
	return err
}

// shelfLives gives items their storage life, whether they come back, how often
// they are tried, and a few what one weighs and fills: demo values, recorded as
// such in the audit trail.
func (f *filler) shelfLives(ctx context.Context) error {
	goods, err := f.goods(ctx)
	if err != nil {
		return err
	}
	who := f.planner
	who.Name += "（演示值）"
	for _, g := range goods {
		if g.StorageMonths == g.months && g.Recoverable == g.returns && g.CheckMonths == g.check && (g.WeightGram > 0) == (g.weight != "") {
			continue
		}
		in := directory.ItemInput{Name: g.Name, Spec: g.Spec, Unit: g.Unit, CategoryID: g.CategoryID, StorageMonths: g.months,
			Recoverable: g.returns, Aliases: g.Aliases, CheckMonths: g.check, Weight: g.weight, Volume: g.volume}
		if _, err := f.Directory.UpdateItem(ctx, who, g.ID, in); err != nil {
			return fmt.Errorf("demo: %s: %w", g.Label(), err)
		}
	}
	return nil
}

// goods is an item as the demo keeps it. Levels are what a depot of a tier
// aims at, 0 = not kept there.
type goods struct {
	catalog.Item
	season   string // flood, winter or any: when most of it is issued
	months   int
	check    int // months between two trials, 0 = none
	returns  bool
	weight   string // of one, in 公斤, and the room it takes in 立方米: invented
	volume   string
	price    string
	district int64
	street   int64
}

// goods reads the table and finds each row in the catalogue: name, spec, unit,
// season, months, returns, price, where the price is from, levels, trials,
// invented weight and volume.
func (f *filler) goods(ctx context.Context) ([]goods, error) {
	table, err := rows(itemTable)
	if err != nil {
		return nil, err
	}
	items, err := f.Store.Read().Items(ctx)
	if err != nil {
		return nil, err
	}
	byKey := map[string]catalog.Item{}
	for _, it := range items {
		byKey[catalog.ItemKey(it.Name, it.Spec, it.Unit)] = it
	}
	var list []goods
	for _, r := range table {
		g := goods{season: r[3], returns: r[5] == "1", price: r[6], weight: r[11], volume: r[12]}
		var known bool
		if g.Item, known = byKey[catalog.ItemKey(r[0], r[1], r[2])]; !known {
			return nil, fmt.Errorf("demo: items.csv: the catalogue has no %s %s in %s", r[0], r[1], r[2])
		}
		g.months, _ = strconv.Atoi(r[4])
		g.district, _ = strconv.ParseInt(r[8], 10, 64)
		g.street, _ = strconv.ParseInt(r[9], 10, 64)
		g.check, _ = strconv.Atoi(r[10])
		list = append(list, g)
	}
	return list, nil
}
