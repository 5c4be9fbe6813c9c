// Package notice says what a notice is and what becomes of it outside: its
// kinds, whom it is for, the messages of the group robots with their
// signatures, how an answer is read, and when a failed one is tried again.
//
// The package is pure: it knows no SQL, no HTTP and no clock. Who is told when
// is the use cases' to say, sending is the courier's.
package notice

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"changbei/internal/access"
	"changbei/internal/id"
)

// Notice is one thing that somebody must hear of. Title and Body are plain
// text. Path is the page it speaks of, within the program.
type Notice struct {
	ID         id.ID
	Kind       Kind
	Title      string
	Body       string // "" = the title says all
	Path       string
	DepotID    id.ID // whose business it is, 0 = the district's
	To         []Audience
	ResponseID id.ID // 0 = of no response
	ActorID    id.ID // who did it, and so has read it; 0 = the program
	ActorName  string
	At         int64 // microseconds UTC
}

// Limits of the columns, in characters.
const (
	maxTitle = 100
	maxBody  = 500
	maxPath  = 200
	maxName  = 60
)

// Ready gives the notice as it is kept: texts without invisible characters and
// within their columns. A notice is never worth failing what it tells of, so
// texts are cut; a kind, path or audience that cannot be is a fault of the
// program and an error.
func (n Notice) Ready() (Notice, error) {
	n.Title, n.Body, n.ActorName = clip(plain(n.Title, false), maxTitle), clip(plain(n.Body, true), maxBody), clip(plain(n.ActorName, false), maxName)
	switch {
	case n.Kind.Name() == "":
		return n, fmt.Errorf("notice: no kind %q", n.Kind)
	case n.Title == "":
		return n, fmt.Errorf("notice: %s without a title", n.Kind)
	case !LocalPath(n.Path) || len(n.Path) > maxPath:
		return n, fmt.Errorf("notice: %s leads to %q, which is no page", n.Kind, n.Path)
	case len(n.Keys()) == 0 && n.Kind != HookTest:
		return n, fmt.Errorf("notice: %s is for nobody", n.Kind)
	}
	return n, nil
}

// LocalPath reports a path within the program: what a browser would take for
// another host, or for a script, is none.
func LocalPath(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") &&
		!strings.ContainsFunc(path, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f })
}

// plain drops what nobody can see: control characters and marks that turn the
// direction of writing. Line ends stay where lines are meant.
func plain(text string, lines bool) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' && lines:
			return r
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), r == unicode.ReplacementChar:
			return -1
		}
		return r
	}, text)
	return strings.TrimSpace(text)
}

func clip(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return text
}

// Audience is whom a notice is for: those who hold a permission at a depot
// (0 = those who hold it for the whole district), or one account.
type Audience struct {
	Permission access.Permission
	DepotID    id.ID
	AccountID  id.ID
}

// Holders are those who have a permission at a depot, as access.Actor.May says
// it; depot 0 asks for the whole district.
func Holders(p access.Permission, depot id.ID) Audience {
	return Audience{Permission: p, DepotID: depot}
}

// Account is one person.
func Account(account id.ID) Audience { return Audience{AccountID: account} }

// The key of an audience is a permission for those who hold it everywhere,
// permission@depot for those who hold it there only, and @account.
func everywhere(p access.Permission) string { return string(p) }

func at(p access.Permission, depot id.ID) string { return string(p) + "@" + depot.String() }

func person(account id.ID) string { return "@" + account.String() }

func (a Audience) keys() []string {
	switch {
	case a.AccountID != 0:
		return []string{person(a.AccountID)}
	case a.Permission == "" || a.Permission == access.Public:
		return nil
	case a.DepotID == 0:
		return []string{everywhere(a.Permission)}
	}
	return []string{everywhere(a.Permission), at(a.Permission, a.DepotID)}
}

// Keys are the keys the notice is found by, each once.
func (n Notice) Keys() []string {
	var keys []string
	for _, a := range n.To {
		keys = append(keys, a.keys()...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// KeysOf are the keys of the notices somebody may see: a notice for the holders
// of a permission at a depot has one of them exactly when the actor may there.
func KeysOf(actor access.Actor) []string {
	if actor.ID == 0 {
		return nil
	}
	keys := []string{person(actor.ID)}
	for _, p := range access.Permissions {
		if p == access.Public {
			continue
		}
		all, depots := actor.Depots(p)
		if all {
			keys = append(keys, everywhere(p))
		}
		for _, d := range depots {
			keys = append(keys, at(p, d))
		}
	}
	return keys
}
