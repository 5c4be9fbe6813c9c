package notice

import (
	"slices"
	"strings"

	"changbei/internal/id"
)

// Form is how a receiver wants its messages.
type Form string

// The forms, with the office's words in formNames.
const (
	WeCom    Form = "wecom"
	DingTalk Form = "dingtalk"
	Plain    Form = "plain"
)

// Forms lists them in the order pages show them.
var Forms = []Form{WeCom, DingTalk, Plain}

var formNames = map[Form]string{WeCom: "企业微信群机器人", DingTalk: "钉钉群机器人", Plain: "通用（JSON）"}

// Name gives the Chinese name, "" for an unknown form.
func (f Form) Name() string { return formNames[f] }

// perMinute is what a robot takes before it shuts the door for a while: 20 a
// minute by both makers. Two below leave room for two programs that count at
// once.
const perMinute = 18

// PerMinute bounds the messages a minute, 0 = as many as there are.
func (f Form) PerMinute() int {
	if f == Plain {
		return 0
	}
	return perMinute
}

// Hidden is a text that is neither printed nor logged: the address of a robot
// holds its key.
type Hidden string

const hidden = "(hidden)"

// String covers the text wherever it is printed.
func (h Hidden) String() string { return hidden }

// GoString covers it in %#v too.
func (h Hidden) GoString() string { return hidden }

// MarshalText covers it in JSON and in logs.
func (h Hidden) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// Reveal gives the text itself, to whoever sends or signs with it.
func (h Hidden) Reveal() string { return string(h) }

// Hook is a receiver outside.
type Hook struct {
	ID       id.ID
	Name     string
	Form     Form
	URL      Hidden
	Secret   Hidden // "" = messages are not signed
	Kinds    []Kind // empty = all
	DepotID  id.ID  // 0 = of the whole district
	LinkBase string // what this program is reached by, "" = no links
	Enabled  bool
	LockNo   int64
}

// Wants reports that a notice goes to the hook.
func (h Hook) Wants(n Notice) bool {
	return n.Kind.Outward() && (len(h.Kinds) == 0 || slices.Contains(h.Kinds, n.Kind)) && (h.DepotID == 0 || h.DepotID == n.DepotID)
}

// Join writes kinds for their column.
func Join(kinds []Kind) string {
	list := make([]string, len(kinds))
	for i, k := range kinds {
		list[i] = string(k)
	}
	return strings.Join(list, ",")
}

// Split reads what Join wrote.
func Split(text string) []Kind {
	var kinds []Kind
	for part := range strings.SplitSeq(text, ",") {
		if part != "" {
			kinds = append(kinds, Kind(part))
		}
	}
	return kinds
}

// Of what is covered a tail may be shown, so that two robots can be told apart,
// where enough stays hidden.
const (
	shownTail  = 4
	leastToTip = 24
)

// Masked is the address for people: its host, and the end of a long key.
func (h Hook) Masked() string {
	scheme, rest, ok := strings.Cut(h.URL.Reveal(), "://")
	if !ok {
		return "…"
	}
	cut := strings.IndexAny(rest, "/?#")
	if cut < 0 {
		return scheme + "://" + rest
	}
	host, path := rest[:cut], []rune(rest[cut:])
	if strings.TrimSpace(string(path)) == "/" {
		return scheme + "://" + host + "/"
	}
	text := scheme + "://" + host + "/…"
	if _, key, ok := strings.Cut(string(path), "="); ok && len([]rune(key)) >= leastToTip {
		text += string(path[len(path)-shownTail:])
	}
	return text
}

// Scrub covers the hook's secrets in a text somebody else wrote: an answer, or
// an error of the network.
func (h Hook) Scrub(text string) string {
	for _, s := range h.secrets() {
		text = strings.ReplaceAll(text, s, "…")
	}
	return text
}

// leastSecret is the shortest text worth covering: a shorter one would cover
// words at random.
const leastSecret = 6

// secrets are the address, its query, the values of that and the secret, the
// longest first.
func (h Hook) secrets() []string {
	url := h.URL.Reveal()
	list := []string{url, h.Secret.Reveal()}
	if _, rest, ok := strings.Cut(url, "://"); ok {
		if i := strings.IndexAny(rest, "/?"); i >= 0 {
			list = append(list, rest[i:])
		}
	}
	if _, query, ok := strings.Cut(url, "?"); ok {
		list = append(list, query)
		for pair := range strings.SplitSeq(query, "&") {
			_, value, _ := strings.Cut(pair, "=")
			list = append(list, value)
		}
	}
	list = slices.DeleteFunc(list, func(s string) bool { return len(s) < leastSecret })
	slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
	return list
}
