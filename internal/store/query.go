package store

import (
	"bufio"
	"context"
	"fmt"
	"io/fs"
	"reflect"
	"strings"

	"changbei/internal/errs"
	sqltext "changbei/sql"

	"github.com/jmoiron/sqlx"
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
		all[name] = query{name: name, pieces: cut(strings.TrimSuffix(strings.TrimSpace(body.String()), ";"))}
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
	var text strings.Builder
	var list []any
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
	rv := reflect.ValueOf(v)
	if rv.Kind() != reflect.Slice || rv.Type().Elem().Kind() == reflect.Uint8 {
		text.WriteByte('?')
		*list = append(*list, plain(v))
		return nil
	}
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

func (c *Conn) render(name string, args M, rows []M) (string, []any, error) {
	q, ok := c.s.queries[name]
	if !ok {
		return "", nil, fmt.Errorf("store: no query named %s", name)
	}
	return q.render(args, rows)
}

// get reads one row into dest; no row is errs.NotFound.
func (c *Conn) get(ctx context.Context, dest any, name string, args M) error {
	text, list, err := c.render(name, args, nil)
	if err != nil {
		return err
	}
	if err := sqlx.GetContext(ctx, c.ext, dest, text, list...); err != nil {
		if isNoRows(err) {
			return errs.New(errs.NotFound, "没有找到要看的内容，可能已被删除或编号有误。")
		}
		return fmt.Errorf("store: %s: %w", name, err)
	}
	return nil
}

// list reads all rows into dest, a pointer to a slice.
func (c *Conn) list(ctx context.Context, dest any, name string, args M) error {
	return c.listEach(ctx, dest, name, args, nil)
}

func (c *Conn) listEach(ctx context.Context, dest any, name string, args M, rows []M) error {
	text, list, err := c.render(name, args, rows)
	if err != nil {
		return err
	}
	if err := sqlx.SelectContext(ctx, c.ext, dest, text, list...); err != nil {
		return fmt.Errorf("store: %s: %w", name, err)
	}
	return nil
}

// exec runs a writing statement and gives the number of matched rows.
func (c *Conn) exec(ctx context.Context, name string, args M) (int64, error) {
	return c.execEach(ctx, name, args, nil)
}

func (c *Conn) execEach(ctx context.Context, name string, args M, rows []M) (int64, error) {
	text, list, err := c.render(name, args, rows)
	if err != nil {
		return 0, err
	}
	res, err := c.ext.ExecContext(ctx, text, list...)
	if err != nil {
		return 0, fmt.Errorf("store: %s: %w", name, err)
	}
	return res.RowsAffected()
}

// chunkRows bounds one multi-row statement: 200 rows cost a quarter of single
// ones, and more gain nothing.
const chunkRows = 200

// insertMany runs a multi-row statement in chunks.
func (c *Conn) insertMany(ctx context.Context, name string, rows []M) error {
	for len(rows) > 0 {
		n := min(len(rows), chunkRows)
		if _, err := c.execEach(ctx, name, nil, rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
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
