package importing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"changbei/internal/access"
	"changbei/internal/day"
	"changbei/internal/id"
	"changbei/internal/reading"
	"changbei/internal/store"
)

// knownWord is a word of ledgers at one depot. A street that is wrong about its
// own words misleads nobody else.
type knownWord struct {
	depot id.ID
	key   string // digest of the word
	unit  string
}

// digest makes a word short enough to be a key.
func digest(word string) string {
	sum := sha256.Sum256([]byte(word))
	return hex.EncodeToString(sum[:])
}

// knownWords gives what people chose at the mapped depots before.
func (p *Preview) knownWords(ctx context.Context, c *store.Conn) (map[knownWord]Choice, error) {
	words, err := c.ImportWords(ctx, p.mapped())
	if err != nil {
		return nil, err
	}
	known := make(map[knownWord]Choice, len(words))
	for _, w := range words {
		choice := Choice{Item: w.ItemID}
		if w.Factor > 0 {
			choice.Factor = w.Factor.String()
		}
		known[knownWord{w.DepotID, w.Key, w.Unit}] = choice
	}
	return known, nil
}

func (j *judging) remembered(row *Row) (Choice, bool) {
	c, ok := j.known[knownWord{row.DepotID, digest(WordKey(row.Row)), row.Unit}]
	if _, there := j.byID[c.Item]; !there {
		return Choice{}, false
	}
	return c, ok
}

// readingOptions are the bureau's own headings, the mappings remembered and
// what was decided on this workbook.
func (s *Service) readingOptions(ctx context.Context, c *store.Conn, file string, d Decisions) (reading.Options, error) {
	o := reading.Options{FileName: file, Today: day.At(s.store.Now()), Lexicon: s.lexicon, Overrides: reading.Overrides{Sheets: d.Sheets}}
	words, err := c.HeadingWords(ctx)
	if err != nil {
		return o, err
	}
	own := make(map[string]reading.Field, len(words))
	for _, w := range words {
		own[w.Word] = reading.Field(w.Field)
	}
	o.Lexicon = o.Lexicon.WithHeadings(own)
	mappings, err := c.ImportMappings(ctx)
	if err != nil {
		return o, err
	}
	o.Remembered = make(map[string]reading.Mapping, len(mappings))
	for _, m := range mappings {
		var one reading.Mapping
		if err := json.Unmarshal([]byte(m.Mapping), &one); err != nil {
			return o, fmt.Errorf("importing: mapping %s: %w", m.Fingerprint, err)
		}
		o.Remembered[m.Fingerprint] = one
	}
	return o, nil
}

// remember keeps what a person decided on a batch for the ledgers to come: the
// mappings, by their headings, and the words, at the depots of their rows.
func (p *Preview) remember(ctx context.Context, tx *store.Tx, actor access.Actor, old Decisions) error {
	if err := p.rememberMappings(ctx, tx, actor, old); err != nil {
		return err
	}
	done := map[knownWord]bool{}
	for _, r := range p.Rows {
		word := WordKey(r.Row)
		choice, decided := p.Decisions.Items[word]
		if was, had := old.Items[word]; r.DepotID == 0 || decided == had && was == choice && old.Depots[r.Depot] == r.DepotID {
			continue
		}
		k := knownWord{r.DepotID, digest(word), r.Unit}
		if done[k] {
			continue
		}
		done[k] = true
		if err := p.rememberWord(ctx, tx, actor, r, k, choice); err != nil {
			return err
		}
	}
	return nil
}

func (p *Preview) rememberWord(ctx context.Context, tx *store.Tx, actor access.Actor, r Row, k knownWord, choice Choice) error {
	if choice.Item == 0 { // new goods: the catalogue itself will know them
		return tx.ForgetWord(ctx, k.depot, k.key)
	}
	return tx.RememberWord(ctx, store.ImportWord{DepotID: k.depot, Key: k.key, Name: clip(r.Row.Item, maxName), Spec: clip(r.Spec, maxSpec),
		Unit: clip(r.Unit, maxUnit), ItemID: choice.Item, Factor: choice.factor(), ActorName: actor.Name})
}

func (p *Preview) rememberMappings(ctx context.Context, tx *store.Tx, actor access.Actor, old Decisions) error {
	for _, t := range p.Result.Tables {
		said := p.Decisions.Sheets[t.Sheet].Tables[first(t.Heading)]
		if len(said.Columns) == 0 && said.Kind == "" || same(said, old.Sheets[t.Sheet].Tables[first(t.Heading)]) {
			continue
		}
		whole := reading.Mapping{Kind: said.Kind, Columns: map[string]reading.Field{}}
		for _, c := range t.Columns {
			if f, ok := said.Columns[c.Col]; ok || c.Field != "" {
				whole.Columns[c.Col] = c.Field
				if ok {
					whole.Columns[c.Col] = f
				}
			}
		}
		text, err := json.Marshal(whole)
		if err != nil {
			return err
		}
		if err := tx.RememberMapping(ctx, store.ImportMapping{Fingerprint: t.Fingerprint, Headings: headingsOf(t), Mapping: string(text), ActorName: actor.Name}); err != nil {
			return err
		}
	}
	return nil
}

func headingsOf(t reading.Table) string {
	var names []string
	for _, c := range t.Columns {
		names = append(names, c.Header)
	}
	return clip(strings.Join(names, "、"), 500)
}

func first(rows []int) int {
	if len(rows) == 0 {
		return 0
	}
	return slices.Min(rows)
}

func same(a, b reading.Mapping) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return string(x) == string(y)
}
