package store

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"reflect"
	"strings"

	"changbei/internal/id"
	"changbei/internal/quantity"
	sqltext "changbei/sql"
)

// M holds the named parameters of a query. A slice value becomes a list
// (?, ?, …) for IN.
type M map[string]any

// query is one named statement, cut into pieces. A piece in double brackets,
// [[separator| text]], is repeated once per row of a multi-row call, joined
// by the separator: the values of an INSERT, the WHENs of a CASE.
type query struct {
	name   string
	pieces []piece
	text   string   // the whole statement, when nothing in it repeats
	params []string // and its parameters in their order
}

type piece struct {
	text   string  // literal SQL, or
	param  string  // a :named parameter, or
	each   []piece // a repeated part
	joiner string
}

// loadQueries reads all query files. A name given twice or a text without a
// name is an error of the program, found at start.
func loadQueries() (map[string]query, error) {
	all := make(map[string]query)
	files, err := fs.Glob(sqltext.Queries, "queries/*.sql")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		b, err := sqltext.Queries.ReadFile(f)
		if err != nil {
			return nil, err
		}
		if err := splitQueries(f, string(b), all); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func splitQueries(file, text string, all map[string]query) error {
	var name string
	var body strings.Builder
	flush := func() error {
		if name == "" {
			return nil
		}
		if _, twice := all[name]; twice {
			return fmt.Errorf("store: query %s stands twice (%s)", name, file)
		}
		all[name] = newQuery(name, cut(strings.TrimSuffix(strings.TrimSpace(body.String()), ";")))
		body.Reset()
		return nil
	}
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		line := lines.Text()
		if rest, ok := strings.CutPrefix(line, "-- name: "); ok {
			if err := flush(); err != nil {
				return err
			}
			name = strings.TrimSpace(rest)
			continue
		}
		if strings.HasPrefix(strings.TrimSpace(line), "--") {
			continue
		}
		body.WriteString(line + "\n")
	}
	return flush()
}

// newQuery joins the text once where no part of it repeats: most statements
// are then rendered without being put together.
func newQuery(name string, pieces []piece) query {
	q := query{name: name, pieces: pieces}
	var text strings.Builder
	for _, p := range pieces {
		switch {
		case p.each != nil:
			return q
		case p.param != "":
			text.WriteByte('?')
			q.params = append(q.params, p.param)
		default:
			text.WriteString(p.text)
		}
	}
	q.text = text.String()
	return q
}

// cut splits a text into literals, :parameters and [[sep|repeats]].
func cut(text string) []piece {
	var out []piece
	for text != "" {
		start := strings.Index(text, "[[")
		if start < 0 {
			return append(out, cutParams(text)...)
		}
		end := strings.Index(text, "]]")
		inner := text[start+2 : end]
		joiner, body, _ := strings.Cut(inner, "|")
		out = append(out, cutParams(text[:start])...)
		out = append(out, piece{each: cutParams(body), joiner: joiner})
		text = text[end+2:]
	}
	return out
}

func cutParams(text string) []piece {
	var out []piece
	for {
		i := paramStart(text)
		if i < 0 {
			return append(out, piece{text: text})
		}
		j := i + 1
		for j < len(text) && isNameByte(text[j]) {
			j++
		}
		out = append(out, piece{text: text[:i]}, piece{param: text[i+1 : j]})
		text = text[j:]
	}
}

// paramStart finds a colon that leads a name, outside quotes.
func paramStart(text string) int {
	quoted := false
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\'':
			quoted = !quoted
		case !quoted && text[i] == ':' && i+1 < len(text) && isNameByte(text[i+1]):
			return i
		}
	}
	return -1
}

func isNameByte(b byte) bool {
	return b == '_' || b >= 'a' && b <= 'z' || b >= '0' && b <= '9'
}

// render gives the text with ? marks and its arguments. rows fills the
// repeated parts; a row's parameter wins over args.
func (q query) render(args M, rows []M) (string, []any, error) {
	if list, ok := q.scalars(args); ok {
		return q.text, list, nil
	}
	var text strings.Builder
	list := make([]any, 0, len(args)+16*len(rows))
	for _, p := range q.pieces {
		if p.each == nil {
			if err := p.write(&text, &list, args, nil); err != nil {
				return "", nil, fmt.Errorf("store: query %s: %w", q.name, err)
			}
			continue
		}
		for i, row := range rows {
			if i > 0 {
				text.WriteString(p.joiner)
			}
			for _, inner := range p.each {
				if err := inner.write(&text, &list, args, row); err != nil {
					return "", nil, fmt.Errorf("store: query %s: %w", q.name, err)
				}
			}
		}
	}
	return text.String(), list, nil
}

// scalars gives the arguments of a statement whose text is fixed: nothing in
// it repeats and no value is a list.
func (q query) scalars(args M) (list []any, ok bool) {
	if q.text == "" {
		return nil, false
	}
	list = make([]any, len(q.params))
	for i, name := range q.params {
		v, given := args[name]
		if !given {
			return nil, false
		}
		if list[i], given = scalar(v); !given {
			return nil, false
		}
	}
	return list, true
}

func (p piece) write(text *strings.Builder, list *[]any, args, row M) error {
	if p.param == "" {
		text.WriteString(p.text)
		return nil
	}
	v, ok := row[p.param]
	if !ok {
		v, ok = args[p.param]
	}
	if !ok {
		return fmt.Errorf("no value for :%s", p.param)
	}
	if one, ok := scalar(v); ok {
		text.WriteByte('?')
		*list = append(*list, one)
		return nil
	}
	rv := reflect.ValueOf(v)
	if rv.Len() == 0 {
		text.WriteString("NULL") // IN (NULL) matches nothing
		return nil
	}
	for i := range rv.Len() {
		if i > 0 {
			text.WriteString(", ")
		}
		text.WriteByte('?')
		*list = append(*list, plain(rv.Index(i).Interface()))
	}
	return nil
}

// scalar turns a value that is no list into what both drivers take: the types
// of every posting without reflection, others by their kind.
func scalar(v any) (one any, ok bool) {
	switch v := v.(type) {
	case nil, string, int64, []byte:
		return v, true
	case id.ID:
		return int64(v), true
	case quantity.Q:
		return int64(v), true
	case int:
		return int64(v), true
	case bool:
		if v {
			return int64(1), true
		}
		return int64(0), true
	}
	if reflect.ValueOf(v).Kind() == reflect.Slice {
		return nil, false
	}
	return plain(v), true
}

// plain turns named integer, bool and string types into what both drivers
// take; a nil pointer is NULL.
func plain(v any) any {
	rv := reflect.ValueOf(v)
	if rv.Kind() == reflect.Pointer {
		if rv.IsNil() {
			return nil
		}
		rv = rv.Elem()
	}
	switch rv.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return rv.Int()
	case reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return int64(rv.Uint())
	case reflect.Bool:
		if rv.Bool() {
			return int64(1)
		}
		return int64(0)
	case reflect.String:
		return rv.String()
	}
	return v
}

// prepareAll prepares every query once and closes it again.
func (s *Store) prepareAll(ctx context.Context) error {
	for name, q := range s.queries {
		text, _, err := q.render(q.dummies(), []M{{}})
		if err != nil {
			return err
		}
		st, err := s.write.PrepareContext(ctx, text)
		if err != nil {
			return fmt.Errorf("store: query %s does not fit the schema: %w", name, err)
		}
		st.Close()
	}
	return nil
}

// dummies gives a value for every parameter, so that a text can be rendered
// without a caller.
func (q query) dummies() M {
	m := M{}
	for _, p := range q.pieces {
		for _, inner := range append([]piece{p}, p.each...) {
			if inner.param != "" {
				m[inner.param] = 0
			}
		}
	}
	return m
}
