package order

import (
	"cmp"
	"slices"

	"changbei/internal/day"
	"changbei/internal/id"
)

// Nature says what a response is for. Every figure tells them apart.
type Nature string

// The natures. Daily is of orders that belong to no response.
const (
	Real        Nature = "real"
	Drill       Nature = "drill"
	Preposition Nature = "preposition"
	Daily       Nature = "daily"
)

// Natures lists those a response can have.
var Natures = []Nature{Real, Drill, Preposition}

var natureNames = map[Nature]string{Real: "实战", Drill: "演练", Preposition: "预置", Daily: "日常"}

// Name gives the office's word, "" for none.
func (n Nature) Name() string { return natureNames[n] }

// Level is the level of a response: 1 is the highest, 4 the lowest, 0 none,
// which a drill or a pre-positioning may have.
type Level int

// Levels lists them from the highest.
var Levels = []Level{1, 2, 3, 4}

var levelNames = [...]string{"不分级", "Ⅰ级", "Ⅱ级", "Ⅲ级", "Ⅳ级"}

// Name gives the office's word.
func (l Level) Name() string {
	if l < 0 || int(l) >= len(levelNames) {
		return ""
	}
	return levelNames[l]
}

// Known reports a level there is.
func (l Level) Known() bool { return l >= 0 && int(l) < len(levelNames) }

// Kind is a kind of disaster (灾种). The first keys are those supply standards
// name.
type Kind struct{ Key, Name string }

// Kinds lists them in the order pages show them.
var Kinds = []Kind{{"flood", "洪涝"}, {"torrent", "山洪"}, {"slide", "地质灾害"}, {"wind", "风雹"}, {"ice", "低温雨雪冰冻"}, {"drought", "干旱"},
	{"fire", "森林火灾"}, {"quake", "地震"}, {"accident", "事故灾难"}, {"health", "公共卫生"}, {"other", "其他"}}

// KindName gives the office's word, "" for none.
func KindName(key string) string {
	if at := slices.IndexFunc(Kinds, func(k Kind) bool { return k.Key == key }); at >= 0 {
		return Kinds[at].Name
	}
	return ""
}

// Event is a 突发事件. Areas are codes of divisions.
type Event struct {
	ID         id.ID
	Name       string
	Kind       string // of Kinds
	Areas      []string
	Place      string
	Summary    string
	BegunAt    int64
	AuthorID   id.ID
	AuthorName string
	RecordedAt int64
}

// ResponseStatus is where a response stands: running, ended while goods are
// still out, settled when nobody owes anything.
type ResponseStatus string

// The states.
const (
	Running ResponseStatus = "running"
	Over    ResponseStatus = "ended"
	Settled ResponseStatus = "settled"
)

var responseStatusNames = map[ResponseStatus]string{Running: "响应中", Over: "已终止，待清账", Settled: "已清账"}

// Name gives the office's word, "" for none.
func (s ResponseStatus) Name() string { return responseStatusNames[s] }

// Response is an 应急响应, or a drill or a pre-positioning handled like one.
// WordFirst is 先调后补: goods may leave on a phone call.
type Response struct {
	ID          id.ID
	EventID     id.ID // 0 = none
	Nature      Nature
	Name        string
	Areas       []string
	Level       Level
	Status      ResponseStatus
	WordFirst   bool
	Flood       bool // begun in the flood season
	DocumentNo  string
	BegunAt     int64
	EndedAt     int64 // 0 = not yet
	SettledAt   int64
	SettledName string
	AuthorID    id.ID
	AuthorName  string
	RecordedAt  int64
	LockNo      int64
}

// Act is what a change of a response did.
type Act string

// The acts.
const (
	Began     Act = "begin"
	Levelled  Act = "level"
	WordOn    Act = "word-on"
	WordOff   Act = "word-off"
	Ended     Act = "end"
	SettledIt Act = "settle"
)

var actNames = map[Act]string{Began: "启动", Levelled: "调整级别", WordOn: "启用先调后补", WordOff: "停用先调后补", Ended: "终止", SettledIt: "清账"}

// Name gives the office's word, "" for none.
func (a Act) Name() string { return actNames[a] }

// Change is one change of a response, to the minute it took effect.
type Change struct {
	ID         id.ID
	ResponseID id.ID
	Act        Act
	Level      Level
	DocumentNo string
	Note       string
	At         int64
	ActorID    id.ID
	ActorName  string
	RecordedAt int64
}

// LevelAt gives the level a response had at an instant, by its changes.
func LevelAt(changes []Change, at int64) Level {
	changes = slices.Clone(changes)
	slices.SortStableFunc(changes, func(a, b Change) int { return cmp.Compare(a.At, b.At) })
	var l Level
	for _, c := range changes {
		if c.At <= at && (c.Act == Began || c.Act == Levelled) {
			l = c.Level
		}
	}
	return l
}

// Season is the flood season by its first and last day, month and day.
type Season struct{ From, To string }

// FloodSeason is the field's: 1 April to 30 September.
var FloodSeason = Season{"04-01", "09-30"}

// Holds reports whether a day lies in the season.
func (s Season) Holds(on day.Day) bool {
	if on.IsZero() {
		return false
	}
	md := on.First[len("2006-"):]
	return md >= s.From && md <= s.To
}
