package store

import (
	"context"
	"fmt"
	"strings"
)

// Guard is a trigger that keeps a table append-only, as the migrations made it.
type Guard struct {
	Name    string
	There   bool
	Changed bool   // there, and does something else
	Make    string // the statement that makes it
}

// Guards lists the triggers there must be, in the order they were made in. An
// engine without triggers needs none.
func (c *Conn) Guards(ctx context.Context) ([]Guard, error) {
	if c.s.dialect.triggers == "" {
		return nil, nil
	}
	found, err := c.triggers(ctx)
	if err != nil {
		return nil, err
	}
	steps, err := c.s.steps()
	if err != nil {
		return nil, err
	}
	var list []Guard
	for _, st := range steps {
		table, ok := appendOnly(st.text)
		if !ok {
			continue
		}
		for i, text := range c.s.statements(st.text) {
			name := table + []string{"_no_update", "_no_delete"}[i]
			stands, there := found[name]
			// Both engines give back what follows the name as it was written.
			does := text[strings.Index(text, "BEFORE"):]
			list = append(list, Guard{Name: name, There: there, Changed: there && !strings.HasSuffix(stands, does), Make: text})
		}
	}
	return list, nil
}

func (c *Conn) triggers(ctx context.Context) (map[string]string, error) {
	rows, err := c.ext.QueryContext(ctx, c.s.dialect.triggers)
	if err != nil {
		return nil, fmt.Errorf("store: triggers: %w", err)
	}
	defer rows.Close()
	found := map[string]string{}
	for rows.Next() {
		var name, stands string
		if err := rows.Scan(&name, &stands); err != nil {
			return nil, fmt.Errorf("store: triggers: %w", err)
		}
		found[name] = stands
	}
	return found, rows.Err()
}
